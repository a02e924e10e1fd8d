/** What each request asks of the use cases, in whose name, and what becomes of their answers. */
import { CONTROL_REFUSALS, type CommandResult } from "@tau-edge/control";
import { PortError } from "@tau-edge/ports";
import { defaultEnvironmentProfile, REFUSALS, readPlan } from "@tau-edge/rollout";
import { expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { DONE, digestFor, fakeGateway, ROLLOUT_ID, TOKENS } from "../rollouts/rollouts.test-helper.ts";

const PLAN = {
  schema_version: 1,
  blueprint: "edge-wasm",
  environments: ["production", "staging", "dev"],
  release: digestFor("release"),
  manifest: digestFor("manifest"),
  baseline: "none",
  expected_per_hour: 60_000,
};
const NORMAL_PLAN = readPlan(new TextEncoder().encode(JSON.stringify(PLAN)));
const OLGA = { kind: "token", id: "olga" };
const COMMANDS = `/v1/rollouts/${ROLLOUT_ID}/commands`;

it("asks for what the body says, in the name of the token", async () => {
  const { post, asked } = fakeGateway();
  const undo = { environment: "prod", blueprint: "edge-wasm", release: digestFor("old") };
  const freeze = { environment: "prod", blueprint: "edge-wasm", reason: "it deletes carts" };
  const revalidation = { environment: "dev", blueprint: "b", manifest: digestFor("m"), validation: "deep" };
  const release = { manifest_digest: digestFor("m"), version: "1.2.3" };
  const options = { dry_run: false, accept_clock: false };
  const start = { plan: NORMAL_PLAN, environment: "prod", accept_noise: true };
  for (const [path, body, method, args] of [
    ["/v1/rollouts", { plan: PLAN, environment: "production", accept_noise: true }, "start", [start, options]],
    ["/v1/preflights", { plan: PLAN, environment: "prod", accept_noise: true }, "preflight", [start]],
    [COMMANDS, { do: "resume" }, "command", [ROLLOUT_ID, { do: "resume" }, options]],
    ["/v1/undos", undo, "undo", [undo, options]],
    ["/v1/freezes", freeze, "freeze", [freeze, options]],
    ["/v1/unfreezes", freeze, "unfreeze", [freeze, options]],
    ["/v1/revalidations", revalidation, "revalidate", [revalidation, options]],
    ["/v1/releases", release, "createRelease", [release]],
    [
      `/v1/rollouts/${ROLLOUT_ID}/replay`,
      { schema_version: 1, attempts: [] },
      "replay",
      [ROLLOUT_ID, { schema_version: 1, attempts: [] }],
    ],
  ] as const) {
    const response = await post(path, body, TOKENS.operator);
    expect(response.status, path).toBe(200);
    expect(asked.at(-1)).toEqual({ actor: OLGA, method, args });
  }
});

it("hands on whether to write, and refuses other words for it", async () => {
  const { post, asked } = fakeGateway();
  const send = (query: string) => post(`${COMMANDS}?${query}`, { do: "resume" }, TOKENS.operator);
  await send("dry_run=true&accept_clock=true");
  expect(asked.at(-1)?.args[2]).toEqual({ dry_run: true, accept_clock: true });
  await send("dry_run=false");
  expect(asked.at(-1)?.args[2]).toEqual({ dry_run: false, accept_clock: false });
  const { length } = asked;
  for (const query of ["dry_run=1", "dry_run", "dry-run=true", "dry_run=true&dry_run=true"])
    expect((await send(query)).status, query).toBe(400);
  expect(asked).toHaveLength(length);
});

it("takes no command over the network: an environment profile has none, or is refused", async () => {
  const { post, asked } = fakeGateway();
  const profile = defaultEnvironmentProfile("prod");
  const armed = { ...profile, checks: [{ check: "smoke", command: ["sh", "-c", "id"], timeout_ms: 1_000 }] };
  const undo = { environment: "prod", blueprint: "b", release: digestFor("r") };
  for (const [path, body] of [
    ["/v1/rollouts", { plan: PLAN, environment: "prod" }],
    ["/v1/preflights", { plan: PLAN, environment: "prod" }],
    [COMMANDS, { do: "retry" }],
    ["/v1/undos", undo],
  ] as const) {
    const { length } = asked;
    const refused = await post(path, { ...body, profile: armed }, TOKENS.operator);
    expect([refused.status, await refused.json()], path).toMatchObject([422, { at: "$.profile.checks" }]);
    expect(asked).toHaveLength(length);
    expect((await post(path, { ...body, profile }, TOKENS.operator)).status, path).toBe(200);
    expect(JSON.stringify(asked.at(-1)?.args)).toContain('"checks":[]');
  }
});

it("names the field of a plan that is wrong", async () => {
  const { post } = fakeGateway();
  for (const [plan, at] of [
    [{ ...PLAN, baseline: undefined }, "$.plan.baseline"],
    [{ ...PLAN, policy: { stages: [{ weight_bp: 0 }] } }, "$.plan.policy.stages[0].weight_bp"],
    [{ ...PLAN, colour: "red" }, "$.plan"],
    [
      { ...PLAN, accept_capabilities: Array.from({ length: 100 }, () => "x".repeat(400)) },
      "$.plan.accept_capabilities[0]",
    ],
  ] as const) {
    const response = await post("/v1/rollouts", { plan, environment: "dev" }, TOKENS.operator);
    expect([response.status, await response.json()]).toMatchObject([422, { code: "body_field", at }]);
  }
});

it("answers a refusal with 409 and all that it says", async () => {
  for (const code of [...Object.keys(REFUSALS), ...Object.keys(CONTROL_REFUSALS)]) {
    // No report and no view that core would make: they are to come out as they went in.
    const result = {
      outcome: "refused",
      code,
      detail: "Because.",
      remedy: "`do this`",
      until_unix_ms: 5,
      preflight: { v: 1 },
      rollout: { rollout_id: ROLLOUT_ID },
    } as unknown as CommandResult;
    const { post } = fakeGateway({ result });
    const response = await post(COMMANDS, { do: "resume" }, TOKENS.operator);
    expect(response.status).toBe(409);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({
      type: "about:blank",
      title: "Conflict",
      status: 409,
      detail: "Because.",
      code,
      reason_codes: [code],
      request_id: response.headers.get("x-request-id"),
      remedy: "`do this`",
      until_unix_ms: 5,
      preflight: { v: 1 },
      rollout: { rollout_id: ROLLOUT_ID },
    });
  }
});

it("answers what is done with the result as it stands", async () => {
  const { post } = fakeGateway();
  const response = await post(COMMANDS, { do: "resume" }, TOKENS.operator);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual(DONE);
});

it("shows lists and rollouts to everybody, and computes again only for operators", async () => {
  const { app, asked } = fakeGateway();
  const list = await (await app.request("/v1/rollouts?environment=production&blueprint=b")).json();
  expect(list).toMatchObject({ rollouts: [{ rollout_id: ROLLOUT_ID }], unreadable: [] });
  expect(asked.at(-1)).toMatchObject({ method: "list", args: [{ environment: "prod", blueprint: "b" }] });
  expect((await app.request(`/v1/rollouts/${ROLLOUT_ID}`)).status).toBe(200);
  expect((await app.request(`/v1/rollouts/${ROLLOUT_ID}/trace`)).status).toBe(200);
  expect(await (await app.request("/v1/blueprints/b/releases")).json()).toEqual([]);
  expect((await app.request("/v1/history/staging?at_seq=4")).status).toBe(200);
  expect(asked.at(-1)).toMatchObject({ method: "history", args: ["staging", { seq: 4 }] });
  await app.request("/v1/history/production?at_unix_ms=5");
  expect(asked.at(-1)).toMatchObject({ method: "history", args: ["prod", { unix_ms: 5 }] });
  expect((await app.request("/v1/history/mars")).status).toBe(404);
  for (const query of ["at_seq=1&at_unix_ms=1", "at_seq=-1", "at_seq=01", "at=1", "at_seq=99999999999999999"])
    expect((await app.request(`/v1/history/dev?${query}`)).status, query).toBe(400);
  const { length } = asked;
  const replay = (token: string) =>
    app.request(`/v1/rollouts/${ROLLOUT_ID}/replay`, { headers: { authorization: `Bearer ${token}` } });
  expect((await app.request(`/v1/rollouts/${ROLLOUT_ID}/replay`)).status).toBe(401);
  expect((await replay(TOKENS.reporter)).status).toBe(403);
  expect(asked).toHaveLength(length);
  expect((await replay(TOKENS.safe)).status).toBe(200);
});

it("makes few answers at once that read whole streams, and others meanwhile", async () => {
  const { app } = fakeGateway();
  const paths = ["/v1/history/dev?at_seq=4", `/v1/rollouts/${ROLLOUT_ID}/trace`];
  const crowd = Array.from({ length: 10 }, (_, nth) => app.request(paths[nth % 2] ?? ""));
  expect((await app.request("/v1/history/dev")).status).toBe(200);
  const answers = await Promise.all(crowd);
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array(LIMITS.costly_answers_max).fill(200), ...Array(6).fill(503)]);
  expect(answers.find(({ status }) => status === 503)?.headers.get("retry-after")).toBe("5");
  expect((await app.request(paths[0] ?? "")).status).toBe(200);
});

it("pages the list, and says where the next page is", async () => {
  const { app } = fakeGateway();
  expect((await app.request("/v1/rollouts?cursor=nothing")).status).toBe(400);
  expect((await app.request("/v1/rollouts?limit=1001")).status).toBe(400);
  const rest = await app.request(`/v1/rollouts?cursor=${ROLLOUT_ID}`);
  expect([await rest.json(), rest.headers.get("link")]).toEqual([{ rollouts: [], unreadable: [] }, null]);
});

it("says that the clock is wrong, and how to vouch for it", async () => {
  const { post, app } = fakeGateway();
  expect((await app.request("/livez")).status).toBe(200);
  const failing = fakeGateway({
    get result(): never {
      throw new PortError("clock_jump", "stream", "The clock jumped");
    },
  });
  const response = await failing.post(COMMANDS, { do: "resume" }, TOKENS.operator);
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ code: "clock_jump", remedy: expect.stringContaining("accept_clock") });
  expect((await post(COMMANDS, { do: "resume" }, TOKENS.operator)).status).toBe(200);
});
