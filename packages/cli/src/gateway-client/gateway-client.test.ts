import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONTROL_REFUSALS } from "@tau-edge/control";
import { REFUSALS } from "@tau-edge/rollout";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../cli.test-helper.ts";
import { type FakeGateway, startFakeGateway } from "./gateway.test-helper.ts";

let at: Workplace;
let gateway: FakeGateway;
beforeEach(async () => {
  at = makeWorkplace();
  gateway = await startFakeGateway();
});
afterEach(async () => {
  at.leave();
  await gateway.stop();
});

const TOKEN = "secret-token-0123456789abcdef0123456789";
const ID = "default~prod~shop~12";
const DIGEST = `sha256:${"11".repeat(32)}`;
const SUMMARY = {
  rollout_id: ID,
  environment: "prod",
  blueprint: "shop",
  stream: "default/prod/shop",
  attempt: 1,
  kind: "rollout",
  release: DIGEST,
  manifest: DIGEST,
  status: "open",
  phase: "exposed",
  stage: 0,
  stages: 5,
  weight_bp: 100,
  overridden: false,
  started_unix_ms: 1_700_000_000_000,
};
const problem = (status: number, members: object) => ({
  status,
  body: { type: "about:blank", title: "x", status, detail: "Why.", reason_codes: [], request_id: "r", ...members },
});

describe("what is asked", () => {
  it("goes to the gateway of --gateway, or of the environment unless a directory is named", async () => {
    expect((await at.run("rollout", "list", "--gateway", `${gateway.url}/`)).exitCode).toBe(0);
    const env = { TAU_EDGE_GATEWAY: gateway.url };
    expect((await at.runWith({ env }, "rollout", "list", "--environment", "production")).exitCode).toBe(0);
    expect((await at.runWith({ env }, "rollout", "list", "--state-dir", "here")).exitCode).toBe(0);
    expect(gateway.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /v1/rollouts",
      "GET /v1/rollouts?environment=prod",
    ]);
  });

  it.each([
    [["pause", ID, "--reason", "slow"], `/v1/rollouts/${ID}/commands`, { do: "pause", reason: "slow" }],
    [["resume", ID], `/v1/rollouts/${ID}/commands`, { do: "resume" }],
    [["promote", ID], `/v1/rollouts/${ID}/commands`, { do: "promote" }],
    [
      ["promote", ID, "--full", "--role", "on_call", "--reason", "lost orders"],
      `/v1/rollouts/${ID}/commands`,
      { do: "override", role: "on_call", reason: "lost orders" },
    ],
    [
      ["approve", ID, "--role", "release_owner", "--release", DIGEST],
      `/v1/rollouts/${ID}/commands`,
      { do: "approve", role: "release_owner", release: DIGEST },
    ],
    [["abort", ID, "--reason", "500"], `/v1/rollouts/${ID}/commands`, { do: "abort", reason: "500" }],
    [["rollback", ID, "--reason", "500"], `/v1/rollouts/${ID}/commands`, { do: "roll_back", reason: "500" }],
    [["retry", ID], `/v1/rollouts/${ID}/commands`, { do: "retry" }],
    [
      ["undo", "shop", "--environment", "prod", "--release", DIGEST],
      "/v1/undos",
      { blueprint: "shop", environment: "prod", release: DIGEST },
    ],
    [
      ["revalidate", "shop", "--environment", "prod", "--manifest", DIGEST],
      "/v1/revalidations",
      { blueprint: "shop", environment: "prod", manifest: DIGEST, validation: "deep" },
    ],
  ])("rollout %j is one request", async (argv, path, body) => {
    gateway.answer = problem(409, { code: "no_rollout", remedy: "Start one." });
    await at.run("rollout", ...argv, "--gateway", gateway.url);
    await at.run("rollout", ...argv, "--gateway", gateway.url, "--dry-run");
    expect(gateway.asked.map((asked) => [asked.method, asked.url, JSON.parse(asked.body)])).toEqual([
      ["POST", path, body],
      ["POST", `${path}?dry_run=true`, body],
    ]);
  });
});

