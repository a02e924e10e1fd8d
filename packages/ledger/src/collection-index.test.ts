import { type Digest, digestOf, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import type { HeldObject, Holding, HoldReason } from "./collection-holding.ts";
import { HoldingIndex } from "./collection-index.ts";
import { RETENTION_CLASSES } from "./retention.ts";

const STREAM = "default/prod/shop";
const OTHER = "default/dev/shop";
const DAY_MS = 86_400_000;
const NOW = 20_000 * DAY_MS;

const A = digestNumber(1);
const B = digestNumber(2);

function digestNumber(nth: number): Digest {
  return digestOf(sha256(new Uint8Array([nth])));
}

function held(digest: Digest, named_unix_ms = NOW - DAY_MS, path = ["x"]): HeldObject {
  return { digest, path, named_unix_ms };
}

/** Ended so many days ago, with a window of 30 days. */
function ended(days: number, changes: Partial<Holding> = {}): Holding {
  return {
    stream: STREAM,
    root: `rollout of ${days}`,
    class: "experimental",
    window_ms: 30 * DAY_MS,
    state: { ended_unix_ms: NOW - days * DAY_MS },
    objects: [held(A)],
    ...changes,
  };
}

function judge(holdings: readonly Holding[], digest = A, nowOf: (stream: string) => number = () => NOW) {
  const index = new HoldingIndex();
  for (const holding of holdings) index.add(holding, nowOf);
  const stored = { digest, size_bytes: 7, renewed_unix_ms: NOW - 10 * DAY_MS };
  return index.judge(stored, { now_unix_ms: NOW, window_ms: DAY_MS });
}

describe("an object", () => {
  it("stays while its holding's window has not passed, and goes at its end", () => {
    expect(judge([ended(29.9)])).toMatchObject({ verdict: "stays", reason: "within_window", window_ms: 30 * DAY_MS });
    expect(judge([ended(30)])).toMatchObject({ verdict: "goes", reason: "expired", age_ms: 30 * DAY_MS });
  });

  it("stays for whatever keeps it longest, whichever was told first", () => {
    const holdings = [ended(40), ended(5), ended(20), ended(399, { window_ms: 400 * DAY_MS })];
    for (const order of [holdings, holdings.toReversed()])
      expect(judge(order)).toMatchObject({ verdict: "stays", root: "rollout of 5", age_ms: 5 * DAY_MS });
    expect(judge([ended(40), ended(31)])).toMatchObject({ verdict: "goes", root: "rollout of 31" });
  });

  it("stays whatever the clock says while something active holds it", () => {
    const reasons: readonly HoldReason[] = ["open_rollout", "recent_commit", "pinned", "unknown_record", "audit"];
    for (const reason of reasons)
      for (const order of [1, -1]) {
        const holdings = [ended(4_000), ended(0, { root: "it", state: { held: reason } })];
        const judged = judge(order > 0 ? holdings : holdings.toReversed(), A, () => Number.MAX_SAFE_INTEGER);
        expect(judged).toMatchObject({ verdict: "stays", reason, root: "it", age_ms: 0 });
      }
  });

  it("stays for ever when its holding has ended and has no window", () => {
    const { window_ms: _, ...golden } = ended(9_999, { class: "golden" });
    expect(judge([golden, ended(40)])).toMatchObject({ verdict: "stays", reason: "golden" });
    expect(judge([golden])).not.toHaveProperty("window_ms");
  });

  it("ages by the time of the stream that holds it, and not by another one's", () => {
    const nowOf = (stream: string) => (stream === OTHER ? NOW + 100 * DAY_MS : NOW);
    expect(judge([ended(1)], A, nowOf).verdict).toBe("stays");
    expect(judge([ended(1, { stream: OTHER })], A, nowOf)).toMatchObject({ verdict: "goes", age_ms: 101 * DAY_MS });
  });

  it("stays when the clock stands behind the end of what held it", () => {
    expect(judge([ended(-500)])).toMatchObject({ verdict: "stays", age_ms: -500 * DAY_MS });
  });

  it("belongs to the stream that named it last, and of two at once to the later name", () => {
    const at = (stream: string, day: number) => ended(1, { stream, objects: [held(A, NOW - day * DAY_MS)] });
    expect(judge([at(STREAM, 3), at(OTHER, 2)]).owner).toBe(OTHER);
    expect(judge([at(OTHER, 2), at(STREAM, 3)]).owner).toBe(OTHER);
    for (const order of [
      [at(STREAM, 2), at(OTHER, 2)],
      [at(OTHER, 2), at(STREAM, 2)],
    ])
      expect(judge(order).owner).toBe(STREAM);
  });

  it("shows the way from the root that keeps it", () => {
    const long = ended(5, { objects: [held(A, 1, ["release", "manifest"])] });
    const short = ended(9, { objects: [held(A, 2, ["artifact"])] });
    expect(judge([short, long])).toMatchObject({ root: "rollout of 5", path: ["release", "manifest"], size_bytes: 7 });
  });

  it("is held by every class in its own way", () => {
    for (const name of RETENTION_CLASSES) expect(judge([ended(1, { class: name })]).class).toBe(name);
  });
});

describe("an object that no record names", () => {
  it("goes when nobody has stored it again within the window, and belongs to the system stream", () => {
    const orphan = judge([ended(5, { objects: [held(B)] })]);
    expect(orphan).toMatchObject({ verdict: "goes", reason: "orphan_expired", class: "ephemeral", owner: "system" });
    expect(orphan).not.toHaveProperty("root");
  });

  it("stays while it is young, or from the future", () => {
    const index = new HoldingIndex();
    for (const [age_ms, verdict] of [
      [DAY_MS - 1, "stays"],
      [DAY_MS, "goes"],
      [-9 * DAY_MS, "stays"],
    ] as const) {
      const stored = { digest: A, size_bytes: 1, renewed_unix_ms: NOW - age_ms };
      expect(index.judge(stored, { now_unix_ms: NOW, window_ms: DAY_MS })).toMatchObject({ verdict, age_ms });
    }
  });
});

it("an index remembers one entry for each object, however many hold it", () => {
  const index = new HoldingIndex();
  for (let nth = 0; nth < 1_000; nth++) index.add(ended(nth, { objects: [held(A), held(B)] }), () => NOW);
  expect([index.size, index.has(A), index.has(digestNumber(3))]).toEqual([2, true, false]);
});
