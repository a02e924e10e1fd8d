/** How is the deployment? S1's three views of what its files say, judged at this moment. */
import {
  CONTRACT_LIMITS,
  type OperatorSummary,
  operatorRow,
  type StatusView,
  statusView,
  operatorSummary as summaryOf,
  type TransportHealthRow,
  transportHealthRow,
  unavailableRow,
  withEventLog,
} from "@tau-edge/contract";
import {
  type Clock,
  type DeploymentFacts,
  type DeploymentFactsReader,
  type LedgerReader,
  PortError,
} from "@tau-edge/ports";
import { lastCycle } from "./last-cycle.ts";
import { checkPosition } from "./state-position.ts";

export interface StatusPorts {
  readonly facts: DeploymentFactsReader;
  /** Of the same state directory. */
  readonly ledger: LedgerReader;
  readonly clock: Clock;
  /** As they should be printed. */
  readonly state_path: string;
  readonly events_log_path: string;
}

export interface StatusOptions {
  /** Evidence that is older holds the gate; default 24 hours. */
  readonly max_age_ms?: number;
}

/**
 * S1's `--deployment-status-inspect`.
 * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`: counters out of such a file prove nothing;
 *   `ledger_corrupt`, `ledger_newer`, `store_unavailable`
 */
export async function deploymentStatus(ports: StatusPorts, options: StatusOptions = {}): Promise<StatusView> {
  const found = await deploymentFacts(ports);
  const { processed_case_count, counts, health, state_behind } = found;
  return statusView(
    {
      state_path: ports.state_path,
      processed_case_count,
      counts,
      health,
      state_behind,
      events_log: { ...found.events_log, path: ports.events_log_path },
    },
    { ...options, now_unix_ms: ports.clock.nowUnixMs() },
  );
}

/**
 * S1's `--transport-health-inspect deployment`, one row of it.
 * @throws PortError as `deploymentStatus`
 */
export async function transportHealth(ports: StatusPorts, options: StatusOptions = {}): Promise<TransportHealthRow> {
  const { health, events_log } = await deploymentFacts(ports);
  const last_cycle_unix_ms = events_log.facts.last_timestamp_unix_ms;
  return transportHealthRow(ports.state_path, withEventLog(health, events_log.facts), {
    ...options,
    now_unix_ms: ports.clock.nowUnixMs(),
    ...(last_cycle_unix_ms === undefined ? {} : { last_cycle_unix_ms }),
  });
}

/** S1's `--operator-control-summary`, the deployment's row of it. What cannot be read is failing and holds. */
export async function operatorSummary(ports: StatusPorts, options: StatusOptions = {}): Promise<OperatorSummary> {
  const now_unix_ms = ports.clock.nowUnixMs();
  try {
    return summaryOf([operatorRow(await deploymentStatus(ports, options))], now_unix_ms);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    const { code, message: detail, remedy = LOOK } = error;
    const { max_age_ms = CONTRACT_LIMITS.evidence_age_ms_default } = options;
    return summaryOf([unavailableRow(ports.state_path, { code, detail, remedy }, max_age_ms)], now_unix_ms);
  }
}

const LOOK = "`tau-edge doctor` says what is wrong with the state directory.";

export interface KnownFacts extends DeploymentFacts {
  /** The ledger has a cycle that `state.json` does not show yet. */
  readonly state_behind: boolean;
}

/**
 * What the files say, with the health of the last cycle that the ledger has: a runner that died between its record and
 * its files must not leave an older, better health behind, and files of another ledger prove nothing about this one.
 * @throws PortError as `deploymentStatus`
 */
export async function deploymentFacts({ facts, ledger }: Pick<StatusPorts, "facts" | "ledger">): Promise<KnownFacts> {
  const found = await facts.facts();
  if (found.cycles !== undefined) await checkPosition(found.cycles, ledger);
  const cycle = await lastCycle(ledger);
  const isShown = cycle === undefined || cycle.seq <= (found.cycles?.seq ?? -1);
  return isShown ? { ...found, state_behind: false } : { ...found, health: cycle.facts.health, state_behind: true };
}
