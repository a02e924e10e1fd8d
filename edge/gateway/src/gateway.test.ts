/** What the suite over HTTP cannot arrange: stores that fail, health that is bad, configuration that is wrong. */
import { ManualClock, MemoryLedgerStore, MemoryObjectStore } from "@tau-edge/adapter-memory";
import {
  CYCLE_COUNT_FIELDS,
  type CycleFacts,
  type DeploymentHealth,
  draftCycle,
  EMPTY_HEALTH,
  statusViewSchema,
} from "@tau-edge/contract";
import { CYCLE_STREAM, draftPackaged, packagingStream } from "@tau-edge/control";
import { type Digest, digestOf, sha256 } from "@tau-edge/encoding";
import { NO_DEPLOYMENT_FACTS, PORT_ERROR_MEANINGS, PortError, type PortErrorCode } from "@tau-edge/ports";
import { describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { type GatewayApp, makeGateway } from "./gateway.ts";
import type { Fault, GatewayPorts } from "./ports.ts";
import { PROBLEMS } from "./problems/problems.ts";
import { StatusSchema } from "./resources/status.ts";
import { ROUTES } from "./routes.ts";
import { GATEWAY_VERSION } from "./version.ts";

function gateway(ports: Partial<GatewayPorts> = {}, config: object = {}): { app: GatewayApp; faults: Fault[] } {
  const faults: Fault[] = [];
  const app = makeGateway(
    {
      objects: new MemoryObjectStore(),
      ledger: new MemoryLedgerStore(),
      clock: new ManualClock(),
      randomBytes: (count) => new Uint8Array(count).fill(0xab),
      onFault: (fault) => faults.push(fault),
      ...ports,
    },
    { allowedHosts: ["localhost"], ...config },
  );
  return { app, faults };
}

/** A state directory whose state has these counters. */
function deploymentWith(health: DeploymentHealth): Pick<GatewayPorts, "deployment"> {
  return { deployment: { facts: async () => ({ ...NO_DEPLOYMENT_FACTS, state_present: true, health }) } };
}

/** A recorded cycle that left these counters. */
function cycleWith(health: DeploymentHealth): CycleFacts {
  const counts = Object.fromEntries(CYCLE_COUNT_FIELDS.map((field) => [field, 0])) as CycleFacts["counts"];
  return {
    fixture_name: "f",
    fixture_sha256: "11".repeat(32),
    fixture_bytes: 1,
    started_unix_ms: health.updated_unix_ms,
    ended_unix_ms: health.updated_unix_ms,
    limits: { queue_limit: 64, processed_case_cap: 10, retry_max_attempts: 4, retry_base_delay_ms: 0 },
    counts,
    reason_codes: ["healthy_cycle"],
    health,
    pages: [],
  };
}

function failingLedger(code: PortErrorCode): Partial<GatewayPorts> {
  const fail = (): Promise<never> => Promise.reject(new PortError(code, "/secret/place", "secret detail"));
  return { ledger: { streams: fail, ends: fail, head: fail, read: fail } };
}

/** Too much was sent, or the clock is wrong. */
const OTHERS_FAULT: ReadonlySet<number> = new Set([429, 409]);
const LATER: ReadonlySet<number> = new Set([429, 503]);

describe("stores that fail", () => {
  it("have a status for every code, and tell the operator more than the client", async () => {
    for (const code of Object.keys(PORT_ERROR_MEANINGS) as PortErrorCode[]) {
      const { app, faults } = gateway(failingLedger(code));
      const response = await app.request("/v1/blueprints");
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ code, status: response.status });
      expect(response.status).toBe(PROBLEMS.get(code)?.status);
      if (!OTHERS_FAULT.has(response.status)) expect(response.status).toBeGreaterThanOrEqual(500);
      expect(text).not.toContain("secret");
      expect(faults).toMatchObject([{ code, request_id: response.headers.get("x-request-id") }]);
      expect(response.headers.get("retry-after")).toBe(LATER.has(response.status) ? "5" : null);
    }
  });

  it("do not end the process's life, only its readiness", async () => {
    const { app, faults } = gateway(failingLedger("store_unavailable"));
    expect((await app.request("/livez")).status).toBe(200);
    const ready = await app.request("/readyz");
    expect(ready.status).toBe(503);
    expect(await ready.text()).toBe("[-]ledger failed: reason withheld\n[+]objects ok\nreadyz check failed\n");
    expect((await app.request("/readyz?exclude=ledger")).status).toBe(200);
    expect((await app.request("/readyz/objects")).status).toBe(200);
    const json = await app.request("/readyz", { headers: { accept: "application/health+json" } });
    expect(json.status).toBe(503);
    expect(await json.json()).toMatchObject({ status: "fail", checks: { objects: [{ status: "pass" }] } });
    expect(faults[0]).toMatchObject({ code: "check_failed:ledger" });
  });

  it("are a bug of ours when they throw anything else, and still a problem document", async () => {
    const fail = (): Promise<never> => Promise.reject(new TypeError("oops"));
    const { app, faults } = gateway({ ledger: { streams: fail, ends: fail, head: fail, read: fail } });
    const response = await app.request("/gateway/status");
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: "internal_error" });
    expect(faults[0]?.error).toBeInstanceOf(TypeError);
  });
});

