import { SeededChance } from "@tau-edge/adapter-memory";
import { type CborValue, type Digest, decodeCbor, digestOf, encodeCbor, sha256, toHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { START_SLOT_MS } from "../limits.ts";
import { fromBinary64, toBinary64 } from "./binary64.ts";
import { addBatch, EMPTY_COUNTERS } from "./counters.ts";
import { makeSnapshot, type SnapshotRequest } from "./snapshot.ts";
import { readSnapshot, snapshotObject } from "./snapshot-object.ts";

const OPENED = 1_000_000 * START_SLOT_MS;
const FROZEN = OPENED + 300_000;
const RELEASE: Digest = `sha256:${"ab".repeat(32)}`;

function batch(ok_latency_us: number[], failed = 0, started = 0, ended = 0) {
  return { reporter: "r", batch_id: "b", ok_latency_us, failed, started, ended };
}

const shard = (lane: string, ...parts: Parameters<typeof batch>) => ({
  lane,
  counters: addBatch(EMPTY_COUNTERS, batch(...parts), OPENED + 1_000),
});

function request(changes: Partial<SnapshotRequest> = {}): SnapshotRequest {
  return {
    id: { rollout_id: "default~dev~app~0", attempt: 1, stage: 0, window: 2, release: RELEASE },
    opened_unix_ms: OPENED,
    frozen_unix_ms: FROZEN,
    lanes: ["us", "eu"],
    abandon_after_ms: 60_000,
    shards: [shard("us", [9_000, 5], 1, 3, 1), shard("eu", [77])],
    replay: { replays: 2, failures: 0 },
    checks: [
      { check: "smoke", outcome: "passed", value_f64: toBinary64(0.5) },
      { check: "probe", outcome: "unreachable" },
    ],
    ...changes,
  };
}

describe("a snapshot", () => {
  it("adds lanes up and counts what was abandoned as failed", () => {
    const snapshot = makeSnapshot(request());
    expect(snapshot).toMatchObject({ source: "counted", total: 6, failed: 3, abandoned: 2 });
    expect(snapshot.lanes.map(({ lane }) => lane)).toEqual(["eu", "us"]);
    expect(snapshot.checks.map(({ check }) => check)).toEqual(["probe", "smoke"]);
  });

  it("names a lane that nobody reported from", () => {
    const { lanes } = makeSnapshot(request({ shards: [] }));
    expect(lanes).toEqual(["eu", "us"].map((lane) => ({ lane, ok: 0, failed: 0, ended: 0, overdue: 0, latency: [] })));
  });

  it("does not take observations of a lane that the plan does not have", () => {
    expect(() => makeSnapshot(request({ shards: [shard("mars", [1])] }))).toThrow(RangeError);
  });

  it("has the same bytes for the same shards in any order and cut", () => {
    const chance = new SeededChance(3);
    const shards = Array.from({ length: 100 }, () =>
      shard(chance.pick(["eu", "us"]), [chance.below(1_000_000)], chance.below(2), chance.below(3)),
    );
    const bytesOf = (list: typeof shards) =>
      toHex(snapshotObject(makeSnapshot(request({ shards: list })), sha256).bytes);
    expect(bytesOf(shards.toReversed())).toBe(bytesOf(shards));
    expect(bytesOf(shards.toSorted((a, b) => a.counters.failed - b.counters.failed))).toBe(bytesOf(shards));
  });

  it("says when counters could not be read, and when they do not add up", () => {
    expect(makeSnapshot(request({ shards: "unreachable" }))).toMatchObject({ source: "unreachable", total: 0 });
    const full = { ...EMPTY_COUNTERS, failed: Number.MAX_SAFE_INTEGER };
    const shards = ["eu", "us"].map((lane) => ({ lane, counters: full }));
    expect(makeSnapshot(request({ shards }))).toMatchObject({ source: "overflowed", total: 0, failed: 0 });
  });

  it.each(["unreachable" as const, [], request().shards])("comes back from its object (%#)", (shards) => {
    const snapshot = makeSnapshot(request({ shards }));
    const object = snapshotObject(snapshot, sha256);
    expect(readSnapshot(object.bytes)).toEqual(snapshot);
    expect(object.digest).toBe(digestOf(sha256(object.bytes)));
  });
});

describe("a snapshot's object is refused", () => {
  type Node = { [key: string]: CborValue };
  const isNode = (value: CborValue | undefined): value is Node =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

  function changed(path: readonly (string | number)[], value: CborValue | undefined): Uint8Array {
    const change = (node: CborValue | undefined, [step, ...rest]: readonly (string | number)[]): CborValue => {
      if (step === undefined) return value ?? null;
      if (Array.isArray(node)) return node.map((item, index) => (index === step ? change(item, rest) : item));
      if (!isNode(node)) throw new TypeError(`no ${step} here`);
      const entries = Object.entries(node).filter(([key]) => key !== step);
      const next = rest.length === 0 && value === undefined ? [] : [[step, change(node[step], rest)]];
      return Object.fromEntries([...entries, ...next]);
    };
    return encodeCbor(change(decodeCbor(snapshotObject(makeSnapshot(request()), sha256).bytes), [1, ...path]));
  }

  it.each<[string, readonly (string | number)[], CborValue | undefined, string]>([
    ["of a newer version", ["v"], 2, "object_newer"],
    ["with an unknown field", ["more"], 1, "field_malformed"],
    ["without its window", ["id", "window"], undefined, "field_malformed"],
    ["of stage -1", ["id", "stage"], -1, "field_malformed"],
    ["from an unknown source", ["source"], "guessed", "field_malformed"],
    ["with a negative count", ["lanes", 0, "ok"], -1, "field_malformed"],
    ["with a row that is no pair", ["lanes", 0, "latency", 0], [1], "field_malformed"],
    ["with an empty bucket", ["lanes", 0, "latency", 0, 1], 0, "field_malformed"],
    ["with a value of 7 bytes", ["checks", 1, "value_f64"], new Uint8Array(7), "field_malformed"],
    ["with an unknown outcome", ["checks", 0, "outcome"], "maybe", "field_malformed"],
    ["that was frozen before it opened", ["frozen_unix_ms"], OPENED - 1, "snapshot_inconsistent"],
    ["with lanes out of order", ["lanes", 0, "lane"], "zz", "snapshot_inconsistent"],
    ["with a check twice", ["checks", 0, "check"], "smoke", "snapshot_inconsistent"],
    ["with more failures than replays", ["replay", "failures"], 3, "snapshot_inconsistent"],
    ["with a latency too many", ["lanes", 0, "latency", 0, 1], 2, "snapshot_inconsistent"],
    ["with buckets out of order", ["lanes", 1, "latency", 1, 0], 5, "snapshot_inconsistent"],
    ["with a bucket beyond the last", ["lanes", 0, "latency", 0, 0], 4_352, "snapshot_inconsistent"],
    ["with more ended than ends", ["lanes", 0, "ended"], 2, "snapshot_inconsistent"],
    ["with ends at no time", ["lanes", 0, "last_unix_ms"], undefined, "snapshot_inconsistent"],
    ["with another total", ["total"], 5, "snapshot_inconsistent"],
    ["with fewer failures", ["failed"], 0, "snapshot_inconsistent"],
    ["with nothing abandoned", ["abandoned"], 0, "snapshot_inconsistent"],
    ["with counts that nobody could read", ["source"], "unreachable", "snapshot_inconsistent"],
  ])("%s", (_name, path, value, code) => {
    expect(() => readSnapshot(changed(path, value))).toThrow(expect.objectContaining({ code }));
  });
});

describe("binary64", () => {
  it("is big-endian, with one NaN", () => {
    expect(toHex(toBinary64(1))).toBe("3ff0000000000000");
    expect(toHex(toBinary64(Number.NaN))).toBe("7ff8000000000000");
    expect(toHex(toBinary64(Number.NEGATIVE_INFINITY))).toBe("fff0000000000000");
    for (const value of [0, -0, 0.1, 1e300, Number.NaN]) expect(fromBinary64(toBinary64(value))).toBe(value);
  });
});
