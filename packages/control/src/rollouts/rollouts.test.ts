import { describe, expect, it } from "vitest";
import { fixedValidator } from "../packaging.test-helper.ts";
import { BOB, Disk, diskWithStable, done, MINUTE_MS, Process, planFor, shown } from "./rollouts.test-helper.ts";

describe("releases", () => {
  it("are recorded once, and listed newest first", async () => {
    const process = new Process(new Disk());
    const one = await process.release(1);
    const again = await process.rollouts.createRelease({ manifest_digest: one.manifest_digest, version: "1.0.1" });
    expect(again).toEqual({ outcome: "unchanged", release: one });
    const two = await process.release(2);
    expect(await process.rollouts.releases("shop")).toEqual([two, one]);
  });

  it("are refused for a manifest that nobody packaged", async () => {
    const process = new Process(new Disk());
    const one = await process.release(1);
    const request = { manifest_digest: one.artifact };
    expect(await process.rollouts.createRelease(request)).toMatchObject({ code: "manifest_unknown" });
  });
});

describe("a dry run", () => {
  it("says what would be, and writes nothing", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const plan = planFor(await process.release(2));
    const before = disk.contents();
    const request = { plan, environment: "dev", accept_noise: true } as const;
    const result = await process.rollouts.start(request, { dry_run: true });
    expect(result).toMatchObject({ outcome: "done", dry_run: true, records: ["run_header"] });
    expect(done(result)).toMatchObject({ status: "open", phase: "ready" });
    expect(disk.contents()).toBe(before);
    expect(await process.rollouts.get(done(result).rollout_id)).toBeUndefined();
    expect(done(await process.rollouts.start(request)).rollout_id).toBe(done(result).rollout_id);
    const started = disk.contents();
    const abort = await process.rollouts.command(
      done(result).rollout_id,
      { do: "abort", reason: "x" },
      { dry_run: true },
    );
    expect(abort).toMatchObject({ records: ["iter", "run_end"], rollout: { status: "failed" } });
    expect(disk.contents()).toBe(started);
  });

  it("of what would be refused says why", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const plan = planFor(await process.release(2));
    disk.space.free_bytes = 0;
    const before = disk.contents();
    const request = { plan, environment: "dev", accept_noise: true } as const;
    const result = await process.rollouts.start(request, { dry_run: true });
    expect(result).toMatchObject({ outcome: "refused", code: "preflight_failed", detail: "space_short" });
    expect(disk.contents()).toBe(before);
  });
});

describe("a start", () => {
  it("whose preflight fails leaves a trace, and is refused with the report", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const plan = planFor(await process.release(2), { allow_unsigned: false });
    const request = { plan, environment: "dev", accept_noise: true } as const;
    expect(await process.rollouts.preflight(request)).toMatchObject({ outcome: "checked", passed: false });
    const result = await process.rollouts.start(request);
    expect(result).toMatchObject({
      code: "preflight_failed",
      detail: "signature_missing",
      rollout: { status: "failed" },
    });
    expect((await disk.trace()).slice(-2)).toEqual(["run_header", "run_end"]);
  });

  it("is refused for a release that no record names", async () => {
    const { disk, stable } = await diskWithStable();
    const plan = planFor({ ...stable, release: stable.artifact });
    const result = await new Process(disk).rollouts.start({ plan, environment: "dev" });
    expect(result).toMatchObject({ code: "release_unknown" });
  });

  it("needs the lockfile of a release that names one, and a retry need not give it again", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const packaged = await process.release(2);
    const lockfile_hash = packaged.artifact;
    const created = await process.rollouts.createRelease({ manifest_digest: packaged.manifest_digest, lockfile_hash });
    if (created.outcome === "refused") throw new Error(created.code);
    const plan = planFor(created.release);
    const request = { plan, environment: "dev", accept_noise: true } as const;
    expect(await process.rollouts.preflight(request)).toMatchObject({ passed: false });
    expect(await process.rollouts.preflight({ ...request, lockfile_hash: packaged.manifest_digest })).toMatchObject({
      passed: false,
    });
    const { rollout_id } = done(await process.rollouts.start({ ...request, lockfile_hash }));
    await process.tick();
    expect(shown(await process.rollouts.get(rollout_id)).stage).toBe(0);
  });

  it("in staging and prod needs what came before, and keeps its COMMITTED pointer as evidence", async () => {
    const { disk, stable } = await diskWithStable();
    const process = new Process(disk);
    const policy = { watch: { duration_ms: 30 * MINUTE_MS, judge_every_ms: MINUTE_MS, min_samples: 40 } };
    const approvals = [{ role: "on_call", environments: ["prod"] }];
    const environments = ["dev", "staging", "prod"];
    const plan = planFor(stable, { baseline: "none", environments }, { ...policy, approvals });
    const early = await process.rollouts.start({ plan, environment: "prod", accept_noise: true });
    expect(early).toMatchObject({ code: "preflight_failed", detail: "environment_order" });
    const staging = await process.finish(await process.start(plan, "staging"));
    expect(staging.status).toBe("success");
    const [[key, pointer] = []] = [...disk.pointers].filter(([stored]) => stored.startsWith("default/staging/"));
    if (key === undefined || pointer === undefined) throw new Error("nothing is committed in staging");
    disk.pointers.delete(key);
    const unpublished = await process.rollouts.preflight({ plan, environment: "prod", accept_noise: true });
    expect(unpublished).toMatchObject({ passed: false });
    disk.pointers.set(key, pointer);
    const id = await process.start(plan, "prod");
    const [header] = await process.ports.ledger.read("default/prod/shop", 2, 1);
    expect(header?.record).toMatchObject({ type: "run_header", seen: { stream: "default/staging/shop" } });
    expect([...disk.objects.values()]).toContainEqual(pointer);
    // Meanwhile the next release passes staging, which is no reason to stop this one.
    const next = planFor(await process.release(2), { environments: ["dev", "staging"] });
    for (const environment of ["dev", "staging"] as const)
      expect(await process.finish(await process.start(next, environment))).toMatchObject({ status: "success" });
    done(await process.as(BOB).command(id, { do: "approve", role: "on_call", release: stable.release }));
    expect(await process.finish(id)).toMatchObject({ status: "success", environment: "prod" });
    expect(await process.rollouts.replay(id)).toMatchObject({ result: "same" });
  });
});

