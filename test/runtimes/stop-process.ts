/** Measures the time to stop against a gateway that is a process of its own (Node, Deno). */
import { openState } from "@tau-edge/adapter-node";
import { check } from "@tau-edge/ports/suites";
import { startGateway } from "./gateway-process.ts";
import { poster, RESOLVE_PATH, STORY_TOKENS, STORY_TOKENS_TEXT } from "./gateway-rollouts-suite.ts";
import { type PlantedStory, plantStory } from "./planted-story.ts";
import { openStory } from "./rollout-story.ts";
import { measureStop, type StopFigures } from "./time-to-stop.ts";

export interface StopProcess {
  readonly command: string;
  readonly run: readonly string[];
  readonly agents: number;
  readonly resolveSeconds: number;
  /** Over HTTP, or in this process on the same state directory. */
  readonly abort: "token" | "state directory";
}

export async function measureProcess({
  command,
  run,
  agents,
  resolveSeconds,
  abort,
}: StopProcess): Promise<StopFigures> {
  const story = await plantStory();
  const options = ["--state-dir", story.stateDir, "--port", "0", "--resolve-seconds", String(resolveSeconds)];
  const gateway = await startGateway(command, [...run, ...options], { env: { TAU_EDGE_TOKENS: STORY_TOKENS_TEXT } });
  try {
    return await measureStop({
      agents,
      maxAgeMs: resolveSeconds * 1_000,
      release: story.candidate.release,
      resolve: (key, etag) =>
        fetch(gateway.url + RESOLVE_PATH, {
          headers: { "cloudflare-workers-version-key": key, ...(etag === undefined ? {} : { "if-none-match": etag }) },
        }),
      abort: () => (abort === "token" ? abortByToken(gateway.url, story) : abortInState(story)),
    });
  } finally {
    await gateway.end("SIGTERM");
    await story.remove();
  }
}

async function abortByToken(url: string, { rollout_id }: PlantedStory): Promise<void> {
  const post = poster((path, init) => fetch(url + path, init ?? {}));
  const body = { do: "abort", reason: "it hurts" };
  const response = await post(`/v1/rollouts/${rollout_id}/commands`, body, STORY_TOKENS.safe);
  check(response.status === 200, `the abort is acknowledged: ${await response.text()}`);
}

async function abortInState({ stateDir, rollout_id }: PlantedStory): Promise<void> {
  const state = await openState(stateDir);
  const operator = openStory(state).as?.({ kind: "local", id: "tester" });
  const result = await operator?.command(rollout_id, { do: "abort", reason: "it hurts" });
  await state.close();
  check(result?.outcome === "done", `the abort is acknowledged: ${JSON.stringify(result)}`);
}
