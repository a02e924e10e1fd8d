/** The adapters of `adapter-memory`, as the contract suites want them. */
import {
  ManualClock,
  MemoryAgentDirectory,
  MemoryCaseBook,
  MemoryChannelStore,
  MemoryCollectionStore,
  MemoryCommitPointers,
  MemoryDeploymentFiles,
  MemoryEventLog,
  MemoryLedgerStore,
  MemoryMetricWindows,
  MemoryObjectStore,
  MemoryPublicFile,
} from "@tau-edge/adapter-memory";
import { type Digest, sha256 } from "@tau-edge/encoding";
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

export async function makeMemoryReader(): Promise<ObjectReaderHarness> {
  const reader = new MemoryObjectStore();
  return {
    reader,
    sha256,
    plant: async (digest, bytes) => void reader.objects.set(digest, bytes.slice()),
    close: async () => undefined,
  };
}

export async function makeMemoryStore(): Promise<ObjectStoreHarness> {
  const store = new MemoryObjectStore();
  return {
    store,
    sha256,
    reopen: async () => new MemoryObjectStore({ objects: store.objects }),
    damage: async (digest, bytes) => void store.objects.set(digest, bytes),
    close: async () => undefined,
  };
}

export async function makeMemoryLedgerReader(): Promise<LedgerReaderHarness> {
  const reader = new MemoryLedgerStore();
  return {
    reader,
    sha256,
    async plant(stream, records) {
      const rows = records.map(({ record, bytes, hash }) => ({ seq: record.seq, bytes, hash }));
      reader.rows.set(stream, rows);
    },
    close: async () => undefined,
  };
}

export async function makeMemoryLedger(): Promise<LedgerStoreHarness> {
  const objects = new Map<Digest, Uint8Array>();
  const store = new MemoryLedgerStore({ objects });
  return {
    store,
    sha256,
    reopen: async () => new MemoryLedgerStore({ objects, rows: store.rows }),
    putObject: async (digest, bytes) => void objects.set(digest, bytes),
    close: async () => undefined,
  };
}

export async function makeMemoryCollection(): Promise<CollectionStoreHarness> {
  const clock = new ManualClock();
  const objects = new Map<Digest, Uint8Array>();
  const rows: MemoryLedgerStore["rows"] = new Map();
  const place = (): CollectionPlace => {
    const ledger = new MemoryLedgerStore({ objects, rows });
    return {
      ledger,
      objects: new MemoryObjectStore({ objects, clock }),
      collection: new MemoryCollectionStore({ ledger, objects }),
    };
  };
  return {
    ...place(),
    sha256,
    reopen: async () => place(),
    setClock: (now_unix_ms) => clock.set(now_unix_ms),
    close: async () => undefined,
  };
}

export async function makeMemoryPointers(): Promise<CommitPointersHarness> {
  const pointers = new MemoryCommitPointers();
  return {
    pointers,
    reopen: async () => new MemoryCommitPointers({ pointers: pointers.pointers }),
    plant: async (key, bytes) => void pointers.pointers.set(key, bytes),
    close: async () => undefined,
  };
}

export async function makeMemoryFiles(): Promise<DeploymentFilesHarness> {
  const objects = new Map<Digest, Uint8Array>();
  const files = new MemoryDeploymentFiles({ objects });
  return {
    files,
    sha256,
    state_path: files.statePath,
    reopen: async () => new MemoryDeploymentFiles({ objects, files: files.files }),
    putObject: async (digest, bytes) => void objects.set(digest, bytes),
    readFile: async (path) => files.files.get(path),
    writeFile: async (path, bytes) => void files.files.set(path, bytes),
    close: async () => undefined,
  };
}

export async function makeMemoryPublicFile(): Promise<PublicFileHarness> {
  const files = new Map<string, Uint8Array>();
  const reopen = () => new MemoryPublicFile({ path: "did.json", files });
  return { file: reopen(), reopen, close: async () => undefined };
}

export async function makeMemoryWindows(): Promise<MetricWindowsHarness> {
  const batches_max = 40;
  const windows = new MemoryMetricWindows({ batches_max });
  return {
    windows,
    batches_max,
    reopen: async () => new MemoryMetricWindows({ batches_max, arms: windows.arms }),
    close: async () => undefined,
  };
}

export async function makeMemoryDirectory(): Promise<AgentDirectoryHarness> {
  const directory = new MemoryAgentDirectory();
  const { stored } = directory;
  return { directory, reopen: async () => new MemoryAgentDirectory({ stored }), close: async () => undefined };
}

export async function makeMemoryBook(): Promise<CaseBookHarness> {
  const book = new MemoryCaseBook();
  return { book, reopen: async () => new MemoryCaseBook({ cases: book.cases }), close: async () => undefined };
}

export async function makeMemoryEvents(): Promise<EventLogHarness> {
  const log = new MemoryEventLog();
  return {
    log,
    reopen: async () => new MemoryEventLog({ log: log.log }),
    plant: async (bytes) => {
      log.log.bytes = behind(log.log.bytes, bytes);
    },
    content: async () => log.log.bytes.slice(),
    close: async () => undefined,
  };
}

export async function makeMemoryChannels(): Promise<ChannelStoreHarness> {
  const store = new MemoryChannelStore();
  const { files } = store;
  return {
    store,
    reopen: async () => new MemoryChannelStore({ files }),
    read: async (path) => files.get(path),
    plant: async (path, bytes) => void files.set(path, behind(files.get(path) ?? new Uint8Array(0), bytes)),
    close: async () => undefined,
  };
}

function behind(bytes: Uint8Array, more: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + more.length);
  whole.set(bytes);
  whole.set(more, bytes.length);
  return whole;
}
