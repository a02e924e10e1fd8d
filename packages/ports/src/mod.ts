/** What the use cases need from a platform: one interface a file. */
export {
  admitReport,
  compareWindows,
  describeWindow,
  EMPTY_TALLY,
  type ReporterTally,
  type WindowPosition,
} from "./admission.ts";
export type {
  AgentDirectory,
  AgentDirectoryReader,
  AgentRow,
  AgentScope,
  AgentState,
  DirectoryFacts,
  ExchangeOutcome,
  ExchangeRefusal,
  ExchangeRequest,
  FoundAccess,
  KeptSecret,
  LinkRow,
  LinkState,
  LinkView,
  NewAccess,
  OperatorTokenRow,
  OwnerCredential,
  RenewOutcome,
  RenewRequest,
  Rotation,
  RotationProof,
  TokenChoice,
} from "./agent-directory.ts";
export type { ArtifactFile, ArtifactFiles, ArtifactPlace } from "./artifact-files.ts";
export type {
  BackupReader,
  BackupTarget,
  CopiedState,
  FileSum,
  LeftOut,
  LeftOutReason,
  RestorePlace,
  SchemaVersions,
} from "./backup.ts";
export type { BookedCase, CaseBook, CyclePosition, OpenCaseBook, StagedCase } from "./case-book.ts";
export type { ChannelFacts, ChannelReader, ChannelRepair, ChannelStore } from "./channel-store.ts";
export type { Clock, MonotonicClock } from "./clock.ts";
export type {
  CollectExpectation,
  CollectionReader,
  CollectionStore,
  CollectResult,
  MarkedObject,
  NamedObject,
  ObjectMark,
  StoredObject,
  SweepResult,
} from "./collection-store.ts";
export type { CommitPointerReader, CommitPointers } from "./commit-pointers.ts";
export type { BackendAnswer, BackendRequest, DeploymentBackend } from "./deployment-backend.ts";
export { type DeploymentFacts, type DeploymentFactsReader, NO_DEPLOYMENT_FACTS } from "./deployment-facts.ts";
export type { DeliverableCopy, DeliverableFiles, DeploymentFiles, LedgerDeliverables } from "./deployment-files.ts";
export type { DirectoryRows, StoredAccess, StoredAgent, StoredLink } from "./directory-rows.ts";
export { type Sql, SqlDirectoryRows } from "./directory-sql.ts";
export { StoredDirectory, StoredDirectoryReader } from "./directory-stores.ts";
export { DIRECTORY_SCHEMA_VERSION, DIRECTORY_TABLES } from "./directory-tables.ts";
export type { SqlRow, SqlValue } from "./directory-values.ts";
export { DirectoryWork } from "./directory-work.ts";
export { PORT_ERROR_MEANINGS, PORT_INTEGRITY_CODES, PortError, type PortErrorCode } from "./errors.ts";
export type { EventLog, EventLogReader } from "./event-log.ts";
export type { ExternalChecks } from "./external-checks.ts";
export type { FileTree, TreeFile } from "./file-tree.ts";
export { continuation } from "./jsonl-continuation.ts";
export {
  type AppendRequest,
  type AppendResult,
  type LedgerReader,
  type LedgerStore,
  READ_PAGE_RECORDS_MAX,
  type StreamEnd,
} from "./ledger-store.ts";
export {
  AGENT_ACCESS_MAX,
  AGENT_STATE_FRESH_MS,
  AGENT_STATES_MAX,
  DIRECTORY_FORGET_MAX,
  DIRECTORY_LINK_KEPT_MS,
  DIRECTORY_LINKS_LISTED_MAX,
  DIRECTORY_LINKS_MAX,
  OPERATOR_TOKENS_MAX,
  SWEEP_OBJECTS_MAX,
  WINDOW_BATCHES_MAX,
} from "./limits.ts";
export type { LiveVerify } from "./live-verifier.ts";
export type {
  FrozenWindow,
  MetricWindows,
  MetricWindowsReader,
  ReportOutcome,
  ReportRequest,
} from "./metric-windows.ts";
export type { KeptUndo, LockedState, MigrationPlace, StoreName, StoreVersion } from "./migration.ts";
export type { ByteRange, ObjectInfo, ObjectReader, ObjectStore, OpenObject } from "./object-store.ts";
export { checkPointerSize, checkPointerStream, type PointerPlace, pointerPlace } from "./pointer-place.ts";
export type { ProofAdmission, ProofMemory, ProofToAdmit } from "./proof-memory.ts";
export type { PublicFile } from "./public-file.ts";
export { lastAppended, type StoredRow, sealAppend, verifyHead, verifyRows } from "./sealing.ts";
export type { Signer } from "./signer.ts";
export type { Space } from "./space.ts";
export type { Stretch } from "./stretch.ts";
export type { DeepReason, DeepVerdict, Validator } from "./validator.ts";
export { type ShortCounters, SqlWindowRows } from "./window-rows.ts";
export { WINDOW_TABLES, WINDOWS_SCHEMA_VERSION } from "./window-tables.ts";
export { WindowWork } from "./window-work.ts";
