/** The use cases: package, inspect, compare, report. They take ports as arguments and do no I/O of their own. */
export type {
  Access,
  AccessConfig,
  AccessEvent,
  AccessPorts,
  ConfiguredCredentials,
  ConfiguredOwner,
  GatewayIdentity,
  OwnerInForce,
} from "./access/access.ts";
export type {
  AccessGrant,
  Act,
  AgentPage,
  CreatedLink,
  CreatedToken,
  CreateLink,
  CreateToken,
  ExchangeLink,
  ExchangeResult,
  NotedState,
  RenewAccess,
  RenewResult,
  RevokeAgent,
  RevokedAgent,
  RevokedLink,
  RevokedToken,
  RevokeLink,
  RevokeToken,
  RotateRequest,
  RotationReport,
  RotationResult,
  RotationScope,
  TokenSlot,
  TokenView,
} from "./access/access-acts.ts";
export { ROTATION_SCOPES } from "./access/access-acts.ts";
export { makeAccess } from "./access/make-access.ts";
export { ACCESS_REFUSALS, type AccessRefusalCode, type RefusedAccess } from "./access/refusals.ts";
export {
  AGENT_SCOPES,
  LINK_SCOPES,
  SCOPE_WORDS,
  SCOPES,
  type Scope,
  type ScopeWord,
  scopesOf,
} from "./access/scopes.ts";
export type { BackupHead } from "./backup/backup-document.ts";
export { type BackupReport, type CreatePorts, type CreateRequest, createBackup } from "./backup/create-backup.ts";
export { type DrillPorts, type DrillReport, drillBackup } from "./backup/drill-backup.ts";
export { BACKUP_DRILLED } from "./backup/drill-record.ts";
export { type RestoreOptions, type RestorePorts, restoreBackup } from "./backup/restore-backup.ts";
export { RESTORE_PROCEDURE } from "./backup/restore-procedure.ts";
export { type VerifiedBackup, type VerifyPorts, verifyBackup } from "./backup/verify-backup.ts";
export { browserDids } from "./browser-dids.ts";
export {
  type AskCollected,
  type Catalog,
  type CatalogSnapshot,
  type CollectedBy,
  type Deliverable,
  type Found,
  openCatalog,
  type StreamHead,
} from "./catalog.ts";
export { askCollected } from "./collection/collected-objects.ts";
export type {
  ActOptions,
  Amount,
  ClassAmounts,
  CollectedList,
  Collecting,
  CollectionPorts,
  CollectOptions,
  CollectReport,
  LeftStream,
  LengthenRequest,
  LengthenResult,
  ListedObject,
  ListRecord,
  Pin,
  PinRequest,
  PinResult,
  PlanOptions,
  PlanReport,
} from "./collection/collection.ts";
export { type LastPlan, lastPlan } from "./collection/last-plan.ts";
export { makeCollecting } from "./collection/make-collecting.ts";
export {
  COLLECTION_REFUSALS,
  type CollectionRefusalCode,
  type RefusedCollection,
} from "./collection/refusals.ts";
export type { CyclePorts } from "./contract/cycle-ports.ts";
export type { CycleFailure, CycleRecordPlace, CycleReport, RefusedCycle } from "./contract/cycle-report.ts";
export type { CycleOptions, CycleRequest, FixtureSource } from "./contract/cycle-request.ts";
export {
  deploymentFacts,
  deploymentStatus,
  type KnownFacts,
  operatorSummary,
  type StatusOptions,
  type StatusPorts,
  transportHealth,
} from "./contract/deployment-status.ts";
export { type ExportPorts, type ExportReport, exportState } from "./contract/export-state.ts";
export { type ImportPorts, type ImportReport, type ImportRequest, importState } from "./contract/import-state.ts";
export { type LadderReport, type LadderRequest, type LadderRung, runLadder } from "./contract/ladder.ts";
export { type RebuildPorts, rebuildCycles } from "./contract/rebuild-cycles.ts";
export { runCycle } from "./contract/run-cycle.ts";
export { DEEP_VERDICT } from "./deep-record.ts";
export { deliverableEntries } from "./deliverable-entries.ts";
export { DID_INITIALIZED } from "./did-record.ts";
export { type DiffReport, diffArtifacts, type NamedBytes } from "./diff-artifacts.ts";
export { type DoctorCheck, type DoctorFinding, runDoctor, type StateCheckPorts, stateChecks } from "./doctor-checks.ts";
export { type Examined, type ExamineOptions, examine, type Malformation } from "./examine.ts";
export { type DidReport, type InitDidPorts, type InitDidRequest, initDid, type RefusedDid } from "./init-did.ts";
export { type ArtifactReport, type InspectArtifactPorts, inspectArtifact } from "./inspect-artifact.ts";
export {
  type InspectManifestOptions,
  type InspectManifestPorts,
  inspectManifest,
  type ManifestReport,
} from "./inspect-manifest.ts";
export { type LegacyReport, legacyDidReport, legacyInspectReport, legacyPackageReport } from "./legacy-reports.ts";
export { EVENTS_PAGE } from "./limits.ts";
export { MIGRATED } from "./migration/migrated-record.ts";
export type { MigrationPlan, MigrationPorts, MigrationRequest, MigrationStep } from "./migration/migration-ports.ts";
export { planMigration } from "./migration/plan-migration.ts";
export { type MigrationReport, runMigration } from "./migration/run-migration.ts";
export { type UndoReport, undoMigration } from "./migration/undo-migration.ts";
export type { PackageReport } from "./package-report.ts";
export { ARTIFACT_PACKAGED, draftPackaged, type PackagedFacts, readPackaged } from "./packaged-record.ts";
export {
  type PackageRequest,
  type PreparedPackage,
  type PreparePorts,
  preparePackage,
  type RefusedPackage,
} from "./prepare-package.ts";
export {
  makeReports,
  type ObservationReport,
  REPORT_REFUSALS,
  type ReportPorts,
  type ReportRefusalCode,
  type ReportResult,
  type Reports,
} from "./rollouts/add-report.ts";
export type { Cause } from "./rollouts/cause.ts";
export { type Controller, makeController, type StreamTick } from "./rollouts/controller.ts";
export { type StoreDerived, type StoreDerivedResult, storeDerived } from "./rollouts/derived-code.ts";
export type { EndedTally } from "./rollouts/ended-tally.ts";
export { type FollowedEnd, followRollout, type RolloutLog } from "./rollouts/follow-rollout.ts";
export {
  type FreezePorts,
  type FreezeRequest,
  type FreezeResult,
  type Freezing,
  makeFreezing,
} from "./rollouts/freeze.ts";
export type { Frozen } from "./rollouts/freeze-record.ts";
export type { HistoryEntry, HistoryMoment } from "./rollouts/history.ts";
export { makeRollouts } from "./rollouts/make-rollouts.ts";
export { CONTROL_REFUSALS, type ControlRefusalCode, type RefusedAct } from "./rollouts/refusals.ts";
export type { ReplayReport } from "./rollouts/replay-report.ts";
export { type Answer, makeResolver, type Paused, type Resolver, type ResolverPorts } from "./rollouts/resolve.ts";
export { type RolloutCheckPorts, rolloutChecks } from "./rollouts/rollout-checks.ts";
export type { RolloutEvent } from "./rollouts/rollout-event.ts";
export {
  type BlueprintFigures,
  type FiguresOverview,
  type GateFigures,
  makeRolloutFigures,
  type RolloutFigures,
  type RunFigures,
  type WindowFigures,
} from "./rollouts/rollout-figures.ts";
export type { RolloutPorts, Vouch } from "./rollouts/rollout-ports.ts";
export {
  openRolloutStreams,
  type RolloutStream,
  type RolloutStreams,
  type RolloutTrack,
} from "./rollouts/rollout-streams.ts";
export type { RolloutSummary, RolloutView, WindowView } from "./rollouts/rollout-view.ts";
export type {
  CommandOptions,
  CommandResult,
  CreateRelease,
  CreateReleaseResult,
  FrozenBlueprint,
  OperatorCommand,
  PreflightResult,
  ReleaseView,
  RevalidateRequest,
  RolloutList,
  Rollouts,
  StartRequest,
  UndoRequest,
} from "./rollouts/rollouts.ts";
export { type StoreOptions, type StorePorts, storePackage } from "./store-package.ts";
export { CYCLE_STREAM, packagingStream } from "./stream.ts";
export type { UnreadableStream } from "./unreadable-streams.ts";
