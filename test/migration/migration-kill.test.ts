/** `tau-edge migrate` in processes that die at a call: every call of a kind that comes few times, some of the others. */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { SeededChance } from "@tau-edge/adapter-memory";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openShop } from "../../packages/cli/src/verbs/rollout/rollout.test-helper.ts";
import { makeScratch } from "../scenario/rollout-kill.ts";
import { STRACE_MISSING } from "../scenario/strace.ts";
import { bundleCommand, killMigration, type MigrationStory, tellMigration } from "./migration-kill.ts";
import { makeVersion1 } from "./version-1.ts";

const KILLS = 5;
const SEED = 20_261_121;

let scratch: string;
const stories: MigrationStory[] = [];
beforeAll(async () => {
  scratch = await makeScratch();
  if (STRACE_MISSING !== undefined) return;
  const shop = await openShop();
  const version_1 = join(shop.dir, ".tau/deployment");
  makeVersion1(version_1);
  const program = await bundleCommand(scratch);
  for (const verb of ["run", "undo"] as const) stories.push(await tellMigration(verb, { scratch, program, version_1 }));
  shop.leave();
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.skipIf(STRACE_MISSING !== undefined)(`a migration (${STRACE_MISSING ?? "strace runs"})`, () => {
  it("that is killed at a call leaves the old state whole or the new one complete, and can be undone", async () => {
    const chance = new SeededChance(SEED);
    for (const story of stories) {
      const kinds = [...new Set(story.points.map(({ call, threads }) => `${call} ${threads}`))];
      for (let nth = 0; nth < KILLS && kinds.length > 0; nth++) {
        const kind = kinds.splice(chance.below(kinds.length), 1)[0];
        const point = chance.pick(story.points.filter(({ call, threads }) => `${call} ${threads}` === kind));
        const { killed, problems } = await killMigration(await mkdtemp(join(scratch, "one-")), point, story);
        expect({ killed, problems }, `seed ${SEED}: ${story.verb} ${JSON.stringify(point)}`).toEqual({
          killed: true,
          problems: [],
        });
      }
    }
  }, 60_000);

  it.each([
    ["pwrite64", "error=ENOSPC"],
    ["fsync", "error=EIO"],
  ])(
    "whose %s fails with %s leaves the one or the other, too",
    async (call, what) => {
      const chance = new SeededChance(SEED);
      for (const story of stories) {
        const point = chance.pick(story.points.filter((point) => point.call === call));
        const { problems } = await killMigration(await mkdtemp(join(scratch, "one-")), point, story, what);
        expect(problems, `seed ${SEED}: ${story.verb} ${JSON.stringify(point)}`).toEqual([]);
      }
    },
    60_000,
  );
});
