import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACCESS_REFUSALS } from "@tau-edge/control";
import { encodeUtf8 } from "@tau-edge/encoding";
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

const TOKEN = "owner-token-0123456789abcdef0123456789";
const PASSWORD = "correct horse battery staple";
const DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
const URL = "https://gw.example/boot#v1.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const LINK = {
  ...{ link_id: "AAAAAAAAAAAAAAAA", state: "open", subject: "browser-agent", scopes: ["events:write"] },
  ...{ created_unix_ms: 1, expires_unix_ms: 4_102_444_800_000, created_by: "owner", wrong_secrets: 0, second_uses: 0 },
};
const AGENT = {
  ...{ did: DID, subject: "browser-agent", scopes: ["events:write"], assurance: "strong", states: [] },
  ...{ registered_unix_ms: 1, renewed_unix_ms: 2 },
};
const PROOF = {
  ...{ epoch: 7, applied: true, links_voided: 1, access_tokens_voided: 2, agents_revoked: 3, operator_tokens_kept: 4 },
  ...{ credential_replaced: true, bootstrap_key_replaced: true, sessions_voided: true },
};
const problem = (status: number, members: object) => ({
  status,
  body: { type: "about:blank", title: "x", status, detail: "Why.", reason_codes: [], request_id: "r", ...members },
});
const ask = (...argv: string[]) => {
  writeFileSync(join(at.dir, "t"), `${TOKEN}\n`);
  return at.run(...argv, "--gateway", gateway.url, "--token-file", "t", "--json");
};
const asked = () =>
  gateway.asked.map(({ method, url, body }) => [`${method} ${url}`, body === "" ? "" : JSON.parse(body)]);

