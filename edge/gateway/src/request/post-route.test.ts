/** From bytes to a value: everything that a body can be, and who may send one. */
import { MemoryLedgerStore } from "@tau-edge/adapter-memory";
import { sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { NO_SETTINGS } from "../credentials/auth-settings.ts";
import { readTokens } from "../credentials/tokens.ts";
import { LIMITS } from "../limits.ts";
import { ProblemSchema } from "../problems/problems.ts";
import { digestFor, fakeGateway, ROLLOUT_ID, TOKENS } from "../rollouts/rollouts.test-helper.ts";
import { ROUTES } from "../routes.ts";

const COMMANDS = `/v1/rollouts/${ROLLOUT_ID}/commands`;
const ABORT = { do: "abort", reason: "it hurts" };
const POSTS = ROUTES.filter(({ method, scope }) => method === "POST" && scope !== undefined);

async function problem(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  return ProblemSchema.loose().parse(await response.json());
}

describe("an answer before the body was read to its end", () => {
  it.each([
    ["nobody's token", JSON.stringify(ABORT), undefined, {}],
    ["another media type", JSON.stringify(ABORT), TOKENS.operator, { "content-type": "text/plain" }],
    ["too many bytes", " ".repeat(LIMITS.command_bytes_max + 1), TOKENS.operator, {}],
  ])("%s: ends the connection, so that no later request on it is lost", async (_what, body, token, headers) => {
    const response = await fakeGateway().post(COMMANDS, body, token, headers);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get("connection")).toBe("close");
  });

  it("is none where the body was read and is wrong", async () => {
    const response = await fakeGateway().post(COMMANDS, "{", TOKENS.operator, {});
    expect(response.headers.get("connection")).toBe(null);
  });
});

describe("bodies", () => {
  const refused = async (body: string, headers: Record<string, string> = {}) => {
    const { post, asked } = fakeGateway();
    const response = await post(COMMANDS, body, TOKENS.operator, headers);
    expect(asked).toEqual([]);
    const told = await problem(response);
    expect(told.status).toBe(response.status);
    return told;
  };

  it.each([
    ["", "0"],
    ["{", "1"],
    ["not json", "0"],
    ['{"do":"abort","do":"resume","reason":"x"}', "14"],
    [`\ufeff${JSON.stringify(ABORT)}`, "0"],
    [`${JSON.stringify(ABORT)} {}`, "35"],
    ['{"do":"abort","reason":"\\ud800"}', undefined],
    [`${"[".repeat(100)}${"]".repeat(100)}`, undefined],
  ])("%j is not strict JSON", async (body, at) => {
    const answer = await refused(body);
    expect(answer).toMatchObject({ status: 400, code: "body_malformed" });
    if (at !== undefined) expect(answer.at).toBe(at);
  });

  it.each([
    ["null", "$"],
    ["[]", "$"],
    ["{}", "$.do"],
    [JSON.stringify({ do: "explode" }), "$.do"],
    [JSON.stringify({ do: "abort" }), "$.reason"],
    [JSON.stringify({ do: "abort", reason: 1 }), "$.reason"],
    [JSON.stringify({ do: "abort", reason: "" }), "$.reason"],
    [JSON.stringify({ do: "abort", reason: "x".repeat(LIMITS.reason_chars_max + 1) }), "$.reason"],
    [JSON.stringify({ ...ABORT, force: true }), "$"],
    ['{"do":"abort","reason":"x","__proto__":{}}', "$"],
    [JSON.stringify({ do: "approve", role: "boss", release: digestFor("r") }), "$.role"],
    [JSON.stringify({ do: "approve", role: "on_call", release: "sha256:x" }), "$.release"],
  ])("%s does not have the fields of a command", async (body, at) => {
    expect(await refused(body)).toMatchObject({ status: 422, code: "body_field", at });
  });

  it("names an unknown member that is a name, and repeats none that may be a secret in the wrong place", async () => {
    const typo = await refused(JSON.stringify({ ...ABORT, reasn: "x" }));
    expect(typo.detail).toContain('"reasn"');
    const secret = "kV3xQmZ0nUuY7pR1sT5wA9bC2dE4fG6hJ8kL0mN3pQs";
    const answer = await refused(JSON.stringify({ ...ABORT, [secret]: 1 }));
    expect(answer).toMatchObject({ status: 422, code: "body_field", at: "$" });
    expect(JSON.stringify(answer)).not.toContain(secret);
  });

  it.each([
    [{ "content-type": "text/plain" }],
    [{ "content-type": "application/x-www-form-urlencoded" }],
    [{ "content-type": "" }],
    [{ "content-type": "application/json; charset=latin1" }],
    [{ "content-type": "application/json-patch+json" }],
    [{ "content-encoding": "gzip" }],
  ])("%j is not what is read", async (headers) => {
    expect(await refused(JSON.stringify(ABORT), headers)).toMatchObject({ status: 415 });
  });

  it("is taken as JSON in UTF-8, however that is written", async () => {
    for (const type of ["application/json", "Application/JSON", 'application/json ; charset="utf-8"']) {
      const { post } = fakeGateway();
      expect((await post(COMMANDS, ABORT, TOKENS.operator, { "content-type": type })).status, type).toBe(200);
    }
  });

  it("is counted, whatever its length is said to be, and not read to its end when it is too long", async () => {
    const { app, asked } = fakeGateway();
    let given = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1;
        controller.enqueue(new Uint8Array(16 * 1024).fill(0x20));
      },
      cancel() {
        cancelled = true;
      },
    });
    const headers = {
      authorization: `Bearer ${TOKENS.operator}`,
      "content-type": "application/json",
      "content-length": "10",
    };
    const init = { method: "POST", headers, body: endless, duplex: "half" };
    const response = await app.request(COMMANDS, init as RequestInit);
    expect(response.status).toBe(413);
    expect(await problem(response)).toMatchObject({ code: "body_too_large" });
    expect(given).toBeLessThan(LIMITS.command_bytes_max / (16 * 1024) + 4);
    expect(cancelled).toBe(true);
    expect(asked).toEqual([]);
  });

  it("may have exactly as many bytes as are read", async () => {
    const text = JSON.stringify(ABORT);
    const { post } = fakeGateway();
    const padded = (bytes: number) => post(COMMANDS, text.padEnd(bytes, " "), TOKENS.operator);
    expect((await padded(LIMITS.command_bytes_max)).status).toBe(200);
    expect((await padded(LIMITS.command_bytes_max + 1)).status).toBe(413);
  });

  it("that breaks off is nobody's fault here", async () => {
    const { app, faults } = fakeGateway();
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("gone")) });
    const headers = { authorization: `Bearer ${TOKENS.operator}`, "content-type": "application/json" };
    const init = { method: "POST", headers, body: broken, duplex: "half" };
    const response = await app.request(COMMANDS, init as RequestInit);
    expect(await problem(response)).toMatchObject({ status: 400, code: "request_malformed" });
    expect(faults).toEqual([]);
  });
});

