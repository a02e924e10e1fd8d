/**
 * What a gateway promises about rollouts, whatever it runs on: who gets what, what is shown of it, and who may change it.
 * It serves the story of rollout-story.ts.
 */
import { sha256 } from "@tau-edge/encoding";
import { PausedSchema, ProblemSchema, ResolveSchema, StatusSchema } from "@tau-edge/gateway";
import { check, checkEqual, type TestRegistrar } from "@tau-edge/ports/suites";
import { cohortBucket } from "@tau-edge/rollout";
import { metricsSuite } from "./gateway-metrics-suite.ts";
import type { Story } from "./rollout-story.ts";

export interface RolloutRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type SendLike = (path: string, init?: RolloutRequest) => Promise<Response>;

export const RESOLVE_PATH = "/v1/resolve/dev/shop";
const KEY = "cloudflare-workers-version-key";

export function resolveSuite(t: TestRegistrar, send: SendLike, story: () => Story): void {
  const resolved = async (path: string, headers: Record<string, string> = {}) => {
    const response = await send(path, { headers });
    checkEqual(response.status, 200, await response.clone().text());
    return ResolveSchema.parse(await response.json());
  };

  t.test("each key gets the release of its cohort, and goes on getting it", async () => {
    const { rollout_id, stable, candidate } = story();
    const counts = { candidate: 0, baseline: 0 };
    for (let nth = 0; nth < 60; nth++) {
      const key = `user-${nth}`;
      const told = await resolved(RESOLVE_PATH, { [KEY]: key });
      const bucket = cohortBucket(rollout_id, key, sha256);
      const arm = bucket < 5_000 ? "candidate" : "baseline";
      counts[arm] += 1;
      const expected = arm === "candidate" ? candidate : stable;
      checkEqual(
        [told.bucket, told.rollout?.arm, told.release],
        [bucket, arm, expected.release],
        `${key} gets what its cohort gets`,
      );
      checkEqual(await resolved(`${RESOLVE_PATH}?key=${key}`), told, `${key} gets the same by the query`);
    }
    check(counts.candidate > 10 && counts.baseline > 10, JSON.stringify(counts));
  });

  t.test("without a key it is the committed release, by name it is that one, and no observation counts", async () => {
    const { stable, candidate } = story();
    for (const [path, release, by] of [
      [RESOLVE_PATH, stable, "no_key"],
      [`${RESOLVE_PATH}?release=${candidate.release}`, candidate, "override"],
      [`${RESOLVE_PATH}?release=${stable.release}`, stable, "override"],
    ] as const) {
      const told = await resolved(path);
      checkEqual(
        [told.release, told.assigned_by, told.rollout],
        [release.release, by, undefined],
        `what ${path} gives`,
      );
      const artifact = await send(told.artifact_url);
      checkEqual(artifact.status, 200, "its artifact can be had");
      await artifact.body?.cancel();
    }
  });

  t.test("no cache answers in its place, and it is asked for again with its ETag", async () => {
    const headers = { [KEY]: "user-1" };
    const first = await send(RESOLVE_PATH, { headers });
    await first.body?.cancel();
    checkEqual(first.headers.get("cache-control"), "private, no-cache", "a cache would make it older than it says");
    check(/Cloudflare-Workers-Version-Key/.test(first.headers.get("vary") ?? ""), "the key is part of what is cached");
    const etag = first.headers.get("etag") ?? "";
    check(/^"[^"]+"$/.test(etag), "it has a strong ETag");
    const again = await send(RESOLVE_PATH, { headers: { ...headers, "if-none-match": etag } });
    checkEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", etag], "it is not sent twice");
    const other = await send(RESOLVE_PATH, { headers: { [KEY]: "user-2", "if-none-match": etag } });
    checkEqual(other.status, 200, "another key has another ETag");
    await other.body?.cancel();
  });

  t.test("what is not there is 404 with the reason", async () => {
    for (const [path, code] of [
      ["/v1/resolve/prod/shop", "no_release"],
      ["/v1/resolve/dev/nothing", "no_release"],
      ["/v1/resolve/dev/__proto__", "no_release"],
      ["/v1/resolve/moon/shop", "environment_unknown"],
      [`${RESOLVE_PATH}?release=sha256:${"0".repeat(64)}`, "override_unknown"],
      ["/v1/rollouts/nothing", "rollout_unknown"],
      ["/v1/rollouts/default~dev~shop~999", "rollout_unknown"],
    ] as const) {
      const response = await send(path);
      checkEqual([response.status, ProblemSchema.parse(await response.json()).code], [404, code], path);
    }
  });
}