describe("what is asked of a gateway about access", () => {
  it.each<[string[], string, object | "", object, object]>([
    [
      ["bootstrap", "link", "--subject", "kiosk-7", "--scope", "events:write", "--ttl", "1m", "--expected-did", DID],
      "POST /v1/bootstrap/links",
      { subject: "kiosk-7", scopes: ["events:write"], ttl_s: 60, expected_did: DID },
      { link_id: "AAAAAAAAAAAAAAAA", url: URL, expires_at: "2026-11-21T20:00:00.000Z", scopes: ["events:write"] },
      { outcome: "created", url: URL, subject: "kiosk-7", expires_at: "2026-11-21T20:00:00.000Z" },
    ],
    [["bootstrap", "list"], "GET /v1/bootstrap/links", "", { links: [LINK] }, { links: [LINK] }],
    [
      ["bootstrap", "revoke", "AAAAAAAAAAAAAAAA", "--accept-clock"],
      "POST /v1/bootstrap/links/revoke?accept_clock=true",
      { link_id: "AAAAAAAAAAAAAAAA" },
      { outcome: "revoked" },
      { outcome: "revoked", dry_run: false },
    ],
    [["agents", "list"], "GET /v1/agents", "", { agents: [AGENT] }, { agents: [AGENT] }],
    [
      ["agents", "revoke", DID],
      "POST /v1/agents/revoke",
      { did: DID },
      { outcome: "unchanged" },
      { outcome: "unchanged" },
    ],
    [
      ["token", "create", "ci", "--scope", "operate,report", "--expires-in", "1h"],
      "POST /v1/tokens",
      { name: "ci", scopes: ["operate", "report"], expires_in_s: 3_600 },
      { token: "tk_a_b_c", name: "ci", slot: "next", scopes: ["operate", "report"], expires_unix_ms: 5 },
      { outcome: "created", token: "tk_a_b_c", slot: "next", expires_unix_ms: 5 },
    ],
    [["token", "list"], "GET /v1/tokens", "", { tokens: [] }, { tokens: [] }],
    [
      ["token", "revoke", "ci", "--slot", "next"],
      "POST /v1/tokens/revoke",
      { name: "ci", slot: "next" },
      { revoked: 1 },
      { outcome: "revoked", revoked: 1 },
    ],
    [
      ["rotate", "--after-incident", "--scope", "links,agents", "--agents-since", "2026-11-21T19:00:00+02:00"],
      "POST /v1/admin/rotate",
      { after_incident: true, scope: ["links", "agents"], agents_since: "2026-11-21T17:00:00.000Z" },
      { epoch: 7, new_token: "tk_a_b_c", proof: PROOF },
      { outcome: "rotated", epoch: 7, new_token: "tk_a_b_c", proof: PROOF },
    ],
  ])("%j is one request, with the token", async (argv, request, body, answer, printed) => {
    gateway.answer = { body: { schema_version: 1, ...answer } };
    const run = await ask(...argv);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.json()).toMatchObject({ schema_version: 1, ...printed });
    expect(asked()).toEqual([[request, body]]);
    expect(gateway.asked[0]?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}` });
  });

  it("is every page of a list, and no list without an end", async () => {
    gateway.answer = { body: { agents: [AGENT], next_cursor: DID } };
    const run = await ask("agents", "list");
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.json()).toMatchObject({ code: "gateway_malformed" });
    expect(asked().map(([request]) => request)).toEqual([
      "GET /v1/agents",
      `GET /v1/agents?cursor=${encodeURIComponent(DID)}`,
    ]);
  });

  it("changes nothing in a dry run", async () => {
    gateway.answer = { body: { links: [LINK], agents: [AGENT], tokens: [] } };
    const run = await ask("rotate", "--dry-run", "--scope", "agents,credential");
    expect(run.json()).toMatchObject({ dry_run: true, proof: { links_voided: 1, agents_revoked: 1 } });
    expect((await ask("bootstrap", "revoke", LINK.link_id, "--dry-run")).json()).toMatchObject({ outcome: "revoked" });
    expect((await ask("agents", "revoke", DID, "--dry-run")).json()).toMatchObject({
      outcome: "revoked",
      dry_run: true,
    });
    expect(new Set(gateway.asked.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });
});

describe("what a gateway answers about access", () => {
  it("is a refusal in the words of the state directory, and ends with 3", async () => {
    for (const [argv, status, code] of [
      [["bootstrap", "link"], 409, "links_full"],
      [["bootstrap", "link"], 422, "scope_not_for_agents"],
      [["token", "create", "ci", "--scope", "operate"], 409, "token_slots_taken"],
      [["token", "revoke", "ci"], 404, "token_unknown"],
      [["agents", "revoke", DID], 404, "agent_unknown"],
      [["rotate"], 409, "rotated_meanwhile"],
    ] as const) {
      gateway.answer = problem(status, { code });
      const run = await ask(...argv);
      expect({ argv, exitCode: run.exitCode }).toEqual({ argv, exitCode: 3 });
      expect(run.json()).toMatchObject({ outcome: "refused", code, remedy: ACCESS_REFUSALS[code].remedy });
    }
  });

  it("is an error where it is none, and says which rights are missing", async () => {
    gateway.answer = problem(403, { code: "scope_insufficient" });
    const run = await ask("rotate");
    expect(run.json()).toMatchObject({ code: "scope_insufficient", remedy: expect.stringContaining("--token-file") });
    gateway.answer = { body: { links: [{ ...LINK, state: "molten" }] } };
    expect((await ask("bootstrap", "list")).json()).toMatchObject({ code: "gateway_malformed" });
    gateway.answer = { body: { epoch: 1, proof: { ...PROOF, sessions_voided: false } } };
    expect((await ask("rotate")).json()).toMatchObject({ code: "gateway_malformed" });
  });
});

describe("a password", () => {
  const session = { access_token: "se_canary", token_type: "Bearer", expires_in: 3_600, scope: "admin" };

  it("buys a session for a command that changes something, and goes nowhere else", async () => {
    gateway.answer = { body: { ...session, revoked: 1 } };
    writeFileSync(join(at.dir, "p"), `${PASSWORD}\n`);
    const run = await at.run("token", "revoke", "ci", "--gateway", gateway.url, "--password-file", "p", "--json");
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(asked()).toEqual([
      ["POST /v1/session", { password: PASSWORD }],
      ["POST /v1/tokens/revoke", { name: "ci", slot: "both" }],
    ]);
    expect(gateway.asked.map(({ headers }) => headers["authorization"])).toEqual([undefined, "Bearer se_canary"]);
    expect(run.stdout).not.toMatch(/canary|horse/);
  });

  it("is tried for reading only when the gateway asks who it is", async () => {
    const env = { TAU_EDGE_GATEWAY: gateway.url, TAU_EDGE_GATEWAY_PASSWORD: PASSWORD };
    expect((await at.runWith({ env }, "rollout", "list")).exitCode).toBe(0);
    expect(asked().map(([request]) => request)).toEqual(["GET /v1/rollouts"]);
    gateway.answer = problem(401, { code: "credentials_missing" });
    expect((await at.runWith({ env }, "rollout", "list")).exitCode).toBe(1);
    expect(
      asked()
        .map(([request]) => request)
        .slice(1),
    ).toEqual(["GET /v1/rollouts", "POST /v1/session"]);
  });

  it("comes from the standard input, a file or a variable; as an argument it works and warns", async () => {
    gateway.answer = { body: { ...session, revoked: 1 } };
    const argv = ["token", "revoke", "ci", "--gateway", gateway.url, "--json"];
    const stdin = { readStdin: async () => encodeUtf8(`${PASSWORD}\r\n`) };
    const runs = [
      await at.runWith(stdin, ...argv, "--password-file", "-"),
      await at.runWith({ env: { TAU_EDGE_GATEWAY_PASSWORD: PASSWORD } }, ...argv),
      await at.run(...argv, "--password", PASSWORD),
      await at.run(...argv, "--token", TOKEN),
    ];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    expect(runs.map(({ stderr }) => stderr.startsWith("warning: "))).toEqual([false, false, true, true]);
    const sent = gateway.asked.flatMap(({ url, body }) => (url === "/v1/session" ? [JSON.parse(body).password] : []));
    expect(sent).toEqual([PASSWORD, PASSWORD, PASSWORD]);
  });

  it("is not sent when it is a hash, beside a token, in the clear, or to nobody", async () => {
    const phc = `$scrypt$ln=15,r=8,p=3$${"A".repeat(22)}$${"A".repeat(43)}`;
    gateway.answer = problem(401, { code: "credentials_missing" });
    const hashed = { env: { TAU_EDGE_GATEWAY_PASSWORD: phc } };
    expect((await at.runWith(hashed, "token", "revoke", "ci", "--gateway", gateway.url)).exitCode).toBe(1);
    expect(asked().map(([request]) => request)).toEqual(["POST /v1/tokens/revoke"]);
    for (const argv of [
      ["--gateway", gateway.url, "--password", "a", "--token", TOKEN],
      ["--gateway", "http://gw.example", "--password", "a"],
      ["--password", "a"],
      ["--gateway", gateway.url, "--password", "a", "--password-file", "b"],
    ]) {
      const run = await at.run("token", "revoke", "ci", ...argv);
      expect({ argv, exitCode: run.exitCode, stdout: run.stdout }).toEqual({ argv, exitCode: 2, stdout: "" });
    }
    expect(gateway.asked).toHaveLength(1);
  });

  it("that is wrong is told once, without repeating it", async () => {
    gateway.answer = problem(401, { code: "session_invalid" });
    const run = await at.run("rotate", "--gateway", gateway.url, "--password", PASSWORD, "--json");
    expect(run.json()).toMatchObject({ code: "session_invalid", at: `${gateway.url}/v1/session` });
    expect(run.exitCode).toBe(1);
    expect(run.stdout + run.stderr).not.toContain(PASSWORD);
    expect(gateway.asked).toHaveLength(1);
  });
});
