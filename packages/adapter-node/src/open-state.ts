/** Puts the adapters of one state directory together. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Sha256 } from "@tau-edge/encoding";
import type {
  AgentDirectory,
  AgentDirectoryReader,
  Clock,
  CollectionReader,
  CollectionStore,
  DeploymentFactsReader,
  DeploymentFiles,
  PublicFile,
} from "@tau-edge/ports";
import { SqliteAgentDirectory, SqliteAgentDirectoryReader } from "./agent-directory.ts";
import { SqliteCaseBook } from "./case-book.ts";
import { FileChannelReader } from "./channel-reader.ts";
import { FileChannelStore } from "./channel-store.ts";
import { SqliteCollectionReader } from "./collection-reader.ts";
import { SqliteCollectionStore } from "./collection-store.ts";
import { FileDeploymentFacts } from "./deployment-facts.ts";
import { NodeDeploymentFiles } from "./deployment-files.ts";
import { DurableFiles } from "./durable-files.ts";
import { FileEventLog, FileEventLogReader } from "./event-log.ts";
import { FreeSpace } from "./free-space.ts";
import { ledgerBytes } from "./ledger-bytes.ts";
import { SqliteLedgerReader } from "./ledger-reader.ts";
import { SqliteLedgerStore } from "./ledger-store.ts";
import { logRotationOf } from "./log-rotation.ts";
import { SqliteMetricWindows, SqliteMetricWindowsReader } from "./metric-windows.ts";
import { nativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { FileObjectStore } from "./object-files.ts";
import { FileObjectReader, objectPath } from "./object-reader.ts";
import { FileCommitPointerReader, FileCommitPointers } from "./pointer-files.ts";
import { ProgramChecks } from "./program-checks.ts";
import { NodePublicFile } from "./public-file.ts";
import { systemClock } from "./system-clock.ts";

export interface OpenStateOptions {
  readonly clock?: Clock;
  /** What to do about a ledger of an older version: refuse it, which is the default, or read it until the first write. */
  readonly older?: "refuse" | "read";
}

export interface StateReader {
  readonly objects: FileObjectReader;
  readonly ledger: SqliteLedgerReader;
  readonly windows: SqliteMetricWindowsReader;
  /** Which objects may go: names, marks and ages. */
  readonly collection: CollectionReader;
  readonly pointers: FileCommitPointerReader;
  readonly events: FileEventLogReader;
  readonly channels: FileChannelReader;
  /** Links, agents and tokens. */
  readonly directory: AgentDirectoryReader;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** What the cycles left in `state.json` and in the event log. */
  readonly deployment: DeploymentFactsReader;
  /** Of the ledger on the disk. */
  ledgerBytes(): Promise<number>;
  close(): Promise<void>;
}

export interface OpenState extends StateReader {
  readonly objects: FileObjectStore;
  readonly ledger: SqliteLedgerStore;
  readonly windows: SqliteMetricWindows;
  readonly collection: CollectionStore;
  readonly pointers: FileCommitPointers;
  readonly space: FreeSpace;
  readonly checks: ProgramChecks;
  readonly book: SqliteCaseBook;
  readonly events: FileEventLog;
  readonly channels: FileChannelStore;
  readonly directory: AgentDirectory;
  /** With `<state-dir>/wasm-artifacts` as output. */
  readonly files: DeploymentFiles;
  /** Where `files` puts things, as it should be printed. */
  readonly default_output_dir: string;
  /** With another output directory; `state.json` stays where it is. */
  filesIn(output_dir: string): DeploymentFiles;
  /** Somewhere else than what this directory has for itself. */
  publicFile(path: string): PublicFile;
  /** `reduced` once a directory could not be synced because the platform has no such call. */
  durability(): "full" | "reduced";
}

/**
 * For writing. Nothing is created before the first write, so that a refusal leaves no trace.
 * @throws PortError `ledger_corrupt`, `ledger_newer`, `ledger_older`: the files are kept as they are
 */
export async function openState(stateDir: string, options: OpenStateOptions = {}): Promise<OpenState> {
  const clock = options.clock ?? systemClock;
  const sha256 = nativeSha256;
  const files = new DurableFiles(nodeFileSystem, stateDir);
  const objects = new FileObjectStore(files.home, files, clock);
  const ledger = await SqliteLedgerStore.open({
    files,
    sha256,
    older: options.older ?? "refuse",
    hasObject: (digest) => existsSync(objectPath(files.home, digest)),
  });
  const windows = new SqliteMetricWindows({ files });
  const book = new SqliteCaseBook(files);
  const directory = new SqliteAgentDirectory(files);
  const channels = new FileChannelStore(files);
  for (const directory of [files.incoming, files.home]) await files.sweep(clock.nowUnixMs(), directory);
  const default_output_dir = `${stateDir.replace(/\/+$/, "")}/wasm-artifacts`;
  const filesIn = (output_dir: string) => new NodeDeploymentFiles({ output_dir, files, objects, ledger });
  return {
    objects,
    ledger,
    windows,
    collection: new SqliteCollectionStore(ledger, files),
    pointers: new FileCommitPointers(files),
    space: new FreeSpace(files.home),
    checks: new ProgramChecks(),
    book,
    events: new FileEventLog(files, logRotationOf(process.env)),
    channels,
    directory,
    files: filesIn(default_output_dir),
    default_output_dir,
    filesIn,
    publicFile: (path) => new NodePublicFile(path, files),
    clock,
    sha256,
    deployment: deploymentIn(files.home),
    ledgerBytes: () => ledgerBytes(files.home),
    durability: () => files.durability,
    close: async () => {
      await channels.close();
      directory.close();
      book.close();
      await windows.close();
      ledger.close();
    },
  };
}

/** For looking only: creates nothing, and sees a state that another process makes later. */
export function openStateReader(stateDir: string, options: OpenStateOptions = {}): StateReader {
  const ledger = new SqliteLedgerReader(stateDir, nativeSha256);
  const windows = new SqliteMetricWindowsReader(stateDir);
  const directory = new SqliteAgentDirectoryReader(stateDir);
  return {
    objects: new FileObjectReader(stateDir),
    ledger,
    windows,
    collection: new SqliteCollectionReader(ledger, resolve(stateDir), nodeFileSystem),
    pointers: new FileCommitPointerReader(stateDir, nodeFileSystem),
    events: new FileEventLogReader(stateDir, nodeFileSystem),
    channels: new FileChannelReader(stateDir, nodeFileSystem),
    directory,
    clock: options.clock ?? systemClock,
    sha256: nativeSha256,
    deployment: deploymentIn(resolve(stateDir)),
    ledgerBytes: () => ledgerBytes(stateDir),
    close: async () => {
      directory.close();
      await windows.close();
      ledger.close();
    },
  };
}

/** For a process that counts observations and writes nothing else, such as a gateway. */
export function openMetricWindows(stateDir: string): SqliteMetricWindows {
  return new SqliteMetricWindows({ files: new DurableFiles(nodeFileSystem, stateDir) });
}

function deploymentIn(stateDir: string): DeploymentFactsReader {
  return new FileDeploymentFacts(stateDir, new FileEventLogReader(stateDir, nodeFileSystem));
}
