/** Judges every stored object, and says what of it was not said before. */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import type { ObjectJudgement } from "@tau-edge/ledger";
import type { CollectionReader, LedgerReader, MarkedObject } from "@tau-edge/ports";
import type { ListedObject } from "./collection.ts";
import { type CollectorClock, checkCollectorClock } from "./collector-clock.ts";
import { readHoldings } from "./holdings.ts";
import type { StreamRoots } from "./stream-roots.ts";
import { SystemView } from "./system-view.ts";
import { Tally } from "./tally.ts";

export interface JudgePorts {
  readonly ledger: LedgerReader;
  readonly collection: CollectionReader;
  readonly sha256: Sha256;
}

export interface CondemnedObject extends ListedObject {
  readonly mark: MarkedObject;
}

export interface Judged {
  readonly clock: CollectorClock;
  /** As it was before anything was judged. */
  readonly system: SystemView;
  /** Of `system`, as it was then. */
  readonly changes: number;
  readonly streams: ReadonlyMap<string, StreamRoots>;
  readonly tally: Tally;
  /** By owner: what may go, and nothing says so yet. */
  readonly fresh: ReadonlyMap<string, readonly ListedObject[]>;
  /** What may go, and a record says so. */
  readonly condemned: readonly CondemnedObject[];
  /** What was condemned and is held again. */
  readonly held: readonly Digest[];
}

/** @throws PortError `clock_jump`, before anything is judged; `ledger_corrupt` */
export async function judgeObjects(
  clock: CollectorClock,
  ports: JudgePorts,
  onJudgement?: (judgement: ObjectJudgement) => void,
): Promise<Judged> {
  const system = await SystemView.read(ports.ledger, ports.sha256);
  checkCollectorClock(clock, await referenceTime(system, ports.ledger));
  // Before the holdings: who names an object takes its mark away, so under a mark that stood before there is nothing unread.
  const marks = await readMarks(ports.collection);
  const { index, streams } = await readHoldings(system, clock, ports);
  const tally = new Tally();
  const fresh = new Map<string, ListedObject[]>();
  const condemned: CondemnedObject[] = [];
  const held: Digest[] = [];
  const orphans = { now_unix_ms: clock.now_unix_ms, window_ms: millisOf(system.windows.ephemeral) };
  for await (const page of ports.collection.stored())
    for (const stored of page) {
      const mark = marks.get(stored.digest);
      // Its record stands, and its bytes are about to go.
      if (mark?.mark === "collected") continue;
      const judgement = index.judge(stored, orphans);
      tally.add(judgement);
      onJudgement?.(judgement);
      if (judgement.verdict === "stays") {
        if (mark !== undefined) held.push(stored.digest);
      } else if (mark !== undefined) condemned.push({ ...listedOf(judgement), mark });
      else {
        const known = fresh.get(judgement.owner);
        if (known === undefined) fresh.set(judgement.owner, [listedOf(judgement)]);
        else known.push(listedOf(judgement));
      }
    }
  return { clock, system, changes: system.changes, streams, tally, fresh, condemned, held };
}

/** Of what is written with every collection; as long as there is none, of whatever was written last. */
async function referenceTime(system: SystemView, ledger: LedgerReader): Promise<number | undefined> {
  if (system.seq >= 0) return system.roots.at_unix_ms;
  let newest: number | undefined;
  for (const { stream } of await ledger.ends()) {
    const { at_unix_ms } = await ledger.head(stream);
    newest = Math.max(newest ?? at_unix_ms, at_unix_ms);
  }
  return newest;
}

async function readMarks(collection: CollectionReader): Promise<ReadonlyMap<Digest, MarkedObject>> {
  const marks = new Map<Digest, MarkedObject>();
  for await (const page of collection.marks()) for (const mark of page) marks.set(mark.digest, mark);
  return marks;
}

function millisOf(window: number | "for_ever"): number {
  return window === "for_ever" ? Number.POSITIVE_INFINITY : window;
}

function listedOf({ digest, size_bytes, class: kept, path }: ObjectJudgement): ListedObject {
  return { digest, size_bytes, class: kept, ...(path === undefined ? {} : { path }) };
}
