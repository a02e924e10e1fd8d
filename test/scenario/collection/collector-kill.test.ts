import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeScratch } from "../rollout-kill.ts";
import { STRACE_MISSING } from "../strace.ts";
import { type Command, killCollector, type Story, undisturbed } from "./collector-kill.ts";

/** `npm run campaign:collection` kills at all of them. */
const EVERY = 16;

describe.skipIf(STRACE_MISSING !== undefined)(`a collector that dies (${STRACE_MISSING ?? "strace runs"})`, () => {
  let scratch: string;
  let story: Story;
  beforeAll(async () => {
    scratch = await makeScratch();
    story = await undisturbed(scratch);
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  it.each(["plan", "run"] as const)(
    "at one call of `gc %s` leaves everything that anybody needs, and the next one does the rest",
    async (command: Command) => {
      const some = story.points[command].filter((_, nth) => nth % EVERY === EVERY - 1);
      expect(some.length).toBeGreaterThan(3);
      for (const point of some)
        expect(await killCollector(scratch, command, point, story), JSON.stringify(point)).toEqual([]);
    },
  );
});