it("shows in the status what can be read, and holds for the streams that cannot", async () => {
  const ledger = new MemoryLedgerStore();
  const actor = { kind: "local", id: "tester" } as const;
  await ledger.append({
    stream: "default/dev/bad",
    expected_seq: -1,
    drafts: [{ type: "run_header", actor, body: { anything: true } }],
    objects: [],
    now_unix_ms: 1_700_000_000_000,
  });
  const seen = { ...EMPTY_HEALTH, updated_unix_ms: new ManualClock().nowUnixMs(), last_cycle_completed: 2 };
  const { app } = gateway({ ledger, ...deploymentWith(seen) });
  const response = await app.request("/gateway/status");
  expect([response.status, await response.json()]).toMatchObject([
    200,
    {
      health_state: "degraded",
      rollout_gate: "hold",
      deployment: { health_state: "healthy" },
      unreadable: [{ stream: "default/dev/bad", code: "ledger_corrupt" }],
    },
  ]);
  const list = await (await app.request("/v1/rollouts")).json();
  expect(list).toEqual({
    rollouts: [],
    frozen: [],
    unreadable: [{ stream: "default/dev/bad", code: "ledger_corrupt" }],
  });
});

describe("health of the deployment", () => {
  const clock = new ManualClock();
  const tried = {
    unix_ms: clock.nowUnixMs(),
    applied: 2,
    malformed: 0,
    failed: 0,
    retry_attempts: 0,
    retryable_failures: 0,
  };
  const seen = { ...EMPTY_HEALTH, updated_unix_ms: clock.nowUnixMs(), last_cycle_completed: 2, tried };
  const DAY_MS = 24 * 60 * 60 * 1_000;
  it.each([
    [seen, "healthy", "healthy", 200, "pass"],
    [EMPTY_HEALTH, "healthy", "no_evidence", 200, "pass"],
    [{ ...seen, tried: { ...tried, unix_ms: tried.unix_ms - DAY_MS - 1 } }, "healthy", "state_stale", 200, "pass"],
    [{ ...seen, tried: { ...tried, malformed: 1 } }, "degraded", "health_degraded", 200, "warn"],
    [{ ...seen, failure_streak: 1 }, "degraded", "health_degraded", 200, "warn"],
    [{ ...seen, failure_streak: 3 }, "failing", "health_failing", 503, "fail"],
  ] as const)("%j is %s and %s", async (health, state, reason, status, check) => {
    const { app } = gateway({ clock, ...deploymentWith(health) });
    const { tried: _, ...counters } = health as DeploymentHealth;
    const gate = reason === "healthy" ? "pass" : "hold";
    expect(await (await app.request("/gateway/status")).json()).toMatchObject({
      health_state: state,
      rollout_gate: gate,
      reason_codes: expect.arrayContaining([`deployment:${reason}`]),
      deployment: { state_present: true, health: counters, rollout_gate: gate, gate_reason: reason },
    });
    const ready = await app.request("/readyz", { headers: { accept: "application/json" } });
    expect(ready.status).toBe(status);
    expect(await ready.json()).toMatchObject({ status: check, checks: { deployment: [{ status: check }] } });
  });

  it("has S1's status document whole, with the age of the evidence, and no path of the machine", async () => {
    const answer = await (await gateway({ clock, ...deploymentWith(seen) }).app.request("/gateway/status")).json();
    const { deployment } = StatusSchema.parse(answer);
    expect(statusViewSchema.parse(deployment)).toMatchObject({
      state_path: "state.json",
      events_log_path: "runtime-events.jsonl",
      state_age_ms: 0,
      evidence_age_ms: 0,
      max_age_ms: DAY_MS,
      stale: false,
      target_counts: {},
      total_replicas: 0,
      cycle_reports: 0,
      last_reason_codes: [],
      health: { tried_applied: 2 },
    });
  });

  it("without files is a gate without evidence", async () => {
    expect(await (await gateway().app.request("/gateway/status")).json()).toMatchObject({
      rollout_gate: "hold",
      deployment: { state_present: false, events_log_present: false, gate_reason: "no_evidence" },
    });
  });

  it("is what the last recorded cycle left, also when its files were never written", async () => {
    const ledger = new MemoryLedgerStore();
    const drafts = [draftCycle(cycleWith({ ...seen, failure_streak: 3 }), { kind: "local", id: "tester" })];
    const now_unix_ms = clock.nowUnixMs();
    await ledger.append({ stream: CYCLE_STREAM, expected_seq: -1, drafts, objects: [], now_unix_ms });
    const { app } = gateway({ clock, ledger, ...deploymentWith(seen) });
    expect(await (await app.request("/gateway/status")).json()).toMatchObject({
      health_state: "failing",
      rollout_gate: "hold",
    });
    expect((await app.request("/readyz")).status).toBe(503);
  });

  it("holds and names the stream when the records of the cycles cannot be read", async () => {
    const ledger = new MemoryLedgerStore();
    const read = async (stream: string, from: number, limit: number) => {
      if (stream === CYCLE_STREAM) throw new PortError("ledger_corrupt", stream, "broken");
      return ledger.read(stream, from, limit);
    };
    const head = async () => ({ seq: 0, hash: new Uint8Array(32), at_unix_ms: 1 });
    const broken = { streams: () => ledger.streams(), ends: () => ledger.ends(), head, read };
    const { app } = gateway({ clock, ledger: broken, ...deploymentWith(seen) });
    expect(await (await app.request("/gateway/status")).json()).toMatchObject({
      rollout_gate: "hold",
      reason_codes: expect.arrayContaining(["ledger:stream_unreadable"]),
      unreadable: [{ stream: CYCLE_STREAM, code: "ledger_corrupt" }],
    });
  });
});

