/** The adapters of `adapter-node` over fresh temporary directories, as the contract suites want them. */
import { existsSync } from "node:fs";
import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ManualClock } from "@tau-edge/adapter-memory";
import {
  DurableFiles,
  FileChannelStore,
  FileCommitPointers,
  FileEventLog,
  FileObjectReader,
  FileObjectStore,
  logRotationOf,
  NodePublicFile,
  nativeSha256,
  nodeFileSystem,
  type OpenState,
  objectPath,
  openState,
  SqliteAgentDirectory,
  SqliteCaseBook,
  SqliteLedgerReader,
  SqliteLedgerStore,
  SqliteMetricWindows,
  systemClock,
} from "@tau-edge/adapter-node";
import type { Digest } from "@tau-edge/encoding";
import type {
  AgentDirectoryHarness,
  CaseBookHarness,
  ChannelStoreHarness,
  CollectionPlace,
  CollectionStoreHarness,
  CommitPointersHarness,
  DeploymentFilesHarness,
  EventLogHarness,
  LedgerReaderHarness,
  LedgerStoreHarness,
  MetricWindowsHarness,
  ObjectReaderHarness,
  ObjectStoreHarness,
  PublicFileHarness,
} from "@tau-edge/ports/suites";

export async function temporaryDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export function openObjects(stateDir: string): FileObjectStore {
  return new FileObjectStore(stateDir, new DurableFiles(nodeFileSystem, stateDir), systemClock);
}

/** Writes over a file, read-only or not. */
export async function overwrite(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await chmod(path, 0o600).catch(() => undefined);
  await writeFile(path, bytes);
}

export async function makeCollection(): Promise<CollectionStoreHarness> {
  const directory = await temporaryDirectory();
  const clock = new ManualClock();
  const stateDir = join(directory.path, "not", "yet", "there");
  const states: OpenState[] = [];
  const reopen = async (): Promise<CollectionPlace> => {
    const state = await openState(stateDir, { clock });
    states.push(state);
    return state;
  };
  const { ledger, objects, collection } = await reopen();
  return {
    ledger,
    objects,
    collection,
    sha256: nativeSha256,
    reopen,
    setClock: (now_unix_ms) => clock.set(now_unix_ms),
    async close() {
      for (const state of states) await state.close();
      await directory.remove();
    },
  };
}

export async function makeObjectReader(): Promise<ObjectReaderHarness> {
  const directory = await temporaryDirectory();
  return {
    reader: new FileObjectReader(directory.path),
    sha256: nativeSha256,
    plant: (digest, bytes) => overwrite(objectPath(directory.path, digest), bytes),
    close: directory.remove,
  };
}

export async function makeObjectStore(): Promise<ObjectStoreHarness> {
  const directory = await temporaryDirectory();
  const stateDir = join(directory.path, "not", "yet", "there");
  return {
    store: openObjects(stateDir),
    sha256: nativeSha256,
    reopen: async () => openObjects(stateDir),
    damage: (digest, bytes) => overwrite(objectPath(stateDir, digest), bytes),
    close: directory.remove,
  };
}

export async function makeLedgerReader(): Promise<LedgerReaderHarness> {
  const directory = await temporaryDirectory();
  const reader = new SqliteLedgerReader(directory.path, nativeSha256);
  return {
    reader,
    sha256: nativeSha256,
    async plant(stream, records) {
      const store = await openLedger(directory.path);
      await store.transaction(async (database) => {
        const insert = database.prepare("INSERT INTO record (stream, seq, bytes, hash) VALUES (?, ?, ?, ?)");
        for (const { record, bytes, hash } of records) insert.run(stream, record.seq, bytes, hash);
      });
      store.close();
    },
    async close() {
      reader.close();
      await directory.remove();
    },
  };
}

export async function makeLedger(): Promise<LedgerStoreHarness> {
  const directory = await temporaryDirectory();
  const stores = [await openLedger(directory.path)];
  const [store] = stores;
  if (store === undefined) throw new Error("no ledger was opened");
  return {
    store,
    sha256: nativeSha256,
    async reopen() {
      const again = await openLedger(directory.path);
      stores.push(again);
      return again;
    },
    async putObject(digest, bytes) {
      await openObjects(directory.path).putIfAbsent(digest, bytes);
    },
    async close() {
      for (const opened of stores) opened.close();
      await directory.remove();
    },
  };
}

function openLedger(stateDir: string): Promise<SqliteLedgerStore> {
  const files = new DurableFiles(nodeFileSystem, stateDir);
  const hasObject = (digest: Digest): boolean => existsSync(objectPath(stateDir, digest));
  return SqliteLedgerStore.open({ files, sha256: nativeSha256, hasObject });
}

