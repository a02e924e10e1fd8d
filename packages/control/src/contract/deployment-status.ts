/** How is the deployment? S1's three views of `state.json` and `runtime-events.jsonl`, judged at this moment. */
import type { OperatorSummary, StatusView, TransportHealthRow } from "@tau-edge/contract";
import type { StartSha256 } from "@tau-edge/encoding";
import type { Clock, DeploymentFiles, EventLogReader, LedgerReader } from "@tau-edge/ports";

export interface StatusPorts {
  readonly files: Pick<DeploymentFiles, "contents">;
  readonly events: EventLogReader;
  /** A cycle that the ledger has and the files do not show yet counts. */
  readonly ledger: LedgerReader;
  readonly clock: Clock;
  readonly startSha256: StartSha256;
  /** As they should be printed. */
  readonly state_path: string;
  readonly events_log_path: string;
}

export interface StatusOptions {
  /** Evidence that is older holds the gate; default 24 hours. */
  readonly max_age_ms?: number;
}

/**
 * S1's `--transport-health-inspect deployment`, one row of it.
 * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`: counters out of such a file prove nothing
 */
export async function transportHealth(_ports: StatusPorts, _options: StatusOptions = {}): Promise<TransportHealthRow> {
  throw new TypeError("not written yet");
}

/**
 * S1's `--deployment-status-inspect`.
 * @throws PortError as `transportHealth`
 */
export async function deploymentStatus(_ports: StatusPorts, _options: StatusOptions = {}): Promise<StatusView> {
  throw new TypeError("not written yet");
}

/** S1's `--operator-control-summary`, the deployment's row of it. What cannot be read is failing and holds. */
export async function operatorSummary(_ports: StatusPorts, _options: StatusOptions = {}): Promise<OperatorSummary> {
  throw new TypeError("not written yet");
}
