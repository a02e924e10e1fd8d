/**
 * The suite about watching in workerd, where whatever a request waits for belongs to it: nobody may be kept waiting by a
 * watcher that has gone.
 */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { LEDGER_NAME, objectKey } from "@tau-edge/adapter-cloudflare";
import { beforeAll, describe, expect, it } from "vitest";
import { readEvents } from "../../../test/runtimes/event-reader.ts";
import { eventsPath, eventsSuite } from "../../../test/runtimes/gateway-events-suite.ts";
import type { SendLike } from "../../../test/runtimes/gateway-rollouts-suite.ts";
import { type MemoryStory, tellInMemory } from "../../../test/runtimes/memory-story.ts";
import { makeWorker } from "./worker.ts";

const registrar = { test: (name: string, run: () => Promise<void>) => void it(name, run) };

/** Two isolates, as Cloudflare would start them. */
const workers = [makeWorker(), makeWorker()];
let turn = 0;
const send: SendLike = (path, init) => {
  const worker = workers[turn++ % workers.length] ?? makeWorker();
  return worker.fetch(new Request(`https://edge.example${path}`, init), env, createExecutionContext());
};

let story: MemoryStory;
let imported = 0;

async function importRecords(): Promise<void> {
  const bytes = (await story.records(imported)).map((record) => record.bytes);
  const result = await env.LEDGER.getByName(LEDGER_NAME).importRecords(story.stream, bytes);
  expect(result).toMatchObject({ outcome: "imported" });
  imported += bytes.length;
}

beforeAll(async () => {
  story = await tellInMemory(Date.now());
  for (const { digest, bytes } of story.objects()) await env.OBJECTS.put(objectKey(digest), bytes);
  await importRecords();
});

describe("workerd", () => {
  eventsSuite(registrar, {
    send,
    story: () => story,
    cuts: Number(env.STREAM_CUTS),
    async tell(nth) {
      story.stores.clock.set(Date.now());
      const operator = story.access.as?.({ kind: "token", id: "olga" });
      const command = nth % 2 === 0 ? ({ do: "pause", reason: `${nth}` } as const) : ({ do: "resume" } as const);
      expect((await operator?.command(story.rollout_id, command))?.outcome).toBe("done");
      await importRecords();
    },
  });

  it("tells everybody who stays, although those who came first go away at once", async () => {
    const one = makeWorker();
    const ask = () =>
      one.fetch(new Request(`https://edge.example${eventsPath(story.rollout_id)}`), env, createExecutionContext());
    const gone = Array.from({ length: 10 }, async () => (await ask()).body?.cancel());
    const stay = Array.from({ length: 10 }, async () => {
      const reader = readEvents(await ask());
      const events = await reader.take(3);
      await reader.leave();
      return events.map(({ id }) => id);
    });
    for (const ids of await Promise.all(stay)) expect(ids).toEqual([0, 1, 2]);
    await Promise.all(gone);
  });
});
