/** Phase one: says in the ledger what nothing holds, and takes back what is held again. */
import type { Actor } from "@tau-edge/ledger";
import { appendList, type ListAppended } from "./append-list.ts";
import type { CollectionPorts, LeftStream, ListRecord } from "./collection.ts";
import { draftCondemned, draftPlanned } from "./collection-records.ts";
import type { Judged } from "./judge-objects.ts";
import { LIST_OBJECTS_MAX } from "./limits.ts";
import { makeObjectList } from "./object-list.ts";
import { readOn } from "./read-roots.ts";
import type { StreamRoots } from "./stream-roots.ts";
import { NOTHING, sumOf } from "./tally.ts";

export interface Condemned {
  readonly condemned_by: readonly ListRecord[];
  readonly rescinded: number;
  readonly left: readonly LeftStream[];
  /** Somebody pinned a release or lengthened a window meanwhile. */
  readonly isOvertaken: boolean;
}

export async function condemn(judged: Judged, actor: Actor, ports: CollectionPorts): Promise<Condemned> {
  const rescinded = await rescindAll(judged, ports);
  const condemned_by: ListRecord[] = [];
  const left: LeftStream[] = [];
  for (const [owner, objects] of judged.fresh) {
    const roots = rootsOf(owner, judged);
    for (const part of inParts(objects)) {
      const list = makeObjectList("condemned", part, ports.sha256);
      const facts = { list: list.digest, count: part.length, size_bytes: list.size_bytes };
      const digests = part.map(({ digest }) => digest);
      const appended = await appendList({
        ...appendTo(roots, judged, actor, ports),
        draft: draftCondemned(facts, actor),
        list,
        write: (request) => ports.collection.condemn(request, digests),
      });
      if (appended.outcome === "left") {
        left.push(appended.left);
        break;
      }
      if (appended.outcome === "appended")
        condemned_by.push({
          ...{ stream: owner, seq: appended.seq, list: list.digest },
          ...{ objects: part.length, size_bytes: list.size_bytes },
        });
    }
  }
  const planned = await appendPlanned(judged, condemned_by, rescinded, actor, ports);
  if (planned.outcome === "left") left.push(planned.left);
  return { condemned_by, rescinded, left, isOvertaken: judged.system.changes !== judged.changes };
}

/** What every append of a collection to this stream has in common. */
export function appendTo(roots: StreamRoots, judged: Judged, actor: Actor, { ledger, objects }: CollectionPorts) {
  const { clock, system } = judged;
  const follow = () => (roots === system.roots ? system.readOn(ledger) : readOn(roots, ledger));
  return { roots, objects, clock, actor, follow };
}

/** Every owner was read: it is the stream of a record that was. */
export function rootsOf(stream: string, { streams, system }: Judged): StreamRoots {
  return streams.get(stream) ?? system.roots;
}

async function rescindAll({ held }: Judged, { collection }: CollectionPorts): Promise<number> {
  let rescinded = 0;
  for (const part of inParts(held)) rescinded += await collection.rescind(part);
  return rescinded;
}

function appendPlanned(
  judged: Judged,
  condemned_by: readonly ListRecord[],
  rescinded: number,
  actor: Actor,
  ports: CollectionPorts,
): Promise<ListAppended> {
  const { stays: kept, orphans } = judged.tally;
  const condemned = condemned_by.reduce(
    (sum, { objects, size_bytes }) => ({
      objects: sum.objects + objects,
      size_bytes: sum.size_bytes + size_bytes,
    }),
    NOTHING,
  );
  return appendList({
    ...appendTo(judged.system.roots, judged, actor, ports),
    draft: draftPlanned({ condemned, rescinded, kept, orphans }, actor),
    write: (request) => ports.ledger.append(request),
  });
}

export function* inParts<Entry>(entries: readonly Entry[]): Generator<readonly Entry[], void, undefined> {
  for (let from = 0; from < entries.length; from += LIST_OBJECTS_MAX)
    yield entries.slice(from, from + LIST_OBJECTS_MAX);
}

/** Of a dry run: what would be condemned. */
export function wouldCondemn({ fresh }: Judged) {
  return sumOf([...fresh.values()].flat());
}