describe("configuration", () => {
  it("refuses what it does not know or cannot use", () => {
    const wrong = [
      { colour: "red" },
      { publicBaseUrl: "https://x.example/" },
      { publicBaseUrl: "ftp://x" },
      { allowedHosts: [] },
    ];
    for (const config of wrong) expect(() => gateway({}, config), JSON.stringify(config)).toThrow();
  });

  it("makes links from the public base URL and never from the Host field", async () => {
    const config = { publicBaseUrl: "https://edge.example/base", allowedHosts: "any" };
    const { app } = gateway({}, config);
    const response = await app.request("http://evil.example/gateway/status");
    expect(await response.json()).toMatchObject({ gateway: { livez_endpoint: "https://edge.example/base/livez" } });
    expect(response.headers.get("strict-transport-security")).toBe("max-age=31536000");
  });

  it("opens the listings to pages of other origins only when told to", async () => {
    const origin = async (config: object): Promise<string | null> =>
      (await gateway({}, config).app.request("/v1/blueprints")).headers.get("access-control-allow-origin");
    expect([await origin({}), await origin({ cors: "all" })]).toEqual([null, "*"]);
  });

  it("answers for no other host", async () => {
    const response = await gateway().app.request("http://evil.example/livez");
    expect(response.status).toBe(421);
    expect(await response.json()).toMatchObject({ code: "host_not_allowed" });
  });
});

it("shows the version of its package", () => {
  expect(GATEWAY_VERSION).toBe(manifest.version);
});

