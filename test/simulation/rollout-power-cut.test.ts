/**
 * A whole rollout whose objects, pointer and state.json are on a simulated disk, in the order in which the use cases
 * write them: an object that a record names, a pointer and a document that were acknowledged outlive every power cut.
 */
import { dirname, join } from "node:path";
import {
  ManualClock,
  MemoryCommitPointers,
  MemoryDeploymentFiles,
  MemoryLedgerStore,
  MemoryMetricWindows,
  MemoryObjectStore,
} from "@tau-edge/adapter-memory";
import {
  DurableFiles,
  FileCommitPointers,
  FileObjectStore,
  nativeSha256,
  objectPath,
  ProgramChecks,
} from "@tau-edge/adapter-node";
import { equalBytes } from "@tau-edge/encoding";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTeller, type Place, type Stores, tell } from "../scenario/rollout-story.ts";
import { type Image, imagesAfter, SimulatedDisk } from "./simulated-disk.ts";

const HOME = "/home/state";
const STATE = join(HOME, "state.json");
const COMMITTED = join(HOME, "tau-edge", "committed");

type Omits = (kind: "file" | "directory", path: string) => boolean;

/** Commits the first release. */
async function commitOn(disk: SimulatedDisk, omits: Omits): Promise<void> {
  const clock = new ManualClock();
  const files = new DurableFiles(disk.fileSystem(omits), HOME);
  const { objects, stores } = storesOn(disk, files);
  const memory = new MemoryDeploymentFiles({ objects });
  const place: Place = {
    files: {
      check: (planned, deliverables) => memory.check(planned, deliverables),
      link: (planned) => memory.link(planned),
      refresh: async (deliverables) => {
        await memory.refresh(deliverables);
        const document = memory.files.get(memory.statePath) ?? new Uint8Array();
        await files.replace(await files.writeTemporary(document, 0o600, HOME), STATE);
        disk.acknowledge(STATE, document);
      },
    },
    default_output_dir: "out",
    checks: new ProgramChecks(),
    sha256: nativeSha256,
  };
  const statuses: string[] = [];
  await tell(makeTeller(place, clock, stores), ({ status }) => statuses.push(status), [1]);
  expect(statuses).toEqual(["success"]);
}

/** What the use cases read comes from memory; what they write goes to the disk as well, one write at a time. */
function storesOn(disk: SimulatedDisk, files: DurableFiles) {
  const memory = new MemoryObjectStore();
  const ledger = new MemoryLedgerStore({ objects: memory.objects });
  const pointers = new MemoryCommitPointers();
  const onDisk = {
    objects: new FileObjectStore(HOME, files, { nowUnixMs: () => 1 }),
    pointers: new FileCommitPointers(files),
  };
  let turn: Promise<unknown> = Promise.resolve();
  const stores: Stores = {
    objects: {
      stat: (digest) => memory.stat(digest),
      open: (digest) => memory.open(digest),
      read: (digest, size_bytes_max) => memory.read(digest, size_bytes_max),
      putIfAbsent: (digest, bytes) => {
        const put = turn.then(() => onDisk.objects.putIfAbsent(digest, bytes));
        turn = put;
        return put.then(() => memory.putIfAbsent(digest, bytes));
      },
    },
    ledger: {
      streams: () => ledger.streams(),
      ends: () => ledger.ends(),
      head: (stream) => ledger.head(stream),
      read: (stream, from, limit) => ledger.read(stream, from, limit),
      append: (request) => {
        // From here on a record may be on the disk that names them.
        for (const digest of request.objects)
          disk.acknowledge(objectPath(HOME, digest), memory.objects.get(digest) ?? new Uint8Array());
        return ledger.append(request);
      },
    },
    pointers: {
      read: (key) => pointers.read(key),
      list: (stream) => pointers.list(stream),
      publish: async (key, bytes) => {
        await onDisk.pointers.publish(key, bytes);
        disk.acknowledge(join(COMMITTED, key), bytes);
        return pointers.publish(key, bytes);
      },
    },
    windows: new MemoryMetricWindows(),
  };
  return { objects: memory.objects, stores };
}