describe("credentials", () => {
  const paths = POSTS.map(({ path }) => path.replace(":rollout_id", ROLLOUT_ID));

  it("are asked for before anything of the body is looked at", async () => {
    for (const path of paths) {
      const { post, asked } = fakeGateway();
      const response = await post(path, "not json", undefined, { "content-type": "text/plain" });
      expect(response.status, path).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="tau-edge"');
      expect(await problem(response)).toMatchObject({ code: "credentials_missing" });
      expect(asked).toEqual([]);
    }
  });

  it("must be a token of this gateway, and are not repeated", async () => {
    const secret = "x".repeat(40);
    for (const authorization of [`Bearer ${secret}`, `bearer  ${secret}`]) {
      const { app, faults } = fakeGateway();
      const response = await app.request(COMMANDS, { method: "POST", headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="tau-edge", error="invalid_token"');
      const text = await response.text();
      expect(text + JSON.stringify([...response.headers]) + JSON.stringify(faults)).not.toContain(secret);
    }
  });

  it("are none in another scheme, in a query or in a cookie", async () => {
    const { app } = fakeGateway();
    const basic = `Basic ${btoa(`olga:${TOKENS.operator}`)}`;
    for (const headers of [
      { authorization: basic },
      { cookie: `token=${TOKENS.operator}` },
      { authorization: "Bearer" },
    ])
      expect((await app.request(COMMANDS, { method: "POST", headers })).status).toBe(401);
    const inQuery = await app.request(`${COMMANDS}?access_token=${TOKENS.operator}`, { method: "POST" });
    expect(inQuery.status).toBe(401);
  });

  it("that nobody configured let nobody in, with a way out", async () => {
    for (const path of [...paths, `/v1/rollouts/${ROLLOUT_ID}/replay`]) {
      const { app } = fakeGateway({}, { tokens: readTokens("", sha256) });
      const method = path.endsWith("/replay") ? "GET" : "POST";
      const response = await app.request(path, { method, headers: { authorization: `Bearer ${TOKENS.operator}` } });
      expect(response.status, path).toBe(403);
      const told = await problem(response);
      expect(told).toMatchObject({ code: "no_credentials_configured" });
      expect(told.remedy).toContain("TAU_EDGE_TOKENS");
    }
  });

  it("do not help where nothing can be written", async () => {
    const ledger = new MemoryLedgerStore();
    const { post } = fakeGateway({}, { ledger, rollouts: undefined } as object);
    const everything = TOKENS.owner;
    for (const path of paths) {
      const response = await post(path, "not json", everything);
      expect(response.status, path).toBe(501);
      expect(await problem(response)).toMatchObject({ code: "not_supported_here" });
    }
  });

  it("have scopes: towards safety the smaller one is enough, reports have their own", async () => {
    const { post } = fakeGateway();
    const status = async (path: string, body: object, token: string) => (await post(path, body, token)).status;
    const safe = [ABORT, { do: "pause", reason: "x" }, { do: "roll_back", reason: "x" }];
    const exposing = [
      { do: "resume" },
      { do: "promote" },
      { do: "retry" },
      { do: "override", role: "on_call", reason: "x" },
      { do: "approve", role: "on_call", release: digestFor("r") },
    ];
    for (const body of safe)
      for (const token of [TOKENS.safe, TOKENS.operator]) expect(await status(COMMANDS, body, token)).toBe(200);
    for (const body of exposing) {
      expect(await status(COMMANDS, body, TOKENS.operator), body.do).toBe(200);
      const response = await post(COMMANDS, body, TOKENS.safe);
      expect([response.status, response.headers.get("www-authenticate")], body.do).toEqual([
        403,
        'Bearer realm="tau-edge", error="insufficient_scope", scope="rollout:promote"',
      ]);
    }
    for (const body of [...safe, ...exposing]) expect(await status(COMMANDS, body, TOKENS.reporter)).toBe(403);
    const batch = { batches: [] };
    for (const token of [TOKENS.safe, TOKENS.operator]) expect(await status("/v1/reports", batch, token)).toBe(403);
    expect(await status("/v1/reports", batch, TOKENS.reporter)).toBe(422);
    for (const path of ["/v1/rollouts", "/v1/undos", "/v1/releases", "/v1/preflights", "/v1/revalidations"])
      expect(await status(path, {}, TOKENS.safe), path).toBe(403);
  });
});

it("does not let who may only stop give back what an undo takes from everybody", async () => {
  const { post, asked } = fakeGateway({ view: { rollout_id: ROLLOUT_ID, status: "open", kind: "undo" } });
  for (const act of ["abort", "roll_back"]) {
    const body = { do: act, reason: "x" };
    expect((await post(COMMANDS, body, TOKENS.safe)).status, act).toBe(403);
    expect((await post(COMMANDS, body, TOKENS.operator)).status, act).toBe(200);
  }
  expect((await post(COMMANDS, { do: "pause", reason: "x" }, TOKENS.safe)).status).toBe(200);
  expect(asked.filter(({ method, actor }) => method === "command" && actor.id === "sam")).toHaveLength(1);
});

describe("methods and origins", () => {
  const elsewhere = { origin: "https://elsewhere.example", "access-control-request-method": "POST" };

  it("says which methods a path has, and which of them pages of any origin may use", async () => {
    const { app } = fakeGateway({}, {}, { cors: "all" });
    for (const [path, allow, open] of [
      [COMMANDS, "POST, OPTIONS", null],
      ["/v1/session", "POST, OPTIONS", null],
      ["/v1/admin/rotate", "POST, OPTIONS", null],
      ["/v1/tokens", "GET, HEAD, POST, OPTIONS", null],
      ["/v1/bootstrap/links", "GET, HEAD, POST, OPTIONS", null],
      [`/v1/rollouts/${ROLLOUT_ID}/replay`, "GET, HEAD, POST, OPTIONS", null],
      ["/v1/rollouts", "GET, HEAD, POST, OPTIONS", "GET, HEAD"],
      ["/v1/resolve/prod/edge-wasm", "GET, HEAD, OPTIONS", "GET, HEAD"],
      ["/v1/reports", "POST, OPTIONS", "POST"],
      ["/v1/bootstrap/exchange", "POST, OPTIONS", "POST"],
    ] as const) {
      const preflight = await app.request(path, { method: "OPTIONS", headers: elsewhere });
      expect([preflight.status, preflight.headers.get("allow")], path).toEqual([204, allow]);
      expect(preflight.headers.get("access-control-allow-methods"), path).toBe(open);
      expect(preflight.headers.get("access-control-allow-origin"), path).toBe(open === null ? null : "*");
      if (open !== null)
        expect(preflight.headers.get("access-control-allow-headers"), path).toMatch(/^Authorization, .*DPoP, If-Match/);
      const put = await app.request(path, { method: "PUT", headers: elsewhere });
      expect([put.status, put.headers.get("allow")], path).toEqual([405, allow]);
    }
    expect((await app.request(COMMANDS)).status).toBe(405);
    expect((await app.request(COMMANDS, { method: "HEAD" })).status).toBe(405);
  });

  const operatorPaths = ROUTES.filter(({ audience }) => audience === "operators").map(
    ({ method, path }) => [method, path.replace(":rollout_id", ROLLOUT_ID)] as const,
  );

  it.each([
    "https://elsewhere.example",
    "null",
    "http://localhost:8787",
    "https://localhost",
    "http://localhost.elsewhere.example",
    "http://LOCALHOST",
    "file://",
    "",
  ])("lets no page of %j ask what only operators may, whatever token it has", async (origin) => {
    for (const [method, path] of operatorPaths)
      for (const contentType of ["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
        const { app, asked } = fakeGateway({}, {}, { cors: "all" });
        const headers = { origin, authorization: `Bearer ${TOKENS.owner}`, "content-type": contentType };
        const init = method === "GET" ? { headers } : { method, headers, body: "{}" };
        const response = await app.request(path, init);
        expect([response.status, await response.json()], path).toMatchObject([403, { code: "origin_not_allowed" }]);
        expect(response.headers.get("access-control-allow-origin")).toBe(null);
        expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
        expect(asked).toEqual([]);
      }
  });

  it("lets pages of its own origin and of those that are named do so, and says so to the browser", async () => {
    const settings = () => ({ ...NO_SETTINGS, origins: ["https://desk.example"] });
    const { app, post } = fakeGateway({}, { settings });
    const own = await post(COMMANDS, ABORT, TOKENS.operator, { origin: "http://localhost" });
    expect([own.status, own.headers.get("access-control-allow-origin")]).toEqual([200, null]);
    const named = await post(COMMANDS, ABORT, TOKENS.operator, { origin: "https://desk.example" });
    expect(named.status).toBe(200);
    const refused = await post(COMMANDS, ABORT, undefined, { origin: "https://desk.example" });
    expect(refused.status).toBe(401);
    const listing = await app.request("/v1/rollouts", { headers: { origin: "https://desk.example" } });
    expect(listing.status).toBe(200);
    for (const response of [named, refused, listing]) {
      expect(response.headers.get("access-control-allow-origin")).toBe("https://desk.example");
      expect(response.headers.get("vary")).toBe("Origin");
    }
    const headers = { origin: "https://desk.example", "access-control-request-method": "POST" };
    const preflight = await app.request(COMMANDS, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://desk.example");
    expect(preflight.headers.get("access-control-allow-methods")).toBe("POST");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Authorization");
  });

  it("knows its own origin by its public name where it has one, and by nothing that a page could choose", async () => {
    const headers = { origin: "https://edge.example" };
    const behind = { publicBaseUrl: "https://edge.example/gateway", allowedHosts: "any" };
    expect((await fakeGateway({}, {}, behind).post(COMMANDS, ABORT, TOKENS.operator, headers)).status).toBe(200);
    const anyName = fakeGateway({}, {}, { allowedHosts: "any" });
    const rebound = await anyName.post("http://evil.example/v1/rollouts", {}, TOKENS.operator, {
      origin: "http://evil.example",
    });
    expect(rebound.status).toBe(403);
  });

  it("gives listings to no page of another origin that is not named, unless the configuration opens them", async () => {
    for (const [cors, open] of [
      ["objects", null],
      ["all", "*"],
    ] as const) {
      const { app } = fakeGateway({}, {}, { cors });
      const response = await app.request("/v1/rollouts", { headers: { origin: "https://elsewhere.example" } });
      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([200, open]);
    }
  });
});