export function showSuite(t: TestRegistrar, send: SendLike, story: () => Story): void {
  const shown = async (path: string): Promise<unknown> => {
    const response = await send(path);
    checkEqual(response.status, 200, `${path} ${await response.clone().text()}`);
    return response.json();
  };

  t.test("everybody may see rollouts, releases, history and the open ones in the status", async () => {
    const { rollout_id, committed_rollout_id, stable, candidate } = story();
    const list = (await shown("/v1/rollouts")) as { rollouts: { rollout_id: string; status: string }[] };
    checkEqual(
      list.rollouts.map((entry) => [entry.rollout_id, entry.status]),
      [
        [rollout_id, "open"],
        [committed_rollout_id, "success"],
      ],
      "rollouts, newest first",
    );
    const nothing = { rollouts: [], frozen: [], unreadable: [] };
    checkEqual(await shown("/v1/rollouts?environment=prod"), nothing, "nothing in another environment");
    const view = (await shown(`/v1/rollouts/${rollout_id}`)) as { weight_bp: number; plan: { release: string } };
    checkEqual([view.weight_bp, view.plan.release], [5_000, candidate.release], "the open rollout");
    const releases = (await shown("/v1/blueprints/shop/releases")) as { release: string }[];
    checkEqual(
      releases.map(({ release }) => release),
      [candidate.release, stable.release],
      "releases, newest first",
    );
    const history = (await shown("/v1/history/dev")) as { stable: unknown; candidate: { weight_bp: number } }[];
    checkEqual([history[0]?.stable, history[0]?.candidate.weight_bp], [stable, 5_000], "what is served, and exposed");
    const { rollouts } = StatusSchema.parse(await shown("/gateway/status"));
    checkEqual([rollouts.open_count, rollouts.open[0]?.rollout_id], [1, rollout_id], "the open rollouts");
  });

  metricsSuite(t, send);

  t.test("what a token is for is refused without one", async () => {
    const { rollout_id } = story();
    const body = JSON.stringify({ do: "abort", reason: "just because" });
    const headers = { "content-type": "application/json" };
    for (const [path, method] of [
      [`/v1/rollouts/${rollout_id}/commands`, "POST"],
      ["/v1/reports", "POST"],
      ["/v1/rollouts", "POST"],
      [`/v1/rollouts/${rollout_id}/replay`, "GET"],
    ] as const) {
      const response = await send(path, { method, ...(method === "POST" ? { headers, body } : {}) });
      const { code } = ProblemSchema.parse(await response.json());
      check([401, 403, 501].includes(response.status), `${path} ${response.status} ${code}`);
    }
    const { rollouts } = StatusSchema.parse(await shown("/gateway/status"));
    checkEqual(rollouts.open_count, 1, "it is still open");
  });
}

export interface StoryTokens {
  readonly operator: string;
  readonly safe: string;
  readonly reporter: string;
}

export const STORY_TOKENS: StoryTokens = { operator: "o".repeat(43), safe: "s".repeat(43), reporter: "r".repeat(43) };

/** As TAU_EDGE_TOKENS has them. */
export const STORY_TOKENS_TEXT = JSON.stringify([
  { name: "olga", scopes: ["operate"], token: STORY_TOKENS.operator },
  { name: "sam", scopes: ["operate-safe"], token: STORY_TOKENS.safe },
  { name: "fleet", scopes: ["report"], token: STORY_TOKENS.reporter },
]);

