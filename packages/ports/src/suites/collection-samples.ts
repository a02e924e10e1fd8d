/** Stored objects and records that name them, for the suite of collection. */
import { type Digest, digestOf, type Sha256 } from "@tau-edge/encoding";
import { SYSTEM_STREAM } from "@tau-edge/ledger";
import type { CollectionStore, CollectResult, SweepResult } from "../collection-store.ts";
import { PortError } from "../errors.ts";
import type { AppendRequest, AppendResult, LedgerStore } from "../ledger-store.ts";
import type { ObjectStore } from "../object-store.ts";
import { CheckFailed, check, sampleBytes } from "./check.ts";
import { NOW_UNIX_MS, sampleDraft } from "./ledger-samples.ts";

/** What one process has of a place. */
export interface CollectionPlace {
  readonly ledger: LedgerStore;
  readonly objects: ObjectStore;
  readonly collection: CollectionStore;
}

export interface CollectionStoreHarness extends CollectionPlace {
  readonly sha256: Sha256;
  /** The same place, opened as another process would. */
  reopen(): Promise<CollectionPlace>;
  /** Sets the clock that stamps the age of objects, in each process of the place. */
  setClock(now_unix_ms: number): void;
  close(): Promise<void>;
}

export const STREAM = "default/prod/edge-wasm";
export const OTHER_STREAM = "default/dev/edge-wasm";

const SIZE_BYTES = 100;

/** Stores `count` objects and gives their digests, sorted. */
export async function putSamples(
  { objects, sha256 }: Pick<CollectionStoreHarness, "objects" | "sha256">,
  count: number,
  seed = 0,
): Promise<readonly Digest[]> {
  const digests: Digest[] = [];
  for (let nth = 0; nth < count; nth++) digests.push(await putSample(objects, sha256, seed + nth));
  return digests.sort();
}

export async function putSample(objects: ObjectStore, sha256: Sha256, seed: number): Promise<Digest> {
  const bytes = sampleBytes(seed, SIZE_BYTES);
  const digest = digestOf(sha256(bytes));
  await objects.putIfAbsent(digest, bytes);
  return digest;
}

/** An append at the end of the stream, as the store sees it now. */
export async function nextAppend(
  { ledger }: Pick<CollectionPlace, "ledger">,
  objects: readonly Digest[] = [],
  stream: string = STREAM,
): Promise<AppendRequest> {
  const { seq } = await ledger.head(stream);
  return { stream, expected_seq: seq, drafts: [sampleDraft(seq + 1)], objects, now_unix_ms: NOW_UNIX_MS };
}

/** Appends a record that names the objects, and gives its seq. */
export async function nameObjects(
  place: Pick<CollectionPlace, "ledger">,
  objects: readonly Digest[],
  stream: string = STREAM,
): Promise<number> {
  return seqOf(await place.ledger.append(await nextAppend(place, objects, stream)));
}

/** Condemns the objects, and gives the seq of the record that says so. */
export async function condemn(
  place: CollectionPlace,
  digests: readonly Digest[],
  stream: string = STREAM,
): Promise<number> {
  return seqOf(await place.collection.condemn(await nextAppend(place, [], stream), digests));
}

/** Tries to collect what that record condemned, with the end of `system` as it is now. */
export async function collect(
  place: CollectionPlace,
  digests: readonly Digest[],
  condemned_seq: number,
): Promise<CollectResult> {
  const { seq: system_seq } = await place.ledger.head(SYSTEM_STREAM);
  return place.collection.collect(await nextAppend(place), digests, { condemned_seq, system_seq });
}

/** Condemns and collects, and gives the seq of the record that says it. */
export async function condemnAndCollect(place: CollectionPlace, digests: readonly Digest[]): Promise<number> {
  return seqOf(await collect(place, digests, await condemn(place, digests)));
}

/** Everything that is marked as collected. */
export async function sweepAll({ collection }: Pick<CollectionPlace, "collection">): Promise<SweepResult> {
  let whole: SweepResult = { removed: 0, size_bytes: 0, left: true };
  while (whole.left) {
    const { removed, size_bytes, left } = await collection.sweep(1_000);
    whole = { removed: whole.removed + removed, size_bytes: whole.size_bytes + size_bytes, left };
  }
  return whole;
}

function seqOf(result: AppendResult | CollectResult): number {
  check(result.outcome === "appended", `the append is no ${result.outcome}`);
  return result.head.seq;
}

/**
 * Puts an object and names it, and does both again where a collection came in between: what every use case does.
 * @returns when the record is acknowledged
 */
export async function putAndName({ ledger, objects }: CollectionPlace, sha256: Sha256, seed: number): Promise<Digest> {
  for (let tries = 0; tries < 100; tries++) {
    const digest = await putSample(objects, sha256, seed);
    try {
      const result = await ledger.append(await nextAppend({ ledger }, [digest], OTHER_STREAM));
      if (result.outcome === "appended") return digest;
    } catch (error) {
      if (!(error instanceof PortError) || error.code !== "object_condemned") throw error;
    }
  }
  throw new CheckFailed("a writer that puts again is heard at last");
}

export async function listOf<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
