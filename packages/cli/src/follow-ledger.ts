/** The records of a rollout as they are appended to a ledger of this machine, by whichever process. */
import { EVENTS_PAGE, followRollout, type RolloutLog } from "@tau-edge/control";
import { type LedgerReader, PortError } from "@tau-edge/ports";
import { CliError } from "./failure.ts";
import { pauseUntil } from "./pause.ts";
import type { FollowOptions, WatchedEvent } from "./rollouts-source.ts";

/** One question for the ends of all streams. */
const LOOK_MS = 250;
/** A disk that is busy for a moment is waited for. */
const UNREADABLE_MS_MAX = 30_000;

export async function* followLedger(
  ledger: LedgerReader,
  rollout_id: string,
  { signal, onLost }: FollowOptions,
): AsyncGenerator<WatchedEvent> {
  const log = followRollout(rollout_id, ledger);
  let next_n = 0;
  let lost_unix_ms: number | undefined;
  while (log !== undefined && !signal.aborted) {
    try {
      for (const event of await eventsFrom(next_n, log, ledger)) {
        yield event;
        next_n = event.n + 1;
      }
      lost_unix_ms = undefined;
      if (next_n > log.end.last_n && log.end.ended) return;
    } catch (error) {
      if (!(error instanceof PortError) || error.code !== "store_unavailable") throw error;
      if (lost_unix_ms === undefined) onLost(error.message);
      lost_unix_ms ??= Date.now();
      if (Date.now() - lost_unix_ms > UNREADABLE_MS_MAX) throw error;
    }
    if (next_n > log.end.last_n) await pauseUntil(LOOK_MS, signal);
  }
}

async function eventsFrom(next_n: number, log: RolloutLog, ledger: LedgerReader): Promise<readonly WatchedEvent[]> {
  if (next_n > log.end.last_n) {
    const ends = await ledger.ends();
    if ((await log.look(ends.find(({ stream }) => stream === log.stream))) === "replaced") throw replaced(log);
  }
  const page = await log.page(Math.floor(next_n / EVENTS_PAGE));
  if (page === "replaced") throw replaced(log);
  return page.filter(({ n }) => n >= next_n);
}

function replaced({ rollout_id }: RolloutLog): CliError {
  return new CliError("event_unknown", "The ledger does not have the events that were told before", {
    at: rollout_id,
    remedy: "It was restored or replaced. Look at what it says now: `tau-edge rollout status`.",
  });
}
