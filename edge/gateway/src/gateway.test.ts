/** What the suite over HTTP cannot arrange: stores that fail, health that is bad, configuration that is wrong. */
import { ManualClock, MemoryLedgerStore, MemoryObjectStore } from "@tau-edge/adapter-memory";
import { EMPTY_HEALTH } from "@tau-edge/contract";
import { draftPackaged, packagingStream } from "@tau-edge/control";
import { type Digest, digestOf, sha256 } from "@tau-edge/encoding";
import { PORT_ERROR_MEANINGS, PortError, type PortErrorCode } from "@tau-edge/ports";
import { describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { type GatewayApp, makeGateway } from "./gateway.ts";
import type { Fault, GatewayPorts } from "./ports.ts";
import { PROBLEMS } from "./problems.ts";
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
  const seen = { ...EMPTY_HEALTH, updated_unix_ms: 1, last_cycle_completed: 2 };
  const { app } = gateway({ ledger, health: async () => seen });
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
  expect(list).toEqual({ rollouts: [], unreadable: [{ stream: "default/dev/bad", code: "ledger_corrupt" }] });
});

describe("health of the deployment", () => {
  const seen = { ...EMPTY_HEALTH, updated_unix_ms: 1, last_cycle_completed: 2 };
  it.each([
    [seen, "healthy", "pass", 200, "pass"],
    [EMPTY_HEALTH, "healthy", "hold", 200, "pass"],
    [{ ...seen, failure_streak: 1 }, "degraded", "hold", 200, "warn"],
    [{ ...seen, failure_streak: 3 }, "failing", "hold", 503, "fail"],
  ] as const)("%j is %s", async (health, state, gate, status, check) => {
    const { app } = gateway({ health: async () => health });
    expect(await (await app.request("/gateway/status")).json()).toMatchObject({
      health_state: state,
      rollout_gate: gate,
      deployment: { health },
    });
    const ready = await app.request("/readyz", { headers: { accept: "application/json" } });
    expect(ready.status).toBe(status);
    expect(await ready.json()).toMatchObject({ status: check, checks: { deployment: [{ status: check }] } });
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
