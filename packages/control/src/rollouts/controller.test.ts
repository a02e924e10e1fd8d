import { MemoryMetricWindows } from "@tau-edge/adapter-memory";
import { PortError } from "@tau-edge/ports";
import { describe, expect, it } from "vitest";
import { diskWithStable, done, MINUTE_MS, Process, planFor, shown } from "./rollouts.test-helper.ts";

describe("the controller", () => {
  it("takes a good release from the start to COMMITTED, and computes it again", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const next = await process.release(2);
    const id = await process.start(planFor(next));
    const view = await process.finish(id);
    expect(view).toMatchObject({ status: "success", phase: "ended", weight_bp: 10_000 });
    expect(view.committed?.rollout_id).toBe(id);
    expect(disk.pointers.has(`default/dev/shop/${id}`)).toBe(true);
    expect(view.judgements.map(({ stage, result }) => `${stage} ${result}`)).toEqual([
      "0 pass",
      "1 pass",
      "2 pass",
      "2 pass",
    ]);
    expect(await process.rollouts.replay(id)).toMatchObject({ result: "same", attempts: 1, verdicts: 4 });
  });

  it("freezes with each window how the verdicts before it came out again", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    await process.observe(id);
    await process.tick();
    const [first] = shown(await process.rollouts.get(id)).judgements;
    // The evidence of the first verdict is gone: it cannot come out again.
    disk.objects.delete(first?.snapshot ?? "sha256:");
    await process.observe(id);
    await process.tick();
    const view = shown(await process.rollouts.get(id));
    expect(view.rollback).toMatchObject({ trigger: "gate_failed", code: "replay_diverged" });
  });

  it("rolls a bad release back in the same tick in which it can only fail, and proves health after it", async () => {
    const { disk, stable } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    await process.observe(id, 9);
    const [tick] = await process.tick();
    expect(tick?.done).toEqual(["freeze", "judge", "verify_rollback"]);
    expect(tick?.rollout_id).toBe(id);
    expect(tick?.ended).toEqual({ status: "rolled_back", failure_code: "error_rate_breached" });
    const view = shown(await process.rollouts.get(id));
    expect(view).toMatchObject({ status: "rolled_back", failure_code: "error_rate_breached", weight_bp: 0 });
    const [served] = await process.rollouts.history("dev");
    expect(served?.stable?.release).toBe(stable.release);
    expect(served?.candidate).toBeUndefined();
    expect(await process.rollouts.replay(id)).toMatchObject({ result: "same" });
  });

  it("asks the environment's health check after a rollback, and goes on asking while it fails", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const health = { check: "health", command: ["./health"], timeout_ms: 1_000 };
    const profile = { schema_version: 1, environment: "dev", determinism: "bitwise", checks: [health] } as const;
    const plan = planFor(await process.release(2));
    const { rollout_id } = done(
      await process.rollouts.start({ plan, environment: "dev", accept_noise: true, profile }),
    );
    await process.tick();
    disk.checks.outcomes.set("health", "failed");
    done(await process.rollouts.command(rollout_id, { do: "roll_back", reason: "it looks odd" }));
    await process.tick();
    expect(shown(await process.rollouts.get(rollout_id)).rollback?.failed_check).toBe("health");
    expect(disk.checks.ran).toEqual(["health"]);
    disk.checks.outcomes.set("health", "passed");
    await process.tick();
    expect(disk.checks.ran).toEqual(["health"]);
    disk.clock.advance(MINUTE_MS);
    await process.tick();
    expect(shown(await process.rollouts.get(rollout_id)).status).toBe("rolled_back");
    expect(await process.rollouts.replay(rollout_id)).toMatchObject({ result: "same" });
  });

  it("freezes the result of a check that a gate asks for", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const smoke = { check: "smoke", command: ["./smoke"], timeout_ms: 1_000 };
    const profile = { schema_version: 1, environment: "dev", determinism: "bitwise", checks: [smoke] } as const;
    const gates = [{ id: "smoke", metric: "external_check", check: "smoke" }];
    const plan = planFor(await process.release(2), {}, { gates });
    disk.checks.outcomes.set("smoke", "failed");
    const started = await process.rollouts.start({ plan, environment: "dev", accept_noise: true, profile });
    const view = await process.finish(done(started).rollout_id);
    expect(view).toMatchObject({ status: "rolled_back", failure_code: "check_failed" });
  });

  it("holds a rollout whose preflight fails, looks again after half a minute, and goes on when it passes", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    disk.space.free_bytes = 0;
    const [first] = await process.tick();
    expect(first).toMatchObject({ done: [], refused: { step: "advance", code: "preflight_failed" } });
    expect(first?.refused?.detail).toBe("space_short");
    expect(shown(await process.rollouts.get(id)).held?.code).toBe("preflight_failed");
    disk.space.free_bytes = 2 ** 40;
    await process.tick();
    expect(shown(await process.rollouts.get(id)).phase).toBe("ready");
    disk.clock.advance(MINUTE_MS);
    await process.tick();
    expect(shown(await process.rollouts.get(id))).toMatchObject({ phase: "exposed", stage: 0 });
  });

  it("rolls back when the artifact that is served is not what was judged any more", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const next = await process.release(2);
    const id = await process.start(planFor(next));
    await process.tick();
    await process.observe(id);
    disk.objects.set(next.artifact, new Uint8Array([0]));
    const view = await process.finish(id);
    expect(view).toMatchObject({ status: "rolled_back", failure_code: "artifact_unverified" });
  });

  it("freezes what it cannot look at as unreachable after max_silence, and holds", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    const gone = async () => {
      throw new PortError("store_unavailable", "windows.db", "It is gone");
    };
    const blind = new MemoryMetricWindows();
    Object.assign(blind, { progress: gone, freeze: gone, add: gone, lateCount: gone });
    const without = new Process(disk, undefined, { windows: blind });
    expect(await without.tick()).toMatchObject([{ waits: { reason: "evidence" }, unreachable: true }]);
    expect(shown(await without.rollouts.get(id)).window?.candidate).toBeUndefined();
    disk.clock.advance(11 * MINUTE_MS);
    await without.tick();
    const view = shown(await without.rollouts.get(id));
    expect(view).toMatchObject({ held: { code: "source_unreachable" }, window: { number: 1 } });
    expect(await without.rollouts.replay(id)).toMatchObject({ result: "same" });
  });

  it("rolls back a release whose counters do not add up any more", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const next = await process.release(2);
    const id = await process.start(planFor(next));
    await process.tick();
    await process.observe(id);
    for (const { shards } of disk.arms.get(id)?.get(next.release)?.windows.values() ?? [])
      for (const [lane, counters] of shards) shards.set(lane, { ...counters, failed: Number.MAX_SAFE_INTEGER });
    await process.tick();
    expect(shown(await process.rollouts.get(id))).toMatchObject({
      status: "rolled_back",
      failure_code: "counter_overflow",
    });
  });

  it("waits with a bad release for nobody: a window without enough observations ends at its deadline", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    disk.clock.advance(31 * MINUTE_MS);
    await process.tick();
    expect(shown(await process.rollouts.get(id))).toMatchObject({ status: "rolled_back", failure_code: "no_data" });
  });

  it("takes a weekend without records for what it is, where the rollout waits for people", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const policy = { approvals: [{ role: "on_call", environments: ["dev"] }], max_hold_ms: 4 * 24 * 60 * MINUTE_MS };
    const plan = planFor(await process.release(2), {}, policy);
    const id = await process.start(plan);
    await process.tick();
    disk.clock.advance(3 * 24 * 60 * MINUTE_MS);
    done(await process.rollouts.command(id, { do: "approve", role: "on_call", release: plan.release }));
    expect(await disk.trace()).toContain("clock_accepted");
    await process.tick();
    expect(shown(await process.rollouts.get(id))).toMatchObject({ phase: "exposed", stage: 0 });
  });

  it("goes on in every other stream when one cannot be read", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    await process.start(planFor(await process.release(2)));
    const rows = disk.rows.get("default/dev/shop") ?? [];
    disk.rows.set("default/dev/abc", rows.slice(0, 2));
    const ticks = await process.tick().catch((error: unknown) => error);
    expect(ticks).toMatchObject({ code: "ledger_corrupt" });
    expect((await disk.trace()).at(-1)).toBe("entered");
  });

  it("shares one ledger with another controller: each step is taken once, whoever is first", async () => {
    const { disk } = await diskWithStable();
    const [one, other] = [new Process(disk), new Process(disk)];
    const id = await one.start(planFor(await one.release(2)));
    for (let minute = 0; minute < 10; minute++) {
      await Promise.all([one.tick(), other.tick(), one.tick(), other.tick()]);
      await one.observe(id);
    }
    const view = shown(await other.rollouts.get(id));
    expect(view.status).toBe("success");
    expect(view.judgements.map(({ stage, result }) => `${stage} ${result}`)).toEqual([
      "0 pass",
      "1 pass",
      "2 pass",
      "2 pass",
    ]);
    expect(await other.rollouts.replay(id)).toMatchObject({ result: "same", verdicts: 4 });
  });

  it.each([0, 1, 2, 3])("obeys an abort that races it in minute %i", async (minute) => {
    const { disk, stable } = await diskWithStable();
    const [controller, operator] = [new Process(disk), new Process(disk)];
    const id = await operator.start(planFor(await operator.release(2)));
    for (let before = 0; before < minute; before++) {
      await controller.tick();
      await controller.observe(id);
    }
    const abort = operator.rollouts.command(id, { do: "abort", reason: "now" });
    const [result] = await Promise.all([abort, controller.tick(), controller.tick()]);
    expect(done(result)).toMatchObject({ status: "failed", weight_bp: 0 });
    await controller.tick();
    const [served] = await controller.rollouts.history("dev");
    expect(served).toMatchObject({ stable: { release: stable.release } });
    expect(served?.candidate).toBeUndefined();
    expect(await controller.rollouts.replay(id)).toMatchObject({ result: "same" });
  });

  it("publishes a COMMITTED pointer that a crash kept back, and refuses one that no record asked for", async () => {
    const { disk } = await diskWithStable();
    const [key = ""] = disk.pointers.keys();
    const bytes = disk.pointers.get(key) ?? new Uint8Array();
    disk.pointers.delete(key);
    await new Process(disk).tick();
    expect(disk.pointers.get(key)).toEqual(bytes);
    disk.pointers.set("default/dev/shop/default~dev~shop~9000", bytes);
    const process = new Process(disk);
    await expect(process.tick()).rejects.toMatchObject({ code: "ledger_corrupt" });
    const start = process.start(planFor(await process.release(2)));
    await expect(start).rejects.toMatchObject({ code: "ledger_corrupt" });
    disk.pointers.delete("default/dev/shop/default~dev~shop~9000");
    disk.pointers.set(key, new Uint8Array([...bytes.slice(0, -1), 0]));
    await expect(new Process(disk).tick()).rejects.toMatchObject({ code: "pointer_conflict" });
  });

  it("lets go of the windows of a rollout that is over", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    await process.finish(id, 9);
    await process.tick();
    const windows = [...disk.arms.values()]
      .flatMap((arms) => [...arms.values()])
      .flatMap(({ windows }) => [...windows]);
    expect(windows).toEqual([]);
  });
});