describe("a rollout that was rolled back", () => {
  it("locks the stream until a validation passed for what goes next", async () => {
    const { disk } = await diskWithStable();
    const deep = fixedValidator({ result: "passed", validators: [{ name: "v8", version: "1" }] });
    const process = new Process(disk, undefined, { validator: deep });
    const bad = await process.release(2);
    await process.finish(await process.start(planFor(bad)), 9);
    const next = await process.release(3);
    const request = { plan: planFor(next), environment: "dev", accept_noise: true } as const;
    expect(await process.rollouts.start(request)).toMatchObject({ code: "revalidation_required" });
    const wanted = { environment: "dev", blueprint: "shop", manifest: next.manifest_digest } as const;
    const revalidate = (validation: string, manifest = wanted.manifest) =>
      process.rollouts.revalidate({ ...wanted, manifest, validation });
    expect(await revalidate("tarot")).toMatchObject({ code: "validation_unknown" });
    expect(await revalidate("deep", bad.artifact)).toMatchObject({ code: "manifest_unknown" });
    expect(await new Process(disk).rollouts.revalidate({ ...wanted, validation: "deep" })).toMatchObject({
      code: "validator_missing",
    });
    expect(done(await revalidate("deep")).lock?.cleared).toBe(next.manifest_digest);
    expect(deep.shown).toHaveLength(1);
    expect(done(await process.rollouts.start(request)).status).toBe("open");
  });

  it("stays locked by a validation that fails, or that did not run", async () => {
    const { disk } = await diskWithStable();
    const deep = fixedValidator({ result: "not_run", validators: [], reason: "validator_not_installed" });
    const process = new Process(disk, undefined, { validator: deep });
    const bad = await process.release(2);
    await process.finish(await process.start(planFor(bad)), 9);
    const wanted = { environment: "dev", blueprint: "shop", manifest: bad.manifest_digest } as const;
    const view = done(await process.rollouts.revalidate({ ...wanted, validation: "deep" }));
    expect(view.lock).toBeDefined();
    expect(view.lock?.cleared).toBeUndefined();
  });

  it("can be retried under its own id after that", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const next = await process.release(2);
    const id = await process.start(planFor(next));
    done(await process.rollouts.command(id, { do: "abort", reason: "not now" }));
    const wanted = { environment: "dev", blueprint: "shop", manifest: next.manifest_digest } as const;
    done(await process.rollouts.revalidate({ ...wanted, validation: "profile:wasi_preview2_v1" }));
    const retried = await process.rollouts.command(id, { do: "retry" });
    expect(done(retried)).toMatchObject({ rollout_id: id, attempt: 2, status: "open" });
    const view = await process.finish(id);
    expect(view).toMatchObject({ status: "success", attempt: 2 });
    expect(await process.rollouts.replay(id)).toMatchObject({ result: "same", attempts: 2 });
    expect((await process.rollouts.trace(id))?.attempts.map(({ final_status }) => final_status)).toEqual([
      "failed",
      "success",
    ]);
  });
});

