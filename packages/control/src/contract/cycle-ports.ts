/** What the contract runner needs from a platform. */
import type { Sha256, StartSha256 } from "@tau-edge/encoding";
import type {
  ArtifactFiles,
  CaseBook,
  ChannelStore,
  Clock,
  DeploymentBackend,
  DeploymentFiles,
  EventLog,
  LedgerStore,
  ObjectStore,
} from "@tau-edge/ports";

export interface CyclePorts {
  readonly book: CaseBook;
  readonly ledger: LedgerStore;
  readonly objects: ObjectStore;
  readonly files: Pick<DeploymentFiles, "contents" | "refreshCycles">;
  readonly events: EventLog;
  readonly channels: ChannelStore;
  /** Files that cases name. */
  readonly artifacts: ArtifactFiles;
  /** Absent: nobody deploys, and what a fixture says is all that can fail. */
  readonly backend?: DeploymentBackend;
  readonly clock: Clock;
  /** Resolves after this many milliseconds of that clock. */
  pause(duration_ms: number): Promise<void>;
  readonly sha256: Sha256;
  readonly startSha256: StartSha256;
}
