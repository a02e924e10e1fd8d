import { type CborValue, encodeCbor } from "@tau-edge/encoding";
import { LedgerError, readCommitObject } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import { checkpointObject, restoreCheckpoint } from "./checkpoint.ts";
import { evolveAll } from "./evolve.ts";
import {
  ALICE,
  FAILING,
  GOOD_FACTS,
  MINUTE_MS,
  PASSING,
  planFor,
  sha256,
  TOO_FEW,
  type World,
  worldWithStable,
} from "./rollout.test-helper.ts";
import { emptyState } from "./state.ts";

const against = () => planFor({ baseline: "committed" });

/** A stream that has everything a state can have. */
function eventful(): World {
  const world = worldWithStable().start(against()).advance().window(PASSING).window(TOO_FEW);
  world.apply(
    { do: "override", role: "on_call", reason: "", facts: GOOD_FACTS, progress: { total: 0, failed: 0 } },
    ALICE,
  );
  world.apply({ do: "pause", reason: "lunch" });
  world.wait(MINUTE_MS).freeze(FAILING).judge();
  world.apply({ do: "verify_rollback", checks: [] });
  world.verify().revalidate(against().manifest);
  world.apply({ do: "retry", profile: world.profile(), facts: GOOD_FACTS });
  return world
    .advance({ ...GOOD_FACTS, free_bytes: 0 })
    .advance()
    .wait(MINUTE_MS)
    .freeze(PASSING)
    .judge()
    .abort();
}

type CborMap = { [key: string]: CborValue };

function isMap(value: CborValue | undefined): value is CborMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** Every way to every map in it. */
function* mapsIn(value: CborValue, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (isMap(value)) yield path;
  const children: readonly (readonly [string | number, CborValue])[] = Array.isArray(value)
    ? value.map((item: CborValue, index: number) => [index, item] as const)
    : isMap(value)
      ? Object.entries(value)
      : [];
  for (const [key, child] of children) yield* mapsIn(child, [...path, key]);
}

function changed(value: CborValue, path: readonly (string | number)[], change: (map: CborMap) => CborValue): CborValue {
  const [key, ...rest] = path;
  if (key === undefined) return isMap(value) ? change(value) : value;
  if (Array.isArray(value))
    return value.map((item: CborValue, index) => (index === key ? changed(item, rest, change) : item));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, name === key ? changed(item, rest, change) : item]),
  );
}

