/** Folds each stream of an environment up to a moment: what was served then, and which record made it so. */
import type { StoredRecord } from "@tau-edge/ledger";
import { type LedgerReader, READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import type { Environment } from "@tau-edge/rollout";
import type { HistoryEntry, HistoryMoment } from "./history.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import { emptyStream, type RolloutStream, takeRecord } from "./rollout-streams.ts";

/**
 * Sorted by stream; streams without a record until then are left out.
 * @throws PortError `ledger_corrupt` for a stream of this environment that cannot be read
 */
export async function readHistory(
  environment: Environment,
  moment: HistoryMoment | undefined,
  { streams, ledger }: Pick<RolloutPorts, "streams" | "ledger">,
): Promise<readonly HistoryEntry[]> {
  const { streams: all, failures } = await streams.all();
  for (const [stream, error] of failures) if (stream.split("/")[1] === environment) throw error;
  const entries: HistoryEntry[] = [];
  for (const known of all.filter((stream) => stream.environment === environment)) {
    const then = moment === undefined ? known : await foldUntil(known, moment, ledger);
    if (then.head !== undefined && concernsAgents(then)) entries.push(entryOf(then, then.head.seq));
  }
  return entries;
}

/** What only packages was never served, and nobody needs to be told to stop. */
function concernsAgents({ rollouts, frozen }: RolloutStream): boolean {
  return rollouts.size > 0 || frozen !== undefined;
}

async function foldUntil(known: RolloutStream, moment: HistoryMoment, ledger: LedgerReader): Promise<RolloutStream> {
  const { stream } = known.state;
  const [tenant = ""] = stream.split("/");
  let then = emptyStream({ tenant, environment: known.environment, blueprint: known.blueprint });
  const end = known.state.next_seq;
  while (then.state.next_seq < end) {
    const page = await ledger.read(stream, then.state.next_seq, READ_PAGE_RECORDS_MAX);
    if (page.length === 0) return then;
    for (const stored of page) {
      if (stored.record.seq >= end || !counts(stored, moment)) return then;
      then = takeRecord(then, stored);
    }
  }
  return then;
}

function counts({ record }: StoredRecord, moment: HistoryMoment): boolean {
  return "seq" in moment ? record.seq <= moment.seq : record.at_unix_ms <= moment.unix_ms;
}

function entryOf(known: RolloutStream, seq: number): HistoryEntry {
  const { state, assignment, because, frozen, environment, blueprint } = known;
  const { stable, candidate } = assignment;
  return {
    environment,
    blueprint,
    stream: state.stream,
    seq,
    at_unix_ms: state.at_unix_ms,
    ...(stable === undefined ? {} : { stable }),
    ...(candidate === undefined || candidate.weight_bp === 0 ? {} : { candidate }),
    ...(because === undefined ? {} : { because }),
    ...(frozen === undefined ? {} : { frozen }),
    commits: state.committed.toReversed(),
  };
}