/** What may stand under each path, in the order in which it was acknowledged. */
function versionsOn(disk: SimulatedDisk): ReadonlyMap<string, readonly Uint8Array[]> {
  const versions = new Map<string, Uint8Array[]>();
  for (const operation of disk.operations)
    if (operation.kind === "acknowledged")
      versions.set(operation.path, [...(versions.get(operation.path) ?? []), operation.bytes]);
  return versions;
}

/** @returns what is lost or torn in an image, given how many versions of each path were acknowledged */
function* violationsOf(
  image: Image,
  versions: ReadonlyMap<string, readonly Uint8Array[]>,
  acknowledged: ReadonlyMap<string, number>,
): Generator<string> {
  for (const [path, allowed] of versions) {
    const found = image.get(path);
    const version = found === undefined ? -1 : allowed.findLastIndex((bytes) => equalBytes(bytes, found));
    if (found !== undefined && version < 0) yield `torn ${path}`;
    if (version + 1 < (acknowledged.get(path) ?? 0)) yield `lost ${path}`;
  }
}

/** @param moments `all`, or only those at which something has just been acknowledged: there an omitted sync shows */
function examine(disk: SimulatedDisk, moments: "all" | "acknowledged", violations_max: number) {
  const versions = versionsOn(disk);
  const acknowledged = new Map<string, number>();
  const violations = new Set<string>();
  let images = 0;
  for (let count = 0; count <= disk.operations.length; count++) {
    const last = disk.operations[count - 1];
    if (last?.kind === "acknowledged") acknowledged.set(last.path, (acknowledged.get(last.path) ?? 0) + 1);
    else if (moments === "acknowledged") continue;
    for (const image of imagesAfter(disk.operations, count)) {
      images += 1;
      for (const violation of violationsOf(image, versions, acknowledged)) violations.add(violation);
      if (violations.size >= violations_max) return { images, violations: [...violations] };
    }
  }
  return { images, violations: [...violations] };
}

async function emptyDisk(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const fs = disk.fileSystem();
  await fs.makeDirectory("/home", 0o755);
  await fs.syncDirectory("/");
  return disk;
}

/** Every sync of the rollout: files by their number, because their names are random, and directories by their path. */
async function syncsOfRollout() {
  let files = 0;
  const directories = new Set<string>();
  await commitOn(await emptyDisk(), (kind, path) => {
    if (kind === "file") files += 1;
    else directories.add(path);
    return false;
  });
  return { files, directories: [...directories] };
}

function omitsFile(wanted: number): Omits {
  let nth = -1;
  return (kind) => {
    if (kind === "file") nth += 1;
    return kind === "file" && nth === wanted;
  };
}

async function firstViolation(omits: Omits): Promise<readonly string[]> {
  const disk = await emptyDisk();
  await commitOn(disk, omits);
  return examine(disk, "acknowledged", 1).violations;
}

describe("a power cut at any moment of a rollout", () => {
  let syncs: Awaited<ReturnType<typeof syncsOfRollout>>;
  beforeAll(async () => {
    syncs = await syncsOfRollout();
  });

  it("loses no object that a record names, no pointer and no document, and tears none", async () => {
    const disk = await emptyDisk();
    await commitOn(disk, () => false);
    const { images, violations } = examine(disk, "all", 100);
    expect(violations).toEqual([]);
    expect(versionsOn(disk).size).toBeGreaterThan(20);
    expect(images).toBeGreaterThan(1_000);
  });

  it("shows the omitted fsync of each file", async () => {
    expect(syncs.files).toBeGreaterThan(20);
    for (let nth = 0; nth < syncs.files; nth++)
      expect(await firstViolation(omitsFile(nth)), `file ${nth}`).not.toEqual([]);
  });

  it("shows the omitted fsync of each directory", async () => {
    expect(syncs.directories).toEqual(expect.arrayContaining([dirname(HOME), HOME, COMMITTED]));
    for (const directory of syncs.directories) {
      const omits: Omits = (kind, path) => kind === "directory" && path === directory;
      expect(await firstViolation(omits), directory).not.toEqual([]);
    }
  });
});