export function poster(send: SendLike) {
  return (path: string, body: unknown, token: string): Promise<Response> =>
    send(path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
}

async function told(response: Response, status: number): Promise<Record<string, unknown>> {
  const text = await response.text();
  checkEqual(response.status, status, text);
  return JSON.parse(text) as Record<string, unknown>;
}

/** Counts in the open window of the story. */
export function reportSuite(t: TestRegistrar, send: SendLike, story: () => Story): void {
  const post = poster(send);

  t.test("a batch counts once, however often it is sent", async () => {
    const { rollout_id, candidate } = story();
    const resolved = await send(`${RESOLVE_PATH}?release=${candidate.release}`);
    await resolved.body?.cancel();
    const view = (await (await send(`/v1/rollouts/${rollout_id}`)).json()) as {
      attempt: number;
      stage: number;
      window: { number: number };
    };
    const batch = {
      batch_id: "only-once",
      reporter: "agent-x",
      rollout_id,
      attempt: view.attempt,
      stage: view.stage,
      window: view.window.number,
      release: candidate.release,
      ok_latency_us: [1_000],
    };
    const results = async () =>
      (await told(await post("/v1/reports", { batches: [batch] }, STORY_TOKENS.reporter), 200))["results"];
    const name = { reporter: "agent-x", batch_id: "only-once" };
    checkEqual(await results(), [{ ...name, outcome: "added" }], "a batch counts");
    checkEqual(await results(), [{ ...name, outcome: "duplicate" }], "a batch counts once");
    const unknown = { ...batch, rollout_id: "default~dev~shop~999" };
    const mixed = await told(await post("/v1/reports", { batches: [batch, unknown] }, STORY_TOKENS.reporter), 200);
    checkEqual(
      (mixed["results"] as { outcome: string }[]).map(({ outcome }) => outcome),
      ["duplicate", "refused"],
      "each batch is answered for",
    );
  });
}

/** Freezes the story's blueprint, and releases it: afterwards everything is as before, but for two records. */
export function freezeSuite(t: TestRegistrar, send: SendLike, story: () => Story): void {
  const post = poster(send);
  const place = { environment: "dev", blueprint: "shop" };

  t.test("a freeze stops everybody with its reason, and a release lets them go on", async () => {
    const { candidate, stable } = story();
    const frozen = await told(await post("/v1/freezes", { ...place, reason: "it hurts" }, STORY_TOKENS.safe), 200);
    const { since_unix_ms } = frozen["frozen"] as { since_unix_ms: number };
    checkEqual(frozen["outcome"], "done", "it is frozen");
    await untilTold();
    const paths = [RESOLVE_PATH, `${RESOLVE_PATH}?key=user-1`, `${RESOLVE_PATH}?release=${candidate.release}`];
    for (const path of paths) {
      const answer = PausedSchema.strict().parse(await told(await send(path), 200));
      checkEqual([answer.reason, answer.since_unix_ms], ["it hurts", since_unix_ms], `what ${path} answers`);
    }
    const status = StatusSchema.parse(await told(await send("/gateway/status"), 200));
    checkEqual(status.rollouts.frozen, [{ ...place, since_unix_ms }], "the status lists it");
    check(!JSON.stringify(status).includes("it hurts"), "and says nothing that a person wrote");
    const again = await told(await post("/v1/freezes", { ...place, reason: "still" }, STORY_TOKENS.operator), 200);
    checkEqual([again["outcome"], again["frozen"]], ["unchanged", frozen["frozen"]], "it is frozen once");
    await told(await post("/v1/unfreezes", { ...place, reason: "well" }, STORY_TOKENS.safe), 403);
    await told(await post("/v1/unfreezes", { ...place, reason: "well" }, STORY_TOKENS.reporter), 403);
    checkEqual((await told(await send(RESOLVE_PATH), 200))["outcome"], "paused", "who may stop may not release");
    await told(await post("/v1/unfreezes", { ...place, reason: "well" }, STORY_TOKENS.operator), 200);
    await untilTold();
    checkEqual((await told(await send(RESOLVE_PATH), 200))["release"], stable.release, "it goes on as before");
  });

  t.test("what nobody knows is not frozen, and neither is what nobody may freeze", async () => {
    const refused = await post("/v1/freezes", { ...place, blueprint: "shopp", reason: "x" }, STORY_TOKENS.safe);
    checkEqual((await told(refused, 409))["code"], "blueprint_unknown", "a slip is told");
    await told(await post("/v1/freezes", { ...place, reason: "x" }, STORY_TOKENS.reporter), 403);
    await told(await post("/v1/freezes", { ...place, reason: "x" }, "n".repeat(43)), 401);
    const dry = await told(await post("/v1/freezes?dry_run=true", { ...place, reason: "x" }, STORY_TOKENS.safe), 200);
    checkEqual([dry["outcome"], dry["dry_run"]], ["done", true], "a dry run is done");
    await untilTold();
    check("release" in (await told(await send(RESOLVE_PATH), 200)), "and nothing is frozen");
  });
}

/** As old as an answer may be. */
function untilTold(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, 150));
}

