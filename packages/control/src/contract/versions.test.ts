/** One case in several versions: which of them is done, and which must be tried again? */
import { encodeUtf8 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { containerCase, type JsonMap, makeRunner, recorded } from "./cycles.test-helper.ts";

const version = (nth: number, case_id = "a") =>
  containerCase(case_id, { container_image: `registry.example/shop:${nth}` });

/** Names no image, as its author expects. */
const malformed = (): JsonMap => ({
  ...containerCase("a", { container_image: "" }),
  expected: {
    outcome: "malformed_input",
    status_code: 400,
    error_code: "deployment_missing_artifact",
    response_body: { status: "rejected", reason: "missing_container_image" },
  },
});

type Runner = ReturnType<typeof makeRunner>;

function down(runner: Runner, isDown: boolean): void {
  runner.backend.apply = async () => (isDown ? { outcome: "unavailable", detail: "down" } : { outcome: "accepted" });
}

async function outcomeOf(runner: Runner, given: JsonMap): Promise<string> {
  const { applied_cases, duplicate_skips, malformed_cases } = await recorded(runner, [given]);
  if (duplicate_skips === 1) return "duplicate";
  if (malformed_cases === 1) return "malformed";
  return applied_cases === 1 ? "applied" : "failed";
}

async function outcomesOf(runner: Runner, cases: readonly JsonMap[]): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (const given of cases) outcomes.push(await outcomeOf(runner, given));
  return outcomes;
}

function artifactsIn(runner: Runner): readonly string[] {
  const state: { readonly rollouts: readonly { readonly artifact: string }[] } = JSON.parse(
    runner.disk.text(".tau/deployment/state.json"),
  );
  return state.rollouts.map(({ artifact }) => artifact);
}

it("tries the first version again after the second one: a rollback is no duplicate", async () => {
  const runner = makeRunner();
  expect(await outcomesOf(runner, [version(1), version(2), version(1), version(1), version(2)])).toEqual([
    "applied",
    "applied",
    "applied",
    "duplicate",
    "applied",
  ]);
  expect(artifactsIn(runner)).toEqual(["registry.example/shop:2"]);
});

it("leaves what is applied alone when a later version was malformed, and does not try that one for ever", async () => {
  const runner = makeRunner();
  const cases = [version(1), malformed(), version(1), malformed(), version(1)];
  expect(await outcomesOf(runner, cases)).toEqual(["applied", "malformed", "duplicate", "duplicate", "duplicate"]);
  expect(artifactsIn(runner)).toEqual(["registry.example/shop:1"]);
});

it("tries a version that failed until it is applied, and the one that is applied not once", async () => {
  const runner = makeRunner();
  expect(await outcomeOf(runner, version(1))).toBe("applied");
  down(runner, true);
  const cases = [version(2), version(1), version(2)];
  expect(await outcomesOf(runner, cases)).toEqual(["failed", "duplicate", "failed"]);
  down(runner, false);
  expect(await outcomesOf(runner, [version(2), version(2)])).toEqual(["applied", "duplicate"]);
});

it("tries a rollback that failed again", async () => {
  const runner = makeRunner();
  await outcomesOf(runner, [version(1), version(2)]);
  down(runner, true);
  expect(await outcomeOf(runner, version(1))).toBe("failed");
  down(runner, false);
  expect(await outcomesOf(runner, [version(2), version(1), version(1)])).toEqual(["duplicate", "applied", "duplicate"]);
});

it("remembers what was applied again as the newest", async () => {
  const runner = makeRunner();
  const options = { processed_case_cap: 2 };
  for (const given of [version(1), version(2), version(1), version(1, "b")]) await recorded(runner, [given], options);
  expect(await outcomeOf(runner, version(1))).toBe("duplicate");
});

it("takes the newer of two records of one case, ours and the original's, who went on after an export", async () => {
  const runner = makeRunner();
  await recorded(runner, [version(1)]);
  const state: { rollouts: { updated_unix_ms: number }[]; processed_case_keys: string[] } = JSON.parse(
    runner.disk.text(".tau/deployment/state.json"),
  );
  const case_key = "container:native:staging:shop:a";
  const [ours] = state.rollouts;
  if (ours === undefined) throw new TypeError("the first cycle left a rollout");
  const theirs = { ...ours, case_key, artifact: "registry.example/shop:2", updated_unix_ms: ours.updated_unix_ms + 1 };
  for (const rollouts of [
    [theirs, ours],
    [ours, theirs],
  ]) {
    const other = makeRunner();
    const processed_case_keys = [...state.processed_case_keys, case_key];
    other.disk.files.set(".tau/deployment/state.json", encodeUtf8(JSON.stringify({ rollouts, processed_case_keys })));
    expect(await outcomesOf(other, [version(2), version(1, "b")])).toEqual(["duplicate", "applied"]);
    expect(artifactsIn(other)).toEqual(["registry.example/shop:2", "registry.example/shop:1"]);
    expect(await outcomeOf(other, version(1))).toBe("applied");
  }
});

it.each(["a", "a:b", "a%b"])(
  "tries every later version of the case %s that the original did, and a rollback to it",
  async (id) => {
    const runner = makeRunner();
    const case_key = `container:native:staging:shop:${id}`;
    const { expected: _, container_image: artifact, ...fields } = version(1, id);
    const rollouts = [{ ...fields, case_key, artifact, outcome: "success" }];
    const state = { processed_case_keys: [case_key], rollouts };
    runner.disk.files.set(".tau/deployment/state.json", encodeUtf8(JSON.stringify(state)));
    const cases = [1, 2, 2, 3, 1, 1].map((nth) => version(nth, id));
    expect(await outcomesOf(runner, cases)).toEqual([
      "duplicate",
      "applied",
      "duplicate",
      "applied",
      "applied",
      "duplicate",
    ]);
    expect(artifactsIn(runner)).toEqual(["registry.example/shop:1"]);
    expect(runner.disk.state["processed_case_keys"]).toContain(case_key);
  },
);
