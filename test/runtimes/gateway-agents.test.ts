/** The suite about agents in memory, and against processes on Node and on Deno. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MEMORY_OWNER, openAgentsInMemory } from "./gateway-agents-memory.ts";
import { agentsSuite, encodingsOf, rotationSuite } from "./gateway-agents-suite.ts";
import { DENO, DENO_MAIN, NODE_MAIN } from "./gateway-commands.ts";
import { type AgentsUnderTest, type Lure, SEEN_SECRETS } from "./gateway-owner.ts";
import { type GatewayProcess, startGateway } from "./gateway-process.ts";
import { proofsSuite } from "./gateway-proofs-suite.ts";
import { type PlantedStory, plantStory } from "./planted-story.ts";

const lure = async (): Promise<Lure> => {
  let visits = 0;
  const listener = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    visits: () => visits,
    close: () => new Promise((resolve) => listener.close(() => resolve())),
  };
};

const registrar = { test: (name: string, run: () => Promise<void>) => void it(name, run) };

describe("memory", async () => {
  const gateway = await openAgentsInMemory();
  const under: AgentsUnderTest = {
    ...gateway,
    owner: MEMORY_OWNER,
    crowd: 200,
    lure,
    log: () => JSON.stringify([gateway.events, gateway.faults.map(({ error, ...fault }) => [fault, String(error)])]),
  };
  proofsSuite(registrar, () => under);
  agentsSuite(registrar, () => under);
  rotationSuite(registrar, () => under);
});

const RUNTIMES = [
  ["node", process.execPath, [NODE_MAIN]],
  ["deno", DENO, ["run", "-A", "--no-check", "--quiet", DENO_MAIN]],
] as const;

const OWNER = "owner-of-a-process-".padEnd(48, "y");

for (const [name, command, run] of RUNTIMES)
  describe(name, () => {
    let story: PlantedStory;
    let gateway: GatewayProcess;
    let config: string;

    beforeAll(async () => {
      story = await plantStory();
      config = join(story.stateDir, "..", `${name}-${process.pid}-gateway.json`);
      const trusted_proxies = ["127.0.0.1", "::1"];
      await writeFile(config, JSON.stringify({ gateway: { auth: { token: OWNER }, trusted_proxies } }));
      const options = ["--state-dir", story.stateDir, "--port", "0", "--config", config];
      gateway = await startGateway(command, [...run, ...options], { env: { TAU_EDGE_TOKENS: "" } });
    });

    afterAll(async () => {
      expect(await gateway.end("SIGTERM")).toBe(0);
      await story.remove();
      await rm(config);
    });

    const under = (): AgentsUnderTest => ({
      base: gateway.url,
      owner: OWNER,
      crowd: 200,
      lure,
      log: () => gateway.log(),
      send: (path, init) => fetch(gateway.url + path, init ?? {}),
    });
    proofsSuite(registrar, under);
    agentsSuite(registrar, under);
    rotationSuite(registrar, under);

    it("has none of the secrets in any file of its state", async () => {
      const names = await readdir(story.stateDir, { recursive: true, withFileTypes: true });
      const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      expect(files.some((file) => file.endsWith("agents.db"))).toBe(true);
      expect(SEEN_SECRETS.length).toBeGreaterThan(10);
      for (const file of files) {
        const text = (await readFile(file)).toString("latin1");
        for (const secret of SEEN_SECRETS)
          for (const [encoding, written] of encodingsOf(secret))
            if (text.includes(written)) throw new Error(`${file} has a secret in ${encoding}`);
      }
    });
  });
