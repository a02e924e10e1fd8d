import type { CborValue } from "@tau-edge/encoding";
import { emptyHead, type StoredRecord, sealDrafts } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import {
  BOB,
  CAROL,
  FAILING,
  GOOD_FACTS,
  MINUTE_MS,
  PASSING,
  planFor,
  releaseFor,
  sha256,
  TOO_FEW,
  targetOf,
  World,
  worldWithStable,
} from "../rollout.test-helper.ts";
import { replay } from "./replay.ts";
import type { ReplayResult } from "./replay-result.ts";

const NEW = releaseFor("new");
const committed = { to: NEW, baseline: "committed" } as const;

function replayed(
  world: World,
  records: readonly StoredRecord[] = world.records,
  objects = world.objects,
): ReplayResult {
  const rollout_id = world.state.run?.rollout_id ?? "";
  return replay({ stream: world.state.stream, rollout_id, records, objects, sha256 });
}

const approvals = [{ role: "security_reviewer", environments: ["dev"] }];

/** Every way in which a run goes on or ends. */
const STORIES: readonly (readonly [name: string, tell: () => World])[] = [
  ["a release that reaches everybody", () => new World().commit(planFor({ to: NEW }))],
  ["a release that is compared with a baseline", () => worldWithStable().commit(planFor(committed))],
  ["a preflight that fails", () => new World().start(planFor({ to: NEW }), { ...GOOD_FACTS, artifact: "corrupt" })],
  ["a gate that fails", () => worldWithStable().start(planFor(committed)).advance().window(FAILING).verify()],
  ["a rollback with nothing to go back to", () => new World().start(planFor()).advance().window(FAILING).verify()],
  [
    "a deadline",
    () =>
      new World()
        .start(planFor())
        .advance()
        .wait(29 * MINUTE_MS)
        .window(TOO_FEW)
        .verify(),
  ],
  ["a hold that ends", () => new World().start(planFor()).advance().window(TOO_FEW).window(PASSING).advance()],
  ["an operator who rolls back", () => worldWithStable().start(planFor(committed)).advance().rollBack()],
  ["an abort", () => worldWithStable().start(planFor(committed)).advance().abort()],
  [
    "a hold that outlasts its limit",
    () => {
      const world = new World().start(planFor()).advance();
      world.apply({ do: "abort", reason: "", code: "hold_outlasted" });
      return world;
    },
  ],
  [
    "a preflight that fails under way, and one that finds another artifact",
    () => {
      const world = new World().start(planFor()).advance().window(PASSING);
      world.advance({ ...GOOD_FACTS, ledger: "unwritable" });
      return world.advance({ ...GOOD_FACTS, artifact: "corrupt" }).verify();
    },
  ],
  [
    "a health check that fails and then passes",
    () => {
      const world = worldWithStable().start(planFor(committed)).advance().window(FAILING);
      world.apply({ do: "verify_rollback", checks: [] });
      world.apply({ do: "verify_rollback", checks: [{ check: "stable_resolves", passed: false }] });
      return world.verify();
    },
  ],
  [
    "a pause, an approval and a promotion",
    () => {
      const world = new World().start(planFor({ policy: { approvals } }));
      const { target, policy_bundle_hash } = world.run;
      world.apply({ do: "pause", reason: "lunch" });
      world.apply({ do: "resume" });
      const signs_off = { release: target.release, policy_bundle_hash };
      world.apply({ do: "approve", role: "security_reviewer", signs_off }, BOB);
      world.advance();
      world.apply({ do: "promote" });
      return world.freeze(PASSING).judge();
    },
  ],
  [
    "an override by two persons",
    () => {
      const world = worldWithStable().start(planFor(committed)).advance();
      const asked = { do: "override", reason: "now", facts: GOOD_FACTS, progress: { total: 10, failed: 0 } } as const;
      world.apply({ ...asked, role: "release_owner" }, BOB);
      world.apply({ ...asked, role: "on_call" }, CAROL);
      return world.window(PASSING).window(PASSING).advance();
    },
  ],
  [
    "an undo",
    () => {
      const old = planFor({ to: releaseFor("old"), weights: [10_000] });
      const world = worldWithStable().commit(planFor(committed));
      const { release } = targetOf(old);
      world.apply({ do: "undo", release, plan: old, profile: world.profile(), facts: GOOD_FACTS });
      return world.window(PASSING).window(PASSING).advance();
    },
  ],
  [
    "a second attempt",
    () => {
      const world = worldWithStable().start(planFor(committed)).advance().abort().revalidate(NEW.manifest);
      world.apply({ do: "retry", profile: world.profile(), facts: GOOD_FACTS });
      return world.advance().window(PASSING);
    },
  ],
];

