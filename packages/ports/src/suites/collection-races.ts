/** Writers and collectors at once: whatever is acknowledged is stored. */
import type { Digest } from "@tau-edge/encoding";
import { check, checkEqual, nextTurn } from "./check.ts";
import {
  type CollectionPlace,
  type CollectionStoreHarness,
  collect,
  condemn,
  listOf,
  putAndName,
  putSamples,
  sweepAll,
} from "./collection-samples.ts";

const OBJECTS = 30;
const ROUNDS = 4;

export function collectionRaces(
  test: (name: string, run: (harness: CollectionStoreHarness) => Promise<void>) => void,
): void {
  test("records that name objects while they are swept are refused or keep them", async (harness) => {
    for (let round = 0; round < ROUNDS; round++) {
      const seed = round * OBJECTS;
      const digests = await putSamples(harness, OBJECTS, seed);
      await collectWhole(harness, digests);
      const writer = await harness.reopen();
      const [named] = await Promise.all([nameEach(writer, harness, seed), sweepByOnes(harness)]);
      await checkStored(harness, named);
      checkEqual(await listOf(harness.collection.marks()), [], "marks");
    }
  });

  test("a collector that goes round and round takes nothing that was acknowledged", async (harness) => {
    const [collector, writer] = [await harness.reopen(), await harness.reopen()];
    let writing = true;
    const named: Digest[] = [];
    const write = async (): Promise<void> => {
      for (let round = 0; round < ROUNDS; round++) named.push(...(await nameEach(writer, harness, 0)));
      writing = false;
    };
    const goRound = async (): Promise<void> => {
      while (writing) {
        const known = new Set(named);
        // What nobody had named when the collector looked, as a plan finds orphans.
        const orphans = (await listOf(collector.collection.stored())).filter(({ digest }) => !known.has(digest));
        await collectWhole(
          collector,
          orphans.map(({ digest }) => digest),
        );
        await sweepByOnes(collector);
        await nextTurn();
      }
    };
    await Promise.all([write(), goRound()]);
    await checkStored(harness, named);
  });
}

async function nameEach(
  place: CollectionPlace,
  { sha256 }: CollectionStoreHarness,
  seed: number,
): Promise<readonly Digest[]> {
  const named: Digest[] = [];
  for (let nth = 0; nth < OBJECTS; nth++) {
    named.push(await putAndName(place, sha256, seed + nth));
    if (nth % 3 === 0) await nextTurn();
  }
  return named;
}

/** Gives up where a writer was faster: it plans again the next time. */
async function collectWhole(place: CollectionPlace, digests: readonly Digest[]): Promise<void> {
  if (digests.length === 0) return;
  await place.collection.rescind(digests);
  await collect(place, digests, await condemn(place, digests));
}

async function sweepByOnes(place: CollectionPlace): Promise<void> {
  while ((await place.collection.sweep(1)).left) await nextTurn();
  await sweepAll(place);
}

async function checkStored({ objects }: CollectionPlace, named: readonly Digest[]): Promise<void> {
  for (const digest of named) {
    const bytes = await objects.read(digest, 1_000);
    check(bytes !== undefined, `${digest}, which an acknowledged record names, is stored`);
  }
}
