/** Phase two: what was condemned long enough ago, and may still go, is said to be collected. Its bytes go afterwards. */
import type { Digest } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import { appendList } from "./append-list.ts";
import type { Amount, CollectionPorts, CollectReport, LeftStream } from "./collection.ts";
import { draftCollected } from "./collection-records.ts";
import { nextRecord } from "./collector-clock.ts";
import { appendTo, inParts, rootsOf } from "./condemn.ts";
import type { CondemnedObject, Judged } from "./judge-objects.ts";
import { JUDGED_AGAIN_MAX } from "./limits.ts";
import { makeObjectList } from "./object-list.ts";
import { NOTHING, plus, sumOf } from "./tally.ts";

/** Objects that one record condemned. */
interface Batch {
  readonly stream: string;
  readonly condemned_seq: number;
  readonly objects: CondemnedObject[];
}

export interface Due {
  readonly batches: readonly Batch[];
  readonly waiting: Amount;
  readonly next_unix_ms?: number;
}

/** By the times of records: those of the condemning one, and of the next one of its stream. */
export function dueOf(judged: Judged, grace_ms: number): Due {
  const batches = new Map<string, Batch>();
  let waiting = NOTHING;
  let next_unix_ms = Number.POSITIVE_INFINITY;
  for (const object of judged.condemned) {
    const { stream, seq, at_unix_ms } = object.mark;
    const next = nextRecord(rootsOf(stream, judged), judged.clock);
    if (next.clock === "refused" || next.at_unix_ms - at_unix_ms < grace_ms) {
      waiting = plus(waiting, object);
      next_unix_ms = Math.min(next_unix_ms, at_unix_ms + grace_ms);
      continue;
    }
    const key = `${stream}#${seq}`;
    const batch = batches.get(key);
    if (batch === undefined) batches.set(key, { stream, condemned_seq: seq, objects: [object] });
    else batch.objects.push(object);
  }
  for (const objects of judged.fresh.values())
    for (const object of objects) {
      waiting = plus(waiting, object);
      next_unix_ms = Math.min(next_unix_ms, judged.clock.now_unix_ms + grace_ms);
    }
  return { batches: [...batches.values()], waiting, ...(next_unix_ms < Number.POSITIVE_INFINITY && { next_unix_ms }) };
}

export type CollectedRecord = CollectReport["collected_by"][number];

export interface Collected {
  readonly collected_by: readonly CollectedRecord[];
  readonly left: readonly LeftStream[];
  /** Somebody pinned a release or lengthened a window meanwhile: the rest is to be judged again. */
  readonly isOvertaken: boolean;
}

export async function collect(
  batches: readonly Batch[],
  judged: Judged,
  actor: Actor,
  ports: CollectionPorts,
): Promise<Collected> {
  const collected_by: CollectedRecord[] = [];
  const left = new Map<string, LeftStream>();
  for (const batch of batches)
    for (const objects of inParts(batch.objects)) {
      if (left.has(batch.stream)) continue;
      const done = await collectBatch({ ...batch, objects: [...objects] }, judged, actor, ports);
      if (done === "overtaken") return { collected_by, left: [...left.values()], isOvertaken: true };
      if (done !== undefined && "code" in done) left.set(batch.stream, done);
      else if (done !== undefined) collected_by.push(done);
    }
  return { collected_by, left: [...left.values()], isOvertaken: false };
}

/** @returns undefined when all of its objects are held again */
async function collectBatch(
  batch: Batch,
  judged: Judged,
  actor: Actor,
  ports: CollectionPorts,
): Promise<CollectedRecord | LeftStream | "overtaken" | undefined> {
  const { stream, condemned_seq } = batch;
  const { system } = judged;
  let objects: readonly CondemnedObject[] = batch.objects;
  for (let attempt = 0; attempt < JUDGED_AGAIN_MAX; attempt += 1) {
    if (system.changes !== judged.changes) return "overtaken";
    // Where `system` is the stream itself, it is read on within the append, and nobody has compared what came then.
    const system_seq = system.seq;
    if (objects.length === 0) return undefined;
    const listed = objects.map(({ mark: _mark, ...object }) => object);
    const list = makeObjectList("collected", listed, ports.sha256);
    const facts = { list: list.digest, count: listed.length, size_bytes: list.size_bytes, condemned_seq };
    const digests = listed.map(({ digest }) => digest);
    const appended = await appendList({
      ...appendTo(rootsOf(stream, judged), judged, actor, ports),
      draft: draftCollected(facts, actor),
      list,
      write: (request) => ports.collection.collect(request, digests, { condemned_seq, system_seq }),
    });
    if (appended.outcome === "left") return appended.left;
    if (appended.outcome === "appended")
      return { stream, seq: appended.seq, condemned_seq, list: list.digest, ...sumOf(listed) };
    const gone = new Set<Digest>(appended.digests);
    objects = objects.filter(({ digest }) => !gone.has(digest));
    await system.readOn(ports.ledger);
  }
  return { stream, code: "busy", detail: "What was judged changed every time." };
}
