/** The adapters of `adapter-node` over fresh temporary directories, as the contract suites want them. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  DurableFiles,
  FileObjectReader,
  FileObjectStore,
  nativeSha256,
  nodeFileSystem,
  objectPath,
  systemClock,
} from "@tau-edge/adapter-node";
import type { ObjectReaderHarness, ObjectStoreHarness } from "@tau-edge/ports/suites";

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
    truncate: (digest) => overwrite(objectPath(stateDir, digest), new Uint8Array(1)),
    close: directory.remove,
  };
}
