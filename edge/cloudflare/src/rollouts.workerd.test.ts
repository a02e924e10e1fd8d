/**
 * The suite about rollouts in workerd: the Worker resolves and shows what the records in its Durable Object say, counts
 * reports, freezes and releases, takes nothing else over HTTP, and follows an abort that the object is given.
 */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { LEDGER_NAME, objectKey } from "@tau-edge/adapter-cloudflare";
import { beforeAll, describe, expect, it } from "vitest";
import {
  freezeSuite,
  poster,
  RESOLVE_PATH,
  reportSuite,
  resolveSuite,
  type SendLike,
  STORY_TOKENS,
  STORY_TOKENS_TEXT,
  showSuite,
} from "../../../test/runtimes/gateway-rollouts-suite.ts";
import { type MemoryStory, tellInMemory } from "../../../test/runtimes/memory-story.ts";
import { measureStop, STOP_MARGIN_MS, type StopFigures } from "../../../test/runtimes/time-to-stop.ts";
import { makeWorker } from "./worker.ts";

const registrar = { test: (name: string, run: () => Promise<void>) => void it(name, run) };

/** The campaign has more agents, and the time that answers are kept where nobody says otherwise. */
const { STOP_AGENTS, RESOLVE_SECONDS } = env;
const worker = makeWorker();
const bindings = { ...env, TAU_EDGE_TOKENS: STORY_TOKENS_TEXT };
const send: SendLike = (path, init) =>
  worker.fetch(new Request(`https://edge.example${path}`, init), bindings, createExecutionContext());

let story: MemoryStory;

async function importRecords(from: number): Promise<void> {
  const bytes = (await story.records(from)).map((record) => record.bytes);
  expect(await env.LEDGER.getByName(LEDGER_NAME).importRecords(story.stream, bytes)).toMatchObject({
    outcome: "imported",
  });
}

beforeAll(async () => {
  story = await tellInMemory(Date.now());
  for (const { digest, bytes } of story.objects()) await env.OBJECTS.put(objectKey(digest), bytes);
  await importRecords(0);
});

describe("workerd", () => {
  resolveSuite(registrar, send, () => story);
  showSuite(registrar, send, () => story);

  reportSuite(registrar, send, () => story);

  it("shows what was reported in the views of rollouts", async () => {
    const view = await (await send(`/v1/rollouts/${story.rollout_id}`)).json();
    expect(view).toMatchObject({ window: { candidate: { total: 1, failed: 0 } } });
  });

  it("steers no rollout and takes no release, with the reason, whoever asks for it", async () => {
    for (const path of [`/v1/rollouts/${story.rollout_id}/commands`, "/v1/undos", "/v1/rollouts", "/v1/releases"]) {
      const response = await poster(send)(path, { do: "abort", reason: "x" }, STORY_TOKENS.operator);
      expect([response.status, await response.json()], path).toMatchObject([501, { code: "not_supported_here" }]);
    }
  });

  const agents = Number(STOP_AGENTS);
  const following = {
    agents,
    maxAgeMs: Number(RESOLVE_SECONDS) * 1_000,
    resolve: (key: string, etag: string | undefined) =>
      send(RESOLVE_PATH, {
        headers: { "cloudflare-workers-version-key": key, ...(etag === undefined ? {} : { "if-none-match": etag }) },
      }),
  };
  const expectStopped = (by: string, figures: StopFigures) => {
    console.log(`workerd, ${by}: ${JSON.stringify(figures)}`);
    expect(figures.exposed).toBeGreaterThan(agents / 3);
    expect(figures.last_answer_ms).toBeLessThan(STOP_MARGIN_MS);
    expect(figures.time_to_stop_ms).toBeLessThan(following.maxAgeMs + STOP_MARGIN_MS);
  };

  // Ends the story. Before anything is frozen: records of another ledger would not continue this one then.
  it("answers nobody with a withdrawn release after max_age and a second, with agents following", async () => {
    const before = (await story.records()).length;
    const figures = await measureStop({
      ...following,
      release: story.candidate.release,
      async stop() {
        story.stores.clock.set(Date.now());
        const operator = story.access.as?.({ kind: "token", id: "olga" });
        const result = await operator?.command(story.rollout_id, { do: "abort", reason: "it hurts" });
        expect(result?.outcome).toBe("done");
        await importRecords(before);
      },
    });
    expectStopped("abort", figures);
  });

  freezeSuite(registrar, send, () => story);

  it("answers nobody with any release of a frozen blueprint after max_age and a second, with agents following", async () => {
    const body = { environment: "dev", blueprint: "shop", reason: "it hurts" };
    const figures = await measureStop({
      ...following,
      async stop() {
        expect((await poster(send)("/v1/freezes", body, STORY_TOKENS.safe)).status).toBe(200);
      },
    });
    expectStopped("freeze", figures);
    expect(figures.exposed).toBe(agents);
  });
});
