/** The suite about rollouts in memory, and against processes on Node and on Deno, with tokens and without. */
import { sha256 } from "@tau-edge/encoding";
import { makeGateway, readTokens } from "@tau-edge/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DENO, DENO_MAIN, NODE_MAIN } from "./gateway-commands.ts";
import { type GatewayProcess, startGateway } from "./gateway-process.ts";
import {
  poster,
  RESOLVE_PATH,
  resolveSuite,
  type SendLike,
  STORY_TOKENS,
  STORY_TOKENS_TEXT,
  showSuite,
  writeSuite,
} from "./gateway-rollouts-suite.ts";
import { tellInMemory } from "./memory-story.ts";
import { type PlantedStory, plantStory } from "./planted-story.ts";

const registrar = { test: (name: string, run: () => Promise<void>) => void it(name, run) };

describe("memory", async () => {
  const told = await tellInMemory(Date.now());
  const app = makeGateway(
    {
      objects: told.stores.objects,
      ledger: told.stores.ledger,
      clock: { nowUnixMs: () => Date.now() },
      randomBytes: (count) => new Uint8Array(count),
      tokens: readTokens(STORY_TOKENS_TEXT, sha256),
      rollouts: told.access,
    },
    { allowedHosts: ["localhost"] },
  );
  const send: SendLike = async (path, init) => app.request(path, init);
  resolveSuite(registrar, send, () => told);
  showSuite(registrar, send, () => told);
});

const RUNTIMES = [
  ["node", process.execPath, [NODE_MAIN]],
  ["deno", DENO, ["run", "-A", "--no-check", "--quiet", DENO_MAIN]],
] as const;

for (const [name, command, run] of RUNTIMES)
  describe(name, () => {
    let story: PlantedStory;
    let reading: GatewayProcess;
    let writing: GatewayProcess;
    const start = (tokens: string) =>
      startGateway(
        command,
        [...run, "--state-dir", story.stateDir, "--port", "0", ...(tokens === "" ? ["--read-only"] : [])],
        { env: { TAU_EDGE_TOKENS: tokens } },
      );

    beforeAll(async () => {
      story = await plantStory();
      [reading, writing] = await Promise.all([start(""), start(STORY_TOKENS_TEXT)]);
    });

    afterAll(async () => {
      expect(await Promise.all([reading.end("SIGTERM"), writing.end("SIGTERM")])).toEqual([0, 0]);
      await story.remove();
    });

    const send: SendLike = (path, init) => fetch(writing.url + path, init ?? {});
    const sendToReader: SendLike = (path, init) => fetch(reading.url + path, init ?? {});
    describe("without tokens", () => {
      resolveSuite(registrar, sendToReader, () => story);
      showSuite(registrar, sendToReader, () => story);

      it("lets nobody in, whatever token they have", async () => {
        const commands = `/v1/rollouts/${story.rollout_id}/commands`;
        const response = await poster(sendToReader)(commands, { do: "resume" }, STORY_TOKENS.operator);
        expect([response.status, await response.json()]).toMatchObject([403, { code: "no_credentials_configured" }]);
      });
    });

    describe("with tokens", () => {
      resolveSuite(registrar, send, () => story);
      showSuite(registrar, send, () => story);
      writeSuite(registrar, send, () => story);

      it("has told the gateway beside it, which reads the same ledger", async () => {
        const response = await sendToReader(`${RESOLVE_PATH}?key=user-1`);
        expect(await response.json()).toMatchObject({ release: story.stable.release, assigned_by: "committed" });
      });
    });

    it("does not start with tokens that it cannot use, and does not show them", async () => {
      const weak = "too-short-to-be-safe";
      const tokens = JSON.stringify([{ name: "olga", scopes: ["operate"], token: weak }]);
      await expect(start(tokens)).rejects.toThrow(/at least 32 characters/);
      await start(tokens).catch((error: unknown) => expect(String(error)).not.toContain(weak));
    });
  });
