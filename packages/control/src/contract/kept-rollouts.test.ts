/** What the original left in `state.json` stays there, however little it says. */
import { encodeUtf8 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { containerCase, makeRunner, recorded } from "./cycles.test-helper.ts";

const key = (case_id: string) => `container:native:staging:shop:${case_id}`;

const record = (case_id: string, more: object = {}) => ({
  case_key: key(case_id),
  case_id,
  deploy_target: "container",
  runtime_profile: "native",
  blueprint_id: "shop",
  environment: "staging",
  region: "iad",
  ...more,
});

async function rolloutsAfterCycle(rollouts: readonly object[]): Promise<readonly unknown[]> {
  const runner = makeRunner();
  const state = { processed_case_keys: [], rollouts };
  runner.disk.files.set(".tau/deployment/state.json", encodeUtf8(JSON.stringify(state)));
  await recorded(runner, [containerCase("new")]);
  const listed = runner.disk.state["rollouts"];
  return Array.isArray(listed) ? listed : [];
}

it.each([
  ["records that say nothing but their keys", [{ case_key: key("a") }, { case_key: key("b") }]],
  ["records whose fields say the same under different keys", [record("a"), { ...record("a"), case_key: key("b") }]],
  ["records with keys of three parts", [{ case_key: "container:shop:a" }, { case_key: "container:shop:b" }]],
  ["records without a key", [{ outcome: "success" }, { status_code: 202 }]],
])("keeps %s beside what a cycle adds", async (_, rollouts) => {
  const kept = await rolloutsAfterCycle(rollouts);
  expect(kept).toHaveLength(rollouts.length + 1);
  for (const rollout of rollouts) expect(kept).toContainEqual(rollout);
});

it("puts the result of the same case in the place of its own record only", async () => {
  const kept = await rolloutsAfterCycle([
    record("new", { artifact: "old" }),
    record("other"),
    record("new%", { x: 1 }),
  ]);
  expect(kept).toHaveLength(3);
  expect(kept).toContainEqual(record("other"));
  expect(kept).toContainEqual(record("new%", { x: 1 }));
  expect(kept).not.toContainEqual(record("new", { artifact: "old" }));
});
