/** Looks at a state directory in which somebody collected: whatever anybody needs is there, and the log says what went. */
import { openState } from "@tau-edge/adapter-node";
import type { Digest } from "@tau-edge/encoding";
import { READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { HoldingsModel } from "../../simulation/collection/holdings-model.ts";
import { tornFiles } from "../state-check.ts";

export interface Found {
  /** What is wrong, in words. */
  readonly problems: readonly string[];
  readonly stored: ReadonlySet<Digest>;
  /** Marked objects, by mark. */
  readonly marked: { readonly condemned: number; readonly collected: number };
}

type State = Awaited<ReturnType<typeof openState>>;

export async function lookAt(stateDir: string): Promise<Found> {
  const problems = await tornFiles(stateDir);
  const state = await openState(stateDir);
  try {
    problems.push(...(await state.ledger.integrityProblems()));
    const stored = new Set<Digest>();
    for await (const page of state.collection.stored()) for (const { digest } of page) stored.add(digest);
    const names = await namesOf(state);
    problems.push(...(await missing(state, names, stored)), ...(await needed(state, names, stored)));
    const marked = { condemned: 0, collected: 0 };
    for await (const page of state.collection.marks()) for (const { mark } of page) marked[mark] += 1;
    return { problems, stored, marked };
  } finally {
    await state.close();
  }
}

/** By stream and seq. */
type Names = ReadonlyMap<string, readonly Digest[]>;

async function namesOf({ collection }: State): Promise<Names> {
  const names = new Map<string, Digest[]>();
  for await (const page of collection.named())
    for (const { digest, stream, seq } of page) {
      const place = `${stream}#${seq}`;
      const known = names.get(place);
      if (known === undefined) names.set(place, [digest]);
      else known.push(digest);
    }
  return names;
}

/** Objects that a record names, that are gone, and of which no later record of the stream says why. */
async function missing({ collection }: State, names: Names, stored: ReadonlySet<Digest>): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [place, digests] of names)
    for (const digest of digests) {
      if (stored.has(digest)) continue;
      const by = await collection.collectedBy(digest);
      const [stream, seq = ""] = place.split("#");
      if (by === undefined) problems.push(`${digest} is missing, which ${place} names, and nobody collected it`);
      else if (by.stream === stream && by.seq < Number(seq))
        problems.push(`${digest} is missing, which ${place} names after it was collected`);
    }
  return problems;
}

/** What is needed by the records as they are now, and is gone. Windows as long as they are when nobody lengthens them. */
async function needed({ ledger }: State, names: Names, stored: ReadonlySet<Digest>): Promise<readonly string[]> {
  const model = new HoldingsModel();
  let latest_unix_ms = 0;
  for (const { stream, seq } of await ledger.ends())
    for (let from = 0; from <= seq; from += READ_PAGE_RECORDS_MAX)
      for (const read of await ledger.read(stream, from, READ_PAGE_RECORDS_MAX)) {
        latest_unix_ms = Math.max(latest_unix_ms, read.record.at_unix_ms);
        // It may have come after what it would have kept.
        if (read.record.type === "retention_lengthened") continue;
        model.take(read, names.get(`${stream}#${read.record.seq}`) ?? []);
      }
  const problems: string[] = [];
  for (const { root, ended_unix_ms, window_ms, objects } of model.holdings()) {
    if (ended_unix_ms !== undefined && latest_unix_ms - ended_unix_ms >= window_ms) continue;
    for (const digest of objects) if (!stored.has(digest)) problems.push(`${digest} is missing, and ${root} needs it`);
  }
  return problems;
}