describe("operators", () => {
  it("cannot command what is over, or what nobody knows", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const [first] = (await process.rollouts.list()).rollouts;
    const pause = { do: "pause", reason: "" } as const;
    expect(await process.rollouts.command("nonsense", pause)).toMatchObject({ code: "rollout_unknown" });
    expect(await process.rollouts.command("default~dev~shop~77", pause)).toMatchObject({ code: "rollout_unknown" });
    await process.start(planFor(await process.release(2)));
    expect(await process.rollouts.command(first?.rollout_id ?? "", pause)).toMatchObject({ code: "rollout_ended" });
    expect(await disk.trace()).not.toContain("paused");
  });

  it("decide again on what they find when somebody else was first", async () => {
    const { disk } = await diskWithStable();
    const first = new Process(disk);
    const id = await first.start(planFor(await first.release(2)));
    const { ledger } = new Process(disk).ports;
    let overtaken = false;
    const append = ledger.append.bind(ledger);
    ledger.append = async (request) => {
      if (!overtaken) {
        overtaken = true;
        done(await first.rollouts.command(id, { do: "pause", reason: "first" }));
      }
      return append(request);
    };
    const second = new Process(disk, undefined, { ledger });
    const late = await second.rollouts.command(id, { do: "pause", reason: "second" });
    expect(late).toMatchObject({ code: "paused", rollout: { paused: { reason: "first" } } });
    overtaken = false;
    await first.rollouts.command(id, { do: "resume" });
    done(await second.rollouts.command(id, { do: "abort", reason: "both" }));
    expect((await disk.trace()).slice(-5)).toEqual(["paused", "resumed", "paused", "aborted", "run_end"]);
  });

  it("pause, approve and override, each in a name of their own", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const next = await process.release(2);
    const id = await process.start(planFor(next, {}, { approvals: [{ role: "on_call", environments: ["dev"] }] }));
    const [tick] = await process.tick();
    expect(tick?.waits?.reason).toBe("approvals");
    const override = (role: "release_owner" | "on_call") => ({ do: "override", role, reason: "now" }) as const;
    expect(await process.rollouts.command(id, override("release_owner"))).toMatchObject({ code: "preflight_failed" });
    done(await process.as(BOB).command(id, { do: "approve", role: "on_call", release: next.release }));
    done(await process.rollouts.command(id, override("release_owner")));
    const view = done(await process.as(BOB).command(id, override("on_call")));
    expect(view).toMatchObject({ stage: 2, weight_bp: 10_000, overridden: true });
    expect(view.approvals.given).toEqual([{ role: "on_call", actor: BOB }]);
    done(await process.rollouts.command(id, { do: "pause", reason: "wait" }));
    expect((await process.tick())[0]?.waits?.reason).toBe("paused");
    const finished = done(await process.rollouts.command(id, { do: "resume" }));
    expect(finished.paused).toBeUndefined();
    expect(await process.rollouts.replay(id)).toMatchObject({ result: "same" });
  });

  it("go back to a release that was committed before, in one step", async () => {
    const { disk, stable } = await diskWithStable();
    const process = new Process(disk);
    await process.finish(await process.start(planFor(await process.release(2))));
    const back = { environment: "dev", blueprint: "shop", release: stable.release } as const;
    const undone = done(await process.rollouts.undo(back));
    expect(undone).toMatchObject({ kind: "undo", weight_bp: 10_000, release: stable.release });
    expect(await process.finish(undone.rollout_id)).toMatchObject({ status: "success" });
    expect(await process.rollouts.replay(undone.rollout_id)).toMatchObject({ result: "same" });
    expect(await process.rollouts.undo({ ...back, release: stable.artifact })).toMatchObject({ code: "undo_unknown" });
  });

  it("withdraw a release whatever the clock says", async () => {
    const { disk } = await diskWithStable();
    const process = new Process(disk);
    const id = await process.start(planFor(await process.release(2)));
    await process.tick();
    disk.clock.advance(400 * 24 * 60 * MINUTE_MS);
    await expect(process.tick()).rejects.toMatchObject({ code: "clock_jump" });
    expect(done(await process.rollouts.command(id, { do: "abort", reason: "now" })).status).toBe("failed");
    expect((await disk.trace()).slice(-3)).toEqual(["aborted", "run_end", "clock_accepted"]);
  });
});
