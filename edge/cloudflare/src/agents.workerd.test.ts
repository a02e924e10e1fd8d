/** The suites about agents in workerd, over its Durable Objects: the crowd with one link is settled by one of them. */
import { createExecutionContext, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { LEDGER_NAME, objectKey } from "@tau-edge/adapter-cloudflare";
import { afterAll, beforeAll, describe, it, vi } from "vitest";
import { agentsSuite, rotationSuite } from "../../../test/runtimes/gateway-agents-suite.ts";
import type { AgentsUnderTest } from "../../../test/runtimes/gateway-owner.ts";
import { proofsSuite } from "../../../test/runtimes/gateway-proofs-suite.ts";
import { tellInMemory } from "../../../test/runtimes/memory-story.ts";
import { makeWorker } from "./worker.ts";

const registrar = { test: (name: string, run: () => Promise<void>) => void it(name, run) };
const BASE = "https://edge.example";
const OWNER = "owner-of-a-worker-".padEnd(48, "w");

describe("workerd", () => {
  const lines: string[] = [];
  const worker = makeWorker();
  const bindings = { ...env, PUBLIC_BASE_URL: BASE, TAU_EDGE_GATEWAY_TOKEN: OWNER };

  beforeAll(async () => {
    vi.spyOn(console, "error").mockImplementation((...said) => void lines.push(said.join(" ")));
    const story = await tellInMemory(Date.now());
    for (const { digest, bytes } of story.objects()) await env.OBJECTS.put(objectKey(digest), bytes);
    const records = (await story.records(0)).map(({ bytes }) => bytes);
    await env.LEDGER.getByName(LEDGER_NAME).importRecords(story.stream, records);
  });

  afterAll(async () => {
    vi.restoreAllMocks();
    await reset();
  });

  const under: AgentsUnderTest = {
    base: BASE,
    owner: OWNER,
    crowd: 100,
    log: () => lines.join("\n"),
    send: (path, init) => worker.fetch(new Request(BASE + path, init), bindings, createExecutionContext()),
    // A Worker reaches others by `fetch` alone.
    async lure() {
      const asking = vi.spyOn(globalThis, "fetch");
      return {
        port: 9,
        visits: () => asking.mock.calls.length,
        close: async () => undefined,
      };
    },
  };
  proofsSuite(registrar, () => under);
  agentsSuite(registrar, () => under);
  rotationSuite(registrar, () => under);
});
