import { describe, expect, it } from "vitest";
import {
  containerCase,
  driftedCase,
  makeRunner,
  malformedCase,
  recorded,
  retryableCase,
} from "./cycles.test-helper.ts";

/** The backend does not answer these cases so often. */
function failing(runner: ReturnType<typeof makeRunner>, times: { readonly [case_id: string]: number }): string[] {
  const asked: string[] = [];
  const left = new Map(Object.entries(times));
  runner.backend.apply = async ({ case_key, attempt }) => {
    const case_id = case_key.split(":")[4] ?? "";
    asked.push(`${case_id} ${attempt}`);
    const rest = left.get(case_id) ?? 0;
    left.set(case_id, rest - 1);
    return rest > 0 ? { outcome: "unavailable", detail: "no route to the control plane" } : { outcome: "accepted" };
  };
  return asked;
}

describe("deployment_runtime: retries", () => {
  it("can succeed: a backend that fails twice has deployed at the third try (W-3)", async () => {
    const runner = makeRunner();
    const asked = failing(runner, { a: 2 });
    const report = await recorded(runner, [containerCase("a")]);
    expect(asked).toEqual(["a 1", "a 2", "a 3"]);
    expect(report).toMatchObject({
      applied_cases: 1,
      retryable_failures: 2,
      retry_attempts: 2,
      failed_cases: 0,
      reason_codes: ["retry_attempted", "retryable_failures_observed", "cloud_rollout_applied"],
      // The runbook: whoever had to try again looks first.
      health_state: "degraded",
      rollout_gate: "hold",
    });
    expect(runner.disk.state["rollouts"]).toHaveLength(1);
  });

  it("are given up after the last attempt, said with what the backend said, and begun anew by the next cycle", async () => {
    const runner = makeRunner();
    const asked = failing(runner, { a: 3 });
    const report = await recorded(runner, [containerCase("a")], { retry_max_attempts: 2 });
    expect(report).toMatchObject({ retryable_failures: 2, retry_attempts: 1, failed_cases: 1, applied_cases: 0 });
    expect(report.failures).toMatchObject([
      { outcome: "retryable_failure", status_code: 503, attempts: 2, detail: "no route to the control plane" },
    ]);
    expect(runner.disk.state["processed_case_keys"]).toEqual([]);
    const next = await recorded(runner, [containerCase("a")], { retry_max_attempts: 2 });
    expect(next).toMatchObject({ duplicate_skips: 0, applied_cases: 1 });
    expect(asked).toEqual(["a 1", "a 2", "a 1", "a 2"]);
  });

  it("hold up no other case: those behind go on while one waits", async () => {
    const runner = makeRunner();
    const asked = failing(runner, { a: 2, c: 1 });
    await recorded(
      runner,
      ["a", "b", "c", "d"].map((id) => containerCase(id)),
      { retry_base_delay_ms: 100 },
    );
    expect(asked).toEqual(["a 1", "b 1", "c 1", "d 1", "a 2", "c 2", "a 3"]);
    // a and c wait at the same time: 100 ms for both, then 200 ms for a.
    expect(runner.pauses).toEqual([100, 200]);
  });

  it("wait for their time: base, twice, four times it, also where a clock goes back", async () => {
    const runner = makeRunner();
    failing(runner, { a: 3 });
    await recorded(runner, [containerCase("a")], { retry_base_delay_ms: 50 });
    expect(runner.pauses).toEqual([50, 100, 200]);
    const backwards = makeRunner();
    failing(backwards, { a: 1 });
    const { backend } = backwards;
    const apply = backend.apply.bind(backend);
    backend.apply = async (request) => {
      const answer = await apply(request);
      backwards.clock.advance(-60_000);
      return answer;
    };
    await recorded(backwards, [containerCase("a")], { retry_base_delay_ms: 50 });
    expect(backwards.pauses).toEqual([50]);
  });

  it("run as soon as they are due, between other cases", async () => {
    const runner = makeRunner();
    const asked = failing(runner, { a: 1 });
    const { backend } = runner;
    const apply = backend.apply.bind(backend);
    backend.apply = async (request) => {
      runner.clock.advance(60);
      return apply(request);
    };
    await recorded(
      runner,
      ["a", "b", "c", "d"].map((id) => containerCase(id)),
      { retry_base_delay_ms: 100 },
    );
    expect(asked).toEqual(["a 1", "b 1", "c 1", "a 2", "d 1"]);
    expect(runner.pauses).toEqual([]);
  });

  it("never help a failure that the fixture simulates, nor are they made for what is refused or unexpected", async () => {
    const runner = makeRunner();
    const report = await recorded(runner, [retryableCase("r"), malformedCase("m"), driftedCase("x")]);
    expect(runner.backend.asked).toEqual([]);
    expect(report).toMatchObject({ retryable_failures: 4, retry_attempts: 3, malformed_cases: 1, failed_cases: 2 });
    const attempts = Object.fromEntries(report.failures.map((failure) => [failure.case_id, failure.attempts]));
    expect(attempts).toEqual({ r: 4, m: 1, x: 1 });
    expect(runner.disk.state["processed_case_keys"]).toHaveLength(1);
  });

  it("are handed the whole case and the same key at each attempt", async () => {
    const runner = makeRunner();
    const given = containerCase("a");
    await recorded(runner, [given]);
    const [request] = runner.backend.asked;
    expect(JSON.parse(new TextDecoder().decode(request?.document))).toEqual(given);
    const [rollout] = runner.disk.state["rollouts"] as { case_key: string }[];
    expect(request?.case_key).toBe(rollout?.case_key);
  });
});

describe("deployment_runtime: what counts as done", () => {
  it.each([
    ["another region", { region: "fra" }],
    ["another image", { container_image: "registry.example/shop:2" }],
    ["another number of replicas", { replicas: 2 }],
    ["another environment", { environment: "production" }],
  ])("is not %s under the same case_id (W-4)", async (_what, changes) => {
    const runner = makeRunner();
    await recorded(runner, [containerCase("a")]);
    expect(await recorded(runner, [containerCase("a", changes)])).toMatchObject({
      duplicate_skips: 0,
      applied_cases: 1,
    });
    expect(await recorded(runner, [containerCase("a", changes)])).toMatchObject({ duplicate_skips: 1 });
  });

  it("is not a malformed case that was corrected: its key was not burnt (W-4)", async () => {
    const runner = makeRunner();
    await recorded(runner, [malformedCase("a")]);
    expect(await recorded(runner, [malformedCase("a")])).toMatchObject({ duplicate_skips: 1 });
    expect(await recorded(runner, [containerCase("a")])).toMatchObject({ duplicate_skips: 0, applied_cases: 1 });
  });
});
