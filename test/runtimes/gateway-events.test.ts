/** The suite about watching, against processes on Node and on Deno, and how a gateway ends that is watched. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEvents } from "./event-reader.ts";
import { DENO, DENO_MAIN, NODE_MAIN } from "./gateway-commands.ts";
import { eventsPath, eventsSuite } from "./gateway-events-suite.ts";
import { type GatewayProcess, startGateway } from "./gateway-process.ts";
import { poster, type SendLike, STORY_TOKENS, STORY_TOKENS_TEXT } from "./gateway-rollouts-suite.ts";
import { type PlantedStory, plantStory } from "./planted-story.ts";

const registrar = { test: (name: string, run: () => Promise<void>) => void it(name, run) };

const RUNTIMES = [
  ["node", process.execPath, [NODE_MAIN]],
  ["deno", DENO, ["run", "-A", "--no-check", "--quiet", DENO_MAIN]],
] as const;

for (const [name, command, run] of RUNTIMES)
  describe(name, () => {
    let story: PlantedStory;
    let gateway: GatewayProcess;
    /** Sees what the other process writes. */
    let beside: GatewayProcess;
    const start = (...options: readonly string[]) =>
      startGateway(command, [...run, "--state-dir", story.stateDir, "--port", "0", ...options], {
        env: { TAU_EDGE_TOKENS: options.includes("--read-only") ? "" : STORY_TOKENS_TEXT },
      });

    beforeAll(async () => {
      story = await plantStory();
      [gateway, beside] = await Promise.all([start(), start("--read-only")]);
    });
    afterAll(async () => {
      expect(await Promise.all([gateway.end("SIGTERM"), beside.end("SIGTERM")])).toEqual([0, 0]);
      await story.remove();
    });

    const tell = async (nth: number): Promise<void> => {
      const send: SendLike = (path, init) => fetch(gateway.url + path, init ?? {});
      const command = nth % 2 === 0 ? { do: "pause", reason: `${nth}` } : { do: "resume" };
      const response = await poster(send)(`/v1/rollouts/${story.rollout_id}/commands`, command, STORY_TOKENS.operator);
      expect(response.status, await response.text()).toBe(200);
    };
    let turn = 0;
    eventsSuite(registrar, {
      // Cut by one gateway, gone on with at the other.
      send: (path, init) => fetch((turn++ % 2 === 0 ? gateway : beside).url + path, init ?? {}),
      story: () => story,
      tell,
      cuts: 10,
    });

    it("goes on after the gateway was started anew, at another address", async () => {
      const first = await start("--read-only");
      const before = await readEvents(await fetch(first.url + eventsPath(story.rollout_id))).take(2);
      expect(await first.end("SIGTERM")).toBe(0);
      const second = await start("--read-only");
      const reader = readEvents(await fetch(second.url + eventsPath(story.rollout_id, before.at(-1)?.id)));
      expect((await reader.next())?.id).toBe(2);
      await reader.leave();
      expect(await second.end("SIGTERM")).toBe(0);
    });

    it("ends its streams at once when it is told to stop, long before the time to drain is over", async () => {
      const stopped = await start("--read-only", "--drain-ms", "120000");
      const watching = Array.from({ length: 5 }, async () => {
        const reader = readEvents(await fetch(stopped.url + eventsPath(story.rollout_id, 1)));
        return reader.take();
      });
      await pause(500);
      expect(await stopped.end("SIGTERM")).toBe(0);
      for (const events of await Promise.all(watching)) expect(events.every(({ id }) => id !== undefined)).toBe(true);
    });
  });