describe("the token", () => {
  it("is sent from the environment or a file, and never printed", async () => {
    writeFileSync(join(at.dir, "token"), `${TOKEN}\n`);
    gateway.answer = problem(401, { code: "credentials_invalid" });
    const runs = [
      await at.runWith({ env: { TAU_EDGE_TOKEN: TOKEN } }, "rollout", "list", "--gateway", gateway.url),
      await at.run("rollout", "list", "--gateway", gateway.url, "--token-file", "token", "--json"),
    ];
    for (const { headers } of gateway.asked) expect(headers["authorization"]).toBe(`Bearer ${TOKEN}`);
    for (const { exitCode, stdout, stderr } of runs) {
      expect(exitCode).toBe(1);
      expect(stdout + stderr).toMatch(/credentials_invalid[\s\S]*--token-file/);
      expect(stdout + stderr).not.toContain(TOKEN);
    }
  });

  it.each([
    ["http://gateway.example", "gateway_insecure"],
    ["ftp://gateway.example", "usage"],
    ["https://user:pass@gateway.example", "usage"],
    ["https://gateway.example?x=1", "usage"],
    ["gateway.example", "usage"],
  ])("is not sent to %s", async (url, code) => {
    const run = await at.runWith({ env: { TAU_EDGE_TOKEN: TOKEN } }, "rollout", "list", "--gateway", url, "--json");
    expect(run).toMatchObject({ exitCode: 2 });
    expect(run.json()).toMatchObject({ code, remedy: expect.any(String) });
    expect(run.stdout).not.toMatch(/pass@/);
  });

  it("with characters that no token has is refused without being repeated", async () => {
    const env = { TAU_EDGE_TOKEN: `${TOKEN}\r\nx-other: 1` };
    const run = await at.runWith({ env }, "rollout", "list", "--gateway", gateway.url);
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("token_malformed") });
    expect(run.stderr).not.toContain(TOKEN);
    expect(gateway.asked).toEqual([]);
  });

  it("does not follow a redirect", async () => {
    const other = await startFakeGateway();
    gateway.answer = { status: 307, headers: { location: `${other.url}/v1/rollouts` }, body: "" };
    const env = { TAU_EDGE_TOKEN: TOKEN };
    const run = await at.runWith({ env }, "rollout", "list", "--gateway", gateway.url);
    expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("gateway_malformed") });
    expect(other.asked).toEqual([]);
    await other.stop();
  });
});

describe("what comes back", () => {
  it.each([
    ["no JSON", "{", {}],
    ["a key twice", '[{"a":1,"a":2}]', {}],
    ["a page", "<html>", { "content-type": "text/html" }],
    ["another shape", [{ rollout_id: 7 }], {}],
    ["more than the limit", `"${"x".repeat(16 * 1024 * 1024)}"`, {}],
  ])("is refused when it is %s", async (_, body, headers) => {
    gateway.answer = { body, headers };
    const run = await at.run("rollout", "list", "--gateway", gateway.url, "--json");
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.json()).toMatchObject({ code: "gateway_malformed", remedy: expect.any(String) });
  });

  it("is asked for page by page, of this gateway and no other", async () => {
    gateway.answer = {
      body: { rollouts: [SUMMARY], unreadable: [] },
      headers: { link: '<https://elsewhere.example/v1/rollouts>; rel="next"' },
    };
    const running = at.run("rollout", "list", "--gateway", gateway.url, "--json");
    while (gateway.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    gateway.answer = { body: { rollouts: [], unreadable: [] } };
    const run = await running;
    expect(run.exitCode).toBe(0);
    expect(gateway.asked[1]?.url).toBe("/v1/rollouts?cursor=default%7Eprod%7Eshop%7E12");
  });

  it("is the refusal that the state directory would have given", async () => {
    gateway.answer = problem(409, { code: "maintenance_closed", remedy: "Later.", until_unix_ms: 1_800_000_000_000 });
    const run = await at.run("rollout", "promote", ID, "--gateway", gateway.url, "--json");
    expect(run.exitCode).toBe(3);
    expect(run.json()).toEqual({
      outcome: "refused",
      code: "maintenance_closed",
      detail: "Why.",
      remedy: "Later.",
      until_unix_ms: 1_800_000_000_000,
    });
    const words = await at.run("rollout", "promote", ID, "--gateway", gateway.url);
    expect(words).toMatchObject({ exitCode: 3, stdout: "" });
    expect(words.stderr).toMatch(/Why\. \(maintenance_closed\)\n +Later\.\n +possible 2027-01-15T08:00:00Z/);
  });

  it.each(Object.keys({ ...REFUSALS, ...CONTROL_REFUSALS }))("knows the refusal %s, with its remedy", async (code) => {
    gateway.answer = problem(409, { code });
    const run = await at.run("rollout", "resume", ID, "--gateway", gateway.url);
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toMatch(new RegExp(`^refused: Why\\. \\(${code}\\)\n {7}\\S`));
  });

  it("keeps the exit code that the same fault has here", async () => {
    gateway.answer = problem(500, { code: "ledger_corrupt", remedy: "Doctor." });
    expect((await at.run("rollout", "list", "--gateway", gateway.url)).exitCode).toBe(4);
    const unreadable = [{ stream: "default/prod/shop", code: "ledger_corrupt" }];
    gateway.answer = { body: { rollouts: [SUMMARY], unreadable } };
    const listed = await at.run("rollout", "list", "--gateway", gateway.url);
    expect(listed).toMatchObject({
      exitCode: 4,
      stdout: expect.stringMatching(`${ID}[^]*default/prod/shop cannot be`),
    });
    const outcomes = await at.run("rollout", "outcomes", "--gateway", gateway.url);
    expect(outcomes).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("stream_unreadable") });
    gateway.answer = problem(404, { code: "rollout_unknown" });
    const unknown = await at.run("rollout", "status", ID, "--gateway", gateway.url);
    expect(unknown).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("rollout_unknown") });
    gateway.answer = problem(404, { code: "no_release" });
    expect((await at.run("resolve", "prod", "shop", "--key", "k", "--gateway", gateway.url)).exitCode).toBe(3);
  });

  it("says in words that nobody is there", async () => {
    await gateway.stop();
    const run = await at.run("rollout", "list", "--gateway", gateway.url);
    expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/gateway_unreachable[\s\S]*--state-dir/) });
    gateway = await startFakeGateway();
  });
});