/** Changes the story, and ends it: comes last. */
export function writeSuite(t: TestRegistrar, send: SendLike, story: () => Story): void {
  const post = poster(send);
  const commands = () => `/v1/rollouts/${story().rollout_id}/commands`;

  t.test("a body that is larger than what is read is refused, however it comes", async () => {
    const large = JSON.stringify({ do: "abort", reason: "x".repeat(400_000) });
    await told(await post(commands(), large, STORY_TOKENS.safe), 413);
    // The connection is none the worse for it.
    await told(await post(commands(), '{"do":"abort","do":"abort"}', STORY_TOKENS.safe), 400);
    await told(await post(commands(), { do: "abort" }, STORY_TOKENS.safe), 422);
    await told(await post(commands(), { do: "abort", reason: "x" }, STORY_TOKENS.reporter), 403);
    await told(await post(commands(), { do: "abort", reason: "x" }, "n".repeat(43)), 401);
  });

  reportSuite(t, send, story);
  freezeSuite(t, send, story);

  t.test("a pause, a refusal and a dry run are what they are on the command line", async () => {
    const path = commands();
    const dry = await told(
      await post(`${path}?dry_run=true`, { do: "abort", reason: "what if" }, STORY_TOKENS.safe),
      200,
    );
    checkEqual([dry["outcome"], dry["dry_run"]], ["done", true], "a dry run is done");
    const paused = await told(await post(path, { do: "pause", reason: "lunch" }, STORY_TOKENS.safe), 200);
    checkEqual([paused["outcome"], paused["records"]], ["done", ["iter"]], "a pause is recorded");
    const refused = await told(await post(path, { do: "pause", reason: "lunch" }, STORY_TOKENS.safe), 409);
    checkEqual([refused["code"], typeof refused["remedy"]], ["paused", "string"], "a second pause is refused");
    await told(await post(path, { do: "resume" }, STORY_TOKENS.safe), 403);
    await told(await post(path, { do: "resume" }, STORY_TOKENS.operator), 200);
  });

  t.test("a rollout is computed again for operators", async () => {
    const authorization = `Bearer ${STORY_TOKENS.safe}`;
    const path = `/v1/rollouts/${story().committed_rollout_id}/replay`;
    const report = await told(await send(path, { headers: { authorization } }), 200);
    checkEqual(report["result"], "same", "it comes out the same");
  });

  t.test("an abort takes the release from everybody, and says who did it", async () => {
    const { candidate, stable, rollout_id } = story();
    await told(await post(commands(), { do: "abort", reason: "it hurts" }, STORY_TOKENS.safe), 200);
    await untilTold();
    for (let nth = 0; nth < 20; nth++) {
      const response = await send(RESOLVE_PATH, { headers: { [KEY]: `user-${nth}` } });
      const { release, assigned_by } = ResolveSchema.parse(await response.json());
      checkEqual([release, assigned_by], [stable.release, "committed"], "everybody gets the committed release");
    }
    const byName = await send(`${RESOLVE_PATH}?release=${candidate.release}`);
    checkEqual((await told(byName, 404))["code"], "override_unknown", "nobody gets it by name");
    const history = (await (await send("/v1/history/dev")).json()) as {
      because: { actor: unknown; rollout_id: string };
    }[];
    checkEqual(
      [history[0]?.because.actor, history[0]?.because.rollout_id],
      [{ kind: "token", id: "sam" }, rollout_id],
      "history names who did it",
    );
  });
}