describe("a checkpoint", () => {
  const { records } = eventful();
  const others = [
    worldWithStable().start(against()).abort(),
    worldWithStable().start(against()).rollBack(),
    worldWithStable().start(against()).advance().wait(MINUTE_MS).freeze(PASSING).abort(),
  ];

  it("restores the state after every record, to the same bytes", () => {
    for (const run of [records, ...others.map((world) => world.records)]) {
      let state = emptyState("default/dev/shop");
      for (const stored of run) {
        state = evolveAll(state, [stored]);
        const { bytes } = checkpointObject(state, sha256);
        const restored = restoreCheckpoint(bytes);
        expect(restored).toStrictEqual(state);
        expect(checkpointObject(restored, sha256).bytes).toEqual(bytes);
      }
    }
  });

  it("and the records after it lead where all records lead", () => {
    const whole = evolveAll(emptyState("default/dev/shop"), records);
    for (let count = 0; count < records.length; count += 3) {
      const { bytes } = checkpointObject(evolveAll(emptyState("default/dev/shop"), records.slice(0, count)), sha256);
      expect(evolveAll(restoreCheckpoint(bytes), records.slice(count))).toStrictEqual(whole);
    }
  });

  it("of an empty stream restores too", () => {
    const empty = emptyState("default/dev/shop");
    expect(restoreCheckpoint(checkpointObject(empty, sha256).bytes)).toStrictEqual(empty);
  });

  it("from which any field is gone, or to which one is added, is refused", () => {
    const world = worldWithStable().start(against()).advance().window(PASSING).window(TOO_FEW);
    const states = [
      world.state,
      world.wait(MINUTE_MS).freeze(FAILING).state,
      world.judge().state,
      world.verify().state,
      eventful().state,
    ];
    let refused = 0;
    for (const state of states) {
      const data = readCommitObject("checkpoint_v1", checkpointObject(state, sha256).bytes);
      for (const path of mapsIn(data)) {
        const target = path.reduce<CborValue | undefined>(
          (value, key) => (Array.isArray(value) ? value[Number(key)] : isMap(value) ? value[key] : undefined),
          data,
        );
        for (const field of Object.keys(isMap(target) ? target : {})) {
          const without = changed(data, path, ({ [field]: _, ...rest }) => rest);
          expect(() => restoreCheckpoint(encodeCbor(["checkpoint_v1", without])), `${path.join(".")} ${field}`).toThrow(
            LedgerError,
          );
          refused += 1;
        }
        const added = changed(data, path, (map) => ({ ...map, more: 1 }));
        expect(() => restoreCheckpoint(encodeCbor(["checkpoint_v1", added])), `${path.join(".")} more`).toThrow(
          LedgerError,
        );
      }
    }
    expect(refused).toBeGreaterThan(300);
  });

  const at = (path: string, key: string, value: CborValue) => [path, key, value] as const;
  const impossible: readonly (readonly [string, () => World, readonly (readonly [string, string, CborValue])[]])[] = [
    [
      "exposed",
      () => worldWithStable().start(against()).advance().window(TOO_FEW),
      [
        at("", "next_seq", 0),
        at("run.identity", "environment", "prod"),
        at("run.cursor", "phase", "ready"),
        at("run.cursor", "phase", "frozen"),
        at("run.cursor", "phase", "rolling_back"),
        at("run.cursor", "phase", "ended"),
        at("run.cursor", "stage", 9),
        at("run.cursor", "stage", -1),
        at("run.cursor", "window", null),
        at("run.cursor", "passed_since_unix_ms", 1),
        at("run.canary_set", "weight_bp", 10_000),
        at("run.canary_set", "weight_bp", 0),
      ],
    ],
    [
      "being rolled back",
      () => worldWithStable().start(against()).advance().window(FAILING),
      [
        at("run.canary_set", "weight_bp", 1_000),
        at("run.gate_states", "breached", false),
        at("run", "rollback_cursor", null),
        at("run.gate_states.judgements.0", "result", "pass"),
        at("run.gate_states.judgements.0", "code", null),
      ],
    ],
    ["ended", () => worldWithStable(), [at("run", "outcome", null), at("run.canary_set", "weight_bp", 5_000)]],
  ];
  for (const [name, make, changes] of impossible)
    it(`of a run that is ${name}, and cannot be as it says, is refused`, () => {
      const data = readCommitObject("checkpoint_v1", checkpointObject(make().state, sha256).bytes);
      for (const [path, key, value] of changes) {
        const steps = path === "" ? [] : path.split(".").map((step) => (step === "0" ? 0 : step));
        const wrong = changed(data, steps, (map) => ({ ...map, [key]: value }));
        expect(() => restoreCheckpoint(encodeCbor(["checkpoint_v1", wrong])), `${path} ${key} ${value}`).toThrow(
          expect.objectContaining({ code: "checkpoint_incomplete" }),
        );
      }
    });

  it("of a rollout that is committed twice is refused", () => {
    const data = readCommitObject("checkpoint_v1", checkpointObject(worldWithStable().state, sha256).bytes);
    const twice = changed(data, [], (map) => ({
      ...map,
      committed: Array.isArray(map["committed"]) ? [...map["committed"], ...map["committed"]] : [],
    }));
    expect(() => restoreCheckpoint(encodeCbor(["checkpoint_v1", twice]))).toThrow(
      expect.objectContaining({ code: "checkpoint_incomplete" }),
    );
  });

  it("of a newer program is refused as such", () => {
    const data = readCommitObject("checkpoint_v1", checkpointObject(emptyState("default/dev/shop"), sha256).bytes);
    const newer = changed(data, [], (map) => ({ ...map, v: 2 }));
    expect(() => restoreCheckpoint(encodeCbor(["checkpoint_v1", newer]))).toThrow(
      expect.objectContaining({ code: "object_newer" }),
    );
  });
});
