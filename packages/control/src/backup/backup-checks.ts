/** Is a copied state whole? The same questions are asked of what was just copied, of a backup, and of what was restored. */
import { type Digest, digestOf, type Sha256, type StartSha256 } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import { type CopiedState, PortError } from "@tau-edge/ports";
import { openRolloutStreams, type RolloutStream } from "../rollouts/rollout-streams.ts";
import { settlePointers, withoutPublishing } from "../rollouts/settle-pointers.ts";
import { verifyChains } from "../verify-chains.ts";
import { answersOf } from "./answers.ts";
import type { RecordedAssignment, RecordedHead } from "./backup-document.ts";

export interface CheckPorts {
  readonly sha256: Sha256;
  readonly startSha256: StartSha256;
}

export interface ChainFacts {
  readonly heads: readonly RecordedHead[];
  readonly records: number;
}

/**
 * Reads the store's every page and proves every record of every stream.
 * @throws PortError `ledger_corrupt`, `ledger_newer`
 */
export async function checkChains(
  state: CopiedState,
  take: (stored: StoredRecord) => void = () => {},
): Promise<ChainFacts> {
  const [problem] = await state.integrityProblems();
  if (problem !== undefined) throw new PortError("ledger_corrupt", "ledger", `Faults in its store, such as ${problem}`);
  const { records } = await verifyChains(state.ledger, take);
  const ends = await state.ledger.ends();
  return { records, heads: ends.map(({ stream, seq, hash }) => ({ stream, seq, hash: digestOf(hash) })) };
}

/** @throws PortError `backup_corrupt` with the first stream that ends elsewhere */
export function checkHeads(found: readonly RecordedHead[], recorded: readonly RecordedHead[]): void {
  const stream = firstDifference(found, recorded);
  if (stream !== undefined)
    throw new PortError("backup_corrupt", stream, "The stream does not end where the backup says it does");
}

/**
 * @returns the answers
 * @throws PortError `backup_corrupt` with the first stream whose keys get something else
 */
export async function checkAnswers(
  state: CopiedState,
  recorded: readonly RecordedAssignment[],
  ports: CheckPorts,
): Promise<readonly RecordedAssignment[]> {
  const found = await answersOf(state.ledger, ports);
  const stream = firstDifference(found, recorded);
  if (stream === undefined) return found;
  throw new PortError("backup_corrupt", stream, "Its keys get something else than when the backup was made");
}

/** Both sorted by stream, their members in the order in which this program makes them. */
function firstDifference(
  found: readonly { readonly stream: string }[],
  recorded: readonly { readonly stream: string }[],
): string | undefined {
  for (let at = 0; at < Math.max(found.length, recorded.length); at += 1)
    if (JSON.stringify(found[at]) !== JSON.stringify(recorded[at])) return (recorded[at] ?? found[at])?.stream;
  return undefined;
}

/**
 * Every commit has its pointer, and every pointer its commit.
 * @returns the folded streams
 * @throws PortError `backup_corrupt`, `ledger_corrupt`, `pointer_conflict`, `pointer_corrupt`
 */
export async function checkPointers(state: CopiedState): Promise<readonly RolloutStream[]> {
  const streams = await foldedStreams(state);
  const pointers = withoutPublishing(state.pointers, (key) => {
    throw new PortError("backup_corrupt", key, "A rollout is committed, and its pointer is missing");
  });
  for (const known of streams) await settlePointers(known.state.stream, pointers, async () => known);
  return streams;
}

/** @throws PortError `ledger_corrupt` */
export async function foldedStreams({ ledger }: Pick<CopiedState, "ledger">): Promise<readonly RolloutStream[]> {
  const { streams, failures } = await openRolloutStreams(ledger).all();
  for (const error of failures.values()) throw error;
  return streams;
}

/** Every object that some record names, once, in pages. */
export async function* namedDigests({ collection }: CopiedState): AsyncGenerator<readonly Digest[]> {
  let last: Digest | undefined;
  for await (const page of collection.named()) {
    const digests: Digest[] = [];
    for (const { digest } of page) {
      if (digest !== last) digests.push(digest);
      last = digest;
    }
    yield digests;
  }
}

/**
 * Every named object is there, unless it was collected.
 * @param prove also hashes them, where nobody has before
 * @returns how many are there
 * @throws PortError `backup_corrupt`, `object_corrupt`
 */
export async function checkObjects(state: CopiedState, prove: boolean): Promise<number> {
  let count = 0;
  for await (const digests of namedDigests(state))
    for (const digest of digests) {
      if (await isThere(digest, state, prove)) count += 1;
      else if ((await state.collection.collectedBy(digest)) === undefined)
        throw new PortError("backup_corrupt", digest, "A record names the object, and it is missing");
    }
  return count;
}

async function isThere(digest: Digest, { objects }: CopiedState, prove: boolean): Promise<boolean> {
  if (!prove) return (await objects.stat(digest)) !== undefined;
  // The first opening in a process proves the digest.
  const opened = await objects.open(digest);
  await opened?.close();
  return opened !== undefined;
}
