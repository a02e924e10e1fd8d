/** The suite about agents in memory, and against processes on Node and on Deno. */
import { describe, it } from "vitest";
import { MEMORY_OWNER, openAgentsInMemory } from "./gateway-agents-memory.ts";
import { type AgentsUnderTest, agentsSuite, rotationSuite } from "./gateway-agents-suite.ts";

const registrar = { test: (name: string, run: () => Promise<void>) => void it(name, run) };

describe("memory", async () => {
  const gateway = await openAgentsInMemory();
  const under: AgentsUnderTest = {
    ...gateway,
    owner: MEMORY_OWNER,
    crowd: 200,
    log: () => JSON.stringify([gateway.events, gateway.faults.map(({ error, ...fault }) => [fault, String(error)])]),
  };
  agentsSuite(registrar, () => under);
  rotationSuite(registrar, () => under);
});
