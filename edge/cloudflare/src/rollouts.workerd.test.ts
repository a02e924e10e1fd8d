/**
 * The suite about rollouts in workerd: the Worker resolves and shows what the records in its Durable Object say, takes
 * nothing over HTTP, and follows an abort that the object is given.
 */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { LEDGER_NAME, objectKey } from "@tau-edge/adapter-cloudflare";
import { beforeAll, describe, expect, it } from "vitest";
import {
  poster,
  RESOLVE_PATH,
  resolveSuite,
  type SendLike,
  STORY_TOKENS,
  showSuite,
} from "../../../test/runtimes/gateway-rollouts-suite.ts";
import { type MemoryStory, tellInMemory } from "../../../test/runtimes/memory-story.ts";
import { measureStop, STOP_MARGIN_MS } from "../../../test/runtimes/time-to-stop.ts";
import worker from "./mod.ts";

const registrar = { test: (name: string, run: () => Promise<void>) => void it(name, run) };

/** The campaign has more agents, and the time that answers are kept where nobody says otherwise. */
const { STOP_AGENTS, RESOLVE_SECONDS } = env;
const send: SendLike = (path, init) =>
  worker.fetch(new Request(`https://edge.example${path}`, init), env, createExecutionContext());

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

  it("takes no document, with the reason, whoever sends it", async () => {
    for (const path of [`/v1/rollouts/${story.rollout_id}/commands`, "/v1/reports", "/v1/rollouts", "/v1/releases"]) {
      const response = await poster(send)(path, { do: "abort", reason: "x" }, STORY_TOKENS.operator);
      expect([response.status, await response.json()], path).toMatchObject([501, { code: "not_supported_here" }]);
    }
  });

  // Comes last, because it ends the story.
  it("answers nobody with a withdrawn release after max_age and a second, with agents following", async () => {
    const maxAgeMs = Number(RESOLVE_SECONDS) * 1_000;
    const agents = Number(STOP_AGENTS);
    const before = (await story.records()).length;
    const figures = await measureStop({
      agents,
      maxAgeMs,
      release: story.candidate.release,
      resolve: (key, etag) =>
        send(RESOLVE_PATH, {
          headers: { "cloudflare-workers-version-key": key, ...(etag === undefined ? {} : { "if-none-match": etag }) },
        }),
      async stop() {
        story.stores.clock.set(Date.now());
        const operator = story.access.as?.({ kind: "token", id: "olga" });
        const result = await operator?.command(story.rollout_id, { do: "abort", reason: "it hurts" });
        expect(result?.outcome).toBe("done");
        await importRecords(before);
      },
    });
    console.log(`workerd: ${JSON.stringify(figures)}`);
    expect(figures.exposed).toBeGreaterThan(agents / 3);
    expect(figures.last_answer_ms).toBeLessThan(STOP_MARGIN_MS);
    expect(figures.time_to_stop_ms).toBeLessThan(maxAgeMs + STOP_MARGIN_MS);
  });
});