/** What somebody said, or saw outside: nothing else holds it, so nothing can contradict it but the chain. */
const SAID: ReadonlySet<string> = new Set(["reason", "failed_check"]);

/** The records sealed anew with other bodies: a chain that proves itself, and lies. */
function forged(world: World, change: (body: StoredRecord["record"]["body"], seq: number) => typeof body) {
  const { stream } = world.state;
  let head = emptyHead(stream, sha256);
  return world.records.flatMap(({ record }) => {
    const drafts = [{ ...record, body: change(record.body, record.seq) }];
    const now_unix_ms = record.at_unix_ms;
    const sealed = sealDrafts({ stream, head, drafts, now_unix_ms, sha256, accept_clock_jump: true });
    if (sealed.outcome !== "sealed") throw new Error(sealed.outcome);
    head = sealed.head;
    return sealed.records;
  });
}

describe.each(STORIES)("%s", (_name, tell) => {
  const world = tell();
  const rollout_id = world.state.run?.rollout_id;
  const own = world.records.filter(({ record }) => record.body["rollout_id"] === rollout_id);

  it("comes out the same, record for record", () => {
    const { run } = world.state;
    expect(replayed(world)).toMatchObject({
      result: "same",
      records: own.length,
      attempts: own.filter(({ record }) => record.type === "run_header").length,
      replay_token: run?.replay_token,
    });
  });

  it("does not when any field of any of its records was another one", () => {
    for (const { record } of own)
      for (const [field, value] of Object.entries(record.body)) {
        if (SAID.has(field)) continue;
        const records = forged(world, (body, seq) => (seq === record.seq ? { ...body, [field]: other(value) } : body));
        let result: string;
        try {
          result = replayed(world, records).result;
        } catch (error) {
          // It does not even fold.
          result = error instanceof Error ? error.name : "";
        }
        expect([record.seq, record.type, field, result]).not.toContain("same");
      }
  });

  it("cannot be replayed without any one of the objects that led to it", () => {
    const results = new Set<string>();
    for (const digest of world.objects.keys()) {
      const objects = new Map(world.objects);
      objects.delete(digest);
      const result = replayed(world, world.records, objects);
      results.add(result.result);
      if (result.result === "not_replayable") expect(result.missing).toBe(digest);
    }
    expect(results).toContain("not_replayable");
    expect(results).not.toContain("differs");
  });
});

/** Another value of the same form. */
function other(value: CborValue): CborValue {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return `${value}x`;
  if (value instanceof Uint8Array) return value.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
  return null;
}

describe("a forged verdict", () => {
  it("is named by its record and field", () => {
    const world = worldWithStable().start(planFor(committed)).advance().window(TOO_FEW);
    const judged = world.records.at(-1)?.record;
    expect(judged?.body["gate_result"]).toBe("hold");
    const records = forged(world, ({ code, ...body }, seq) =>
      seq === judged?.seq ? { ...body, gate_result: "pass" } : { ...body, ...(code === undefined ? {} : { code }) },
    );
    expect(replayed(world, records)).toMatchObject({ result: "differs", seq: judged?.seq, field: "code" });
  });
});

it("a rollout that nobody knows is an error, not a success", () => {
  const { records, objects, state } = new World().commit(planFor());
  const replaying = () => replay({ stream: state.stream, rollout_id: "none", records, objects, sha256 });
  expect(replaying).toThrow(expect.objectContaining({ code: "rollout_unknown" }));
});