describe("objects in memory", () => {
  const big = new Uint8Array(300_000).fill(7);
  const small = new Uint8Array(1_000).fill(8);

  /** A gateway that has both as artifacts, with room in memory for one big object. */
  async function serving(untilSent?: () => Promise<unknown>) {
    const objects = new MemoryObjectStore();
    const ledger = new MemoryLedgerStore();
    const paths: string[] = [];
    for (const [nth, bytes] of [big, small, big.map((byte) => byte + 1)].entries()) {
      const digest = digestOf(sha256(bytes));
      await objects.putIfAbsent(digest, bytes);
      const facts = { ...FACTS, blueprint_id: `b${nth}`, artifact: digest, artifact_size_bytes: bytes.length };
      const drafts = [draftPackaged(facts, { kind: "local", id: "tester" })];
      const stream = packagingStream(facts.blueprint_id);
      await ledger.append({ stream, expected_seq: -1, drafts, objects: [], now_unix_ms: 1_767_225_600_000 });
      paths.push(`/v1/artifacts/${digest}`);
    }
    const opened: string[] = [];
    const watched = {
      stat: (digest: Digest) => objects.stat(digest),
      read: (digest: Digest, max: number) => objects.read(digest, max),
      open(digest: Digest) {
        opened.push(digest);
        return objects.open(digest);
      },
    };
    const ports = { objects: watched, ledger, ...(untilSent === undefined ? {} : { untilSent }) };
    const { app } = gateway(ports, { hotObjectsBytesMax: 400_000 });
    return { app, opened, objects, paths };
  }

  it("count until a slow client has them: others are streamed meanwhile, small ones are not counted", async () => {
    const sent = Promise.withResolvers<void>();
    const { app, opened, paths } = await serving(() => sent.promise);
    const [bigPath = "", smallPath = "", otherPath = ""] = paths;
    for (const path of [bigPath, smallPath, bigPath, smallPath]) expect((await app.request(path)).status).toBe(200);
    expect(opened).toEqual([]);
    // Asked for more often than the one that a client is still taking, and yet streamed.
    for (let nth = 1; nth <= 4; nth++) {
      expect((await (await app.request(otherPath)).arrayBuffer()).byteLength).toBe(big.length);
      expect(opened).toHaveLength(nth);
    }
    sent.resolve();
    await sent.promise;
    await (await app.request(otherPath)).arrayBuffer();
    expect(opened).toHaveLength(4);
  });

  it("are not loaded for a part of them", async () => {
    const { app, opened, paths } = await serving();
    const [path = ""] = paths;
    for (let nth = 1; nth <= 3; nth++) {
      const part = await app.request(path, { headers: { range: "bytes=5-6" } });
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(big.subarray(5, 7));
      expect(opened).toHaveLength(nth);
    }
    await app.request(path);
    await app.request(path, { headers: { range: "bytes=5-6" } });
    expect(opened).toHaveLength(3);
  });

  it("answer for an object that the store has lost since, to every kind of request", async () => {
    const { app, objects, paths } = await serving();
    const [path = ""] = paths;
    await app.request(path);
    objects.objects.clear();
    expect((await app.request(path)).status).toBe(200);
    expect((await app.request(path, { method: "HEAD" })).status).toBe(200);
    expect((await app.request(path, { headers: { "if-none-match": "*" } })).status).toBe(304);
    expect((await app.request(path, { headers: { range: "bytes=0-0" } })).status).toBe(206);
  });
});

const FACTS = {
  manifest: digestOf(sha256(new Uint8Array())),
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

it("finds every path by one of two expressions: one that fits into neither would refuse all of them", async () => {
  const { app } = gateway();
  for (const { method, path } of ROUTES) {
    const found = app.router.match(method, path.replaceAll(/:(\w+)(?:\{.*?\})?/g, "x"))[0];
    expect(
      found.map(([[, route]]) => route.path),
      path,
    ).toEqual([path]);
  }
  for (const [method, path] of [
    ["PUT", "/v1/resolve/dev/shop"],
    ["DELETE", "/livez"],
    ["GET", "/v1/resolve/dev"],
  ] as const)
    expect(app.router.match(method, path)[0], path).toEqual([]);
});
