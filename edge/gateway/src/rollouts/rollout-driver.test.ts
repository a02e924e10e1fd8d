/** When the controller is called, that it is never called twice at once, and what is said of what fails. */
import { ManualClock, MemoryLedgerStore } from "@tau-edge/adapter-memory";
import { type Controller, draftPackaged, packagingStream, type StreamTick } from "@tau-edge/control";
import { PortError } from "@tau-edge/ports";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LIMITS } from "../limits.ts";
import type { Fault } from "../ports.ts";
import { driveRollouts } from "./rollout-driver.ts";
import { digestFor } from "./rollouts.test-helper.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const STREAM = "default/dev/edge-wasm";

function driving(tick: () => Promise<readonly StreamTick[]>) {
  const clock = new ManualClock();
  const ledger = new MemoryLedgerStore();
  const faults: Fault[] = [];
  let ticks = 0;
  const controller: Controller = {
    tick() {
      ticks += 1;
      return tick();
    },
  };
  const driver = driveRollouts({ controller, ledger, clock, log: (fault) => faults.push(fault) });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      await vi.advanceTimersByTimeAsync(100);
    }
  };
  return { driver, ledger, faults, pass, ticks: () => ticks };
}

it("looks once a second while something is open, and less often when nothing is", async () => {
  let open = false;
  const { driver, pass, ticks } = driving(async () => (open ? [{ stream: STREAM, done: [] }] : []));
  await pass(20_000);
  expect(ticks()).toBeLessThanOrEqual(20_000 / LIMITS.tick_idle_ms + 1);
  open = true;
  await pass(LIMITS.tick_idle_ms);
  const before = ticks();
  await pass(10_000);
  expect(ticks() - before).toBeGreaterThanOrEqual(9);
  await driver.stop();
});

it("sees within a second what another process has begun", async () => {
  const { driver, ledger, pass, ticks } = driving(async () => []);
  await pass(LIMITS.tick_open_ms * 2);
  const before = ticks();
  const draft = draftPackaged(FACTS, { kind: "local", id: "tester" });
  const stream = packagingStream("edge-wasm");
  await ledger.append({ stream, expected_seq: -1, drafts: [draft], objects: [], now_unix_ms: 1_767_225_600_000 });
  await pass(LIMITS.tick_open_ms + 100);
  expect(ticks()).toBe(before + 1);
  await driver.stop();
});

it("waits for a tick that takes long, and for the last one when it stops", async () => {
  const slow = Promise.withResolvers<readonly StreamTick[]>();
  const { driver, pass, ticks } = driving(() => slow.promise);
  await pass(10_000);
  expect(ticks()).toBe(1);
  let stopped = false;
  const stopping = driver.stop().then(() => {
    stopped = true;
  });
  await pass(1_000);
  expect(stopped).toBe(false);
  slow.resolve([{ stream: STREAM, done: [] }]);
  await pass(100);
  await stopping;
  await pass(10_000);
  expect(ticks()).toBe(1);
});

it("goes on after a failure, and says each thing once until it changes", async () => {
  let tick: readonly StreamTick[] | Error = new PortError("store_unavailable", "ledger", "busy");
  const { driver, faults, pass } = driving(async () => {
    if (tick instanceof Error) throw tick;
    return tick;
  });
  const codes = () => faults.map(({ code }) => code);
  await pass(5_000);
  expect(codes()).toEqual(["store_unavailable"]);
  tick = [{ stream: STREAM, done: [], refused: { step: "advance", code: "preflight_failed", detail: "No." } }];
  await pass(5_000);
  expect(codes()).toEqual(["store_unavailable", "preflight_failed"]);
  expect(String(faults[1]?.error)).toContain(STREAM);
  tick = [{ stream: STREAM, done: ["advance"] }];
  await pass(2_000);
  tick = [{ stream: STREAM, done: [], error: new TypeError("a bug") }];
  await pass(5_000);
  tick = [{ stream: STREAM, done: [], refused: { step: "advance", code: "preflight_failed", detail: "No." } }];
  await pass(5_000);
  expect(codes()).toEqual(["store_unavailable", "preflight_failed", "internal_error", "preflight_failed"]);
  await driver.stop();
});

const FACTS = {
  blueprint_id: "edge-wasm",
  artifact: digestFor("artifact"),
  artifact_size_bytes: 1,
  manifest: digestFor("manifest"),
  manifest_size_bytes: 0,
  artifact_kind: "module",
  profile_id: "p",
  runtime_profile: "wasm_wasi",
  file_name: "a.wasm",
  policy_revision: "r+1",
  generated_unix_ms: 315_532_800_000,
  constraint_profile_id: "c",
  required_abi: "wasi:*",
  required_feature_gates: [],
} as const;
