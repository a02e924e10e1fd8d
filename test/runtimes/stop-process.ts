/** Measures the time to stop against a gateway that is a process of its own (Node, Deno). */
import { openState } from "@tau-edge/adapter-node";
import type { Rollouts } from "@tau-edge/control";
import { check } from "@tau-edge/ports/suites";
import { startGateway } from "./gateway-process.ts";
import { poster, RESOLVE_PATH, STORY_TOKENS, STORY_TOKENS_TEXT } from "./gateway-rollouts-suite.ts";
import { type PlantedStory, plantStory } from "./planted-story.ts";
import { openStory, STORY_BLUEPRINT, STORY_ENVIRONMENT } from "./rollout-story.ts";
import { measureStop, type StopFigures } from "./time-to-stop.ts";

export interface StopProcess {
  readonly command: string;
  readonly run: readonly string[];
  readonly agents: number;
  readonly resolveSeconds: number;
  readonly stop: "abort" | "freeze";
  /** Over HTTP, or in this process on the same state directory. */
  readonly through: "token" | "state directory";
}

export async function measureProcess({
  command,
  run,
  agents,
  resolveSeconds,
  stop,
  through,
}: StopProcess): Promise<StopFigures> {
  const story = await plantStory();
  const options = ["--state-dir", story.stateDir, "--port", "0", "--resolve-seconds", String(resolveSeconds)];
  const gateway = await startGateway(command, [...run, ...options], { env: { TAU_EDGE_TOKENS: STORY_TOKENS_TEXT } });
  try {
    return await measureStop({
      agents,
      maxAgeMs: resolveSeconds * 1_000,
      ...(stop === "abort" ? { release: story.candidate.release } : {}),
      resolve: (key, etag) =>
        fetch(gateway.url + RESOLVE_PATH, {
          headers: { "cloudflare-workers-version-key": key, ...(etag === undefined ? {} : { "if-none-match": etag }) },
        }),
      stop: () => STOPS[stop][through](story, gateway.url),
    });
  } finally {
    await gateway.end("SIGTERM");
    await story.remove();
  }
}

const ABORT = { do: "abort", reason: "it hurts" } as const;
const FREEZE = { environment: STORY_ENVIRONMENT, blueprint: STORY_BLUEPRINT, reason: "it hurts" } as const;

type Stop = (story: PlantedStory, url: string) => Promise<void>;

const STOPS: Readonly<Record<StopProcess["stop"], Readonly<Record<StopProcess["through"], Stop>>>> = {
  abort: {
    token: ({ rollout_id }, url) => postStop(url, `/v1/rollouts/${rollout_id}/commands`, ABORT),
    "state directory": (story) => stopInState(story, (operator) => operator.command(story.rollout_id, ABORT)),
  },
  freeze: {
    token: (_story, url) => postStop(url, "/v1/freezes", FREEZE),
    "state directory": (story) => stopInState(story, (operator) => operator.freeze(FREEZE)),
  },
};

async function postStop(url: string, path: string, body: object): Promise<void> {
  const post = poster((target, init) => fetch(url + target, init ?? {}));
  const response = await post(path, body, STORY_TOKENS.safe);
  check(response.status === 200, `it is acknowledged: ${await response.text()}`);
}

async function stopInState(
  { stateDir }: PlantedStory,
  act: (operator: Rollouts) => Promise<{ readonly outcome: string }>,
): Promise<void> {
  const state = await openState(stateDir);
  const operator = openStory(state).as?.({ kind: "local", id: "tester" });
  const result = await (operator && act(operator));
  await state.close();
  check(result?.outcome === "done", `it is acknowledged: ${JSON.stringify(result)}`);
}