export async function makeWindows(): Promise<MetricWindowsHarness> {
  const directory = await temporaryDirectory();
  const stateDir = join(directory.path, "not", "yet", "there");
  const batches_max = 40;
  const open = () => new SqliteMetricWindows({ files: new DurableFiles(nodeFileSystem, stateDir), batches_max });
  const windows = open();
  const opened = [windows];
  return {
    windows,
    batches_max,
    async reopen() {
      const again = open();
      opened.push(again);
      return again;
    },
    async close() {
      for (const each of opened) await each.close();
      await directory.remove();
    },
  };
}

export async function makeBook(): Promise<CaseBookHarness> {
  const directory = await temporaryDirectory();
  const stateDir = join(directory.path, "not", "yet", "there");
  const open = () => new SqliteCaseBook(new DurableFiles(nodeFileSystem, stateDir));
  const book = open();
  const opened = [book];
  return {
    book,
    async reopen() {
      const again = open();
      opened.push(again);
      return again;
    },
    async close() {
      for (const each of opened) each.close();
      await directory.remove();
    },
  };
}

export async function makeDirectory(): Promise<AgentDirectoryHarness> {
  const temporary = await temporaryDirectory();
  const stateDir = join(temporary.path, "not", "yet", "there");
  const open = () => new SqliteAgentDirectory(new DurableFiles(nodeFileSystem, stateDir));
  const directory = open();
  const opened = [directory];
  return {
    directory,
    async reopen() {
      const again = open();
      opened.push(again);
      return again;
    },
    async close() {
      for (const each of opened) each.close();
      await temporary.remove();
    },
  };
}

export async function makeEvents(): Promise<EventLogHarness> {
  const directory = await temporaryDirectory();
  const stateDir = join(directory.path, "not", "yet", "there");
  const open = () => new FileEventLog(new DurableFiles(nodeFileSystem, stateDir), logRotationOf({}));
  const log = open();
  return {
    log,
    reopen: async () => open(),
    plant: (bytes) => plantBehind(log.path, bytes),
    content: () => bytesOf(log.path).then((bytes) => bytes ?? new Uint8Array(0)),
    close: directory.remove,
  };
}

export async function makeChannels(): Promise<ChannelStoreHarness> {
  const directory = await temporaryDirectory();
  const stateDir = join(directory.path, "not", "yet", "there");
  const stores = [new FileChannelStore(new DurableFiles(nodeFileSystem, stateDir))];
  const [store] = stores;
  if (store === undefined) throw new Error("no store was opened");
  return {
    store,
    async reopen() {
      const again = new FileChannelStore(new DurableFiles(nodeFileSystem, stateDir));
      stores.push(again);
      return again;
    },
    read: bytesOf,
    plant: plantBehind,
    async close() {
      for (const opened of stores) await opened.close();
      await directory.remove();
    },
  };
}

async function plantBehind(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await appendFile(path, bytes);
}

function bytesOf(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).then(
    (bytes) => new Uint8Array(bytes),
    () => undefined,
  );
}

export async function makePointers(): Promise<CommitPointersHarness> {
  const directory = await temporaryDirectory();
  const open = () => new FileCommitPointers(new DurableFiles(nodeFileSystem, directory.path));
  return {
    pointers: open(),
    reopen: async () => open(),
    plant: (key, bytes) => overwrite(join(directory.path, "tau-edge", "committed", key), bytes),
    close: directory.remove,
  };
}

export async function makeFiles(): Promise<DeploymentFilesHarness> {
  const directory = await temporaryDirectory();
  const stateDir = join(directory.path, "state");
  const states = [await openState(stateDir)];
  const [state] = states;
  if (state === undefined) throw new Error("no state was opened");
  return {
    files: state.files,
    sha256: nativeSha256,
    state_path: join(stateDir, "state.json"),
    async reopen() {
      const again = await openState(stateDir);
      states.push(again);
      return again.files;
    },
    async putObject(digest, bytes) {
      await state.objects.putIfAbsent(digest, bytes);
    },
    readFile: bytesOf,
    async writeFile(path, bytes) {
      await rm(path, { force: true });
      await overwrite(path, bytes);
    },
    async close() {
      for (const opened of states) await opened.close();
      await directory.remove();
    },
  };
}

export async function makePublicFile(): Promise<PublicFileHarness> {
  const directory = await temporaryDirectory();
  const reopen = () =>
    new NodePublicFile(
      join(directory.path, "public", "did.json"),
      new DurableFiles(nodeFileSystem, join(directory.path, "state")),
    );
  return { file: reopen(), reopen, close: () => directory.remove() };
}
