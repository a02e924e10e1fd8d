/** The embedded default, on Node and on Deno: objects and S1's files on disk, the ledger in SQLite. */
export { gatewaySeed, SqliteAgentDirectory, SqliteAgentDirectoryReader } from "./agent-directory.ts";
export { agentsPath } from "./agent-directory-tables.ts";
export { type ArtifactPlaces, NodeArtifactFiles } from "./artifact-files.ts";
export { DirectoryBackup } from "./backup-reader.ts";
export { type BackupSurvey, surveyBackup } from "./backup-survey.ts";
export { type BackupTargetOptions, openBackupTarget } from "./backup-target.ts";
export { SqliteCaseBook } from "./case-book.ts";
export { caseBookPath } from "./case-book-tables.ts";
export { FileChannelReader } from "./channel-reader.ts";
export { FileChannelStore } from "./channel-store.ts";
export { SqliteCollectionReader } from "./collection-reader.ts";
export { SqliteCollectionStore } from "./collection-store.ts";
export { configFiles } from "./config-files.ts";
export { NodeDeploymentFiles, type NodeDeploymentOptions } from "./deployment-files.ts";
export { DurableFiles } from "./durable-files.ts";
export { FileEventLog, FileEventLogReader } from "./event-log.ts";
export { type ChunkedFile, type ChunkedFileOptions, openChunkedFile } from "./file-chunks.ts";
export type { AppendableFile, FileFacts, FileSystem, ReadableFile, WritableFile } from "./file-system.ts";
export { NodeFileTree } from "./file-tree.ts";
export { FreeSpace } from "./free-space.ts";
export { SqliteLedgerReader } from "./ledger-reader.ts";
export { type SqliteLedgerOptions, SqliteLedgerStore } from "./ledger-store.ts";
export { LEDGER, LEDGER_MIGRATIONS, ledgerPath, type TableMigration } from "./ledger-tables.ts";
export { type LogRotation, logRotationOf } from "./log-rotation.ts";
export { SqliteMetricWindows, SqliteMetricWindowsReader, type SqliteWindowsOptions } from "./metric-windows.ts";
export { StateMigration } from "./migration-place.ts";
export { nativeSha256, startNativeSha256 } from "./native-hash.ts";
export { NATIVE_KEY_DERIVATION, nativeStretch } from "./native-key-derivation.ts";
export { nodeFileSystem } from "./node-file-system.ts";
export { FileObjectStore } from "./object-files.ts";
export { FileObjectReader, objectPath } from "./object-reader.ts";
export {
  type OpenState,
  type OpenStateOptions,
  openMetricWindows,
  openState,
  openStateReader,
  type StateReader,
} from "./open-state.ts";
export { FileCommitPointerReader, FileCommitPointers } from "./pointer-files.ts";
export { ProgramBackend, type ProgramBackendOptions } from "./program-backend.ts";
export { ProgramChecks } from "./program-checks.ts";
export { NodePublicFile } from "./public-file.ts";
export { DirectoryRestorePlace, type RestorePlaceOptions } from "./restore-place.ts";
export { readStateFile } from "./state-file.ts";
export { systemClock } from "./system-clock.ts";
export { hashedTree, type WalkOptions, walkTree } from "./tree-walk.ts";
export { windowsPath } from "./window-tables.ts";
