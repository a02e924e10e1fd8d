import { dirname, join } from "node:path";
import { DurableFiles, FileCommitPointers, FileObjectStore, nativeSha256, objectPath } from "@tau-edge/adapter-node";
import { type Digest, decodeUtf8, digestOf, encodeUtf8, equalBytes } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { type Image, imagesAfter, SimulatedDisk } from "./simulated-disk.ts";

const HOME = "/home/state";
const CLOCK = { nowUnixMs: () => 1 };
const FIRST = encodeUtf8("the first object, long enough to be cut in half");
const SECOND = encodeUtf8("the second object");
const STATE = join(HOME, "state.json");
const POINTER = encodeUtf8("a pointer, long enough to be cut in half");
const KEYS = ["default/prod/app/default~prod~app~3", "default/prod/app/default~prod~app~9"] as const;
const COMMITTED = join(HOME, "tau-edge", "committed");

type Omits = (kind: "file" | "directory", path: string) => boolean;

const digest = (bytes: Uint8Array): Digest => digestOf(nativeSha256(bytes));
const pathOf = (bytes: Uint8Array): string => objectPath(HOME, digest(bytes));

async function emptyDisk(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const fs = disk.fileSystem();
  await fs.makeDirectory("/home", 0o755);
  await fs.syncDirectory("/");
  return disk;
}

async function put(disk: SimulatedDisk, files: DurableFiles, bytes: Uint8Array): Promise<void> {
  await new FileObjectStore(HOME, files, CLOCK).putIfAbsent(digest(bytes), bytes);
  disk.acknowledge(pathOf(bytes), bytes);
}

/** One process stores two objects and twice the document that lists them. */
async function oneProcess(omits: Omits): Promise<SimulatedDisk> {
  const disk = await emptyDisk();
  const files = new DurableFiles(disk.fileSystem(omits), HOME);
  for (const [nth, bytes] of [FIRST, SECOND].entries()) {
    await put(disk, files, bytes);
    const document = encodeUtf8(`document ${nth}`);
    await files.replace(await files.writeTemporary(document, 0o600, HOME), STATE);
    disk.acknowledge(STATE, document);
  }
  return disk;
}

/** One process commits two rollouts of a stream. */
async function oneCommitter(omits: Omits): Promise<SimulatedDisk> {
  const disk = await emptyDisk();
  const pointers = new FileCommitPointers(new DurableFiles(disk.fileSystem(omits), HOME));
  for (const key of KEYS) {
    await pointers.publish(key, POINTER);
    disk.acknowledge(join(COMMITTED, key), POINTER);
  }
  return disk;
}

/** Another process finds a pointer whose writer was stopped just before it synced the directory. */
async function secondCommitter(omits: Omits): Promise<SimulatedDisk> {
  const disk = await emptyDisk();
  const path = join(COMMITTED, KEYS[0]);
  await stopBefore(disk, dirname(path), path, (files) => new FileCommitPointers(files).publish(KEYS[0], POINTER));
  await new FileCommitPointers(new DurableFiles(disk.fileSystem(omits), HOME)).publish(KEYS[0], POINTER);
  disk.acknowledge(path, POINTER);
  return disk;
}

/** Another process finds an object whose writer was stopped just before it synced the directory. */
async function secondProcess(omits: Omits): Promise<SimulatedDisk> {
  const disk = await emptyDisk();
  const path = pathOf(FIRST);
  await stopBefore(disk, dirname(path), path, (files) =>
    new FileObjectStore(HOME, files, CLOCK).putIfAbsent(digest(FIRST), FIRST),
  );
  await put(disk, new DurableFiles(disk.fileSystem(omits), HOME), FIRST);
  return disk;
}

/** Lets a process work until `path` is there, and stops it before it syncs that directory. */
async function stopBefore(
  disk: SimulatedDisk,
  directory: string,
  path: string,
  work: (files: DurableFiles) => Promise<unknown>,
): Promise<void> {
  const never = new Promise<never>(() => undefined);
  const fs = disk.fileSystem();
  const syncDirectory = (synced: string) => (synced === directory ? never : fs.syncDirectory(synced));
  void work(new DurableFiles({ ...fs, syncDirectory }, HOME));
  while ((await fs.facts(path)) === undefined)
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
}

/** Looks at every image of every moment. */
function examine(disk: SimulatedDisk): { images: number; violations: readonly string[] } {
  const violations = new Set<string>();
  const acknowledged = new Map<string, Uint8Array>();
  let images = 0;
  for (let count = 0; count <= disk.operations.length; count++) {
    const last = disk.operations[count - 1];
    if (last?.kind === "acknowledged") acknowledged.set(last.path, last.bytes);
    for (const image of imagesAfter(disk.operations, count)) {
      images += 1;
      for (const violation of violationsOf(image, acknowledged)) violations.add(violation);
    }
  }
  return { images, violations: [...violations] };
}

function* violationsOf(image: Image, acknowledged: ReadonlyMap<string, Uint8Array>): Generator<string> {
  for (const [path, bytes] of image) {
    const hex = /\/objects\/sha256\/..\/([0-9a-f]{64})$/.exec(path)?.[1];
    if (hex !== undefined && digest(bytes) !== `sha256:${hex}`) yield "torn object";
    if (path.startsWith(COMMITTED) && !equalBytes(bytes, POINTER)) yield "torn pointer";
    if (path === STATE && !/^document \d$/.test(decodeUtf8(bytes))) yield "torn document";
  }
  for (const [path, bytes] of acknowledged) {
    const found = image.get(path);
    if (found === undefined)
      yield `lost ${path === STATE ? "document" : path.startsWith(COMMITTED) ? "pointer" : "object"}`;
    // The next document may be there already; an earlier one may not.
    else if (path === STATE && decodeUtf8(found) < decodeUtf8(bytes)) yield "old document";
  }
}

describe("a power cut at any moment", () => {
  it("loses nothing that was acknowledged and tears nothing", async () => {
    const { images, violations } = examine(await oneProcess(() => false));
    expect(violations).toEqual([]);
    // Fewer would mean that the disk forgets nothing, and the test proves nothing.
    expect(images).toBeGreaterThan(200);
  });

  it("loses no pointer that was published and tears none", async () => {
    const { images, violations } = examine(await oneCommitter(() => false));
    expect(violations).toEqual([]);
    expect(images).toBeGreaterThan(200);
  });

  it("loses no pointer that a second process found and acknowledged", async () => {
    expect(examine(await secondCommitter(() => false)).violations).toEqual([]);
  });

  it("loses nothing that a second process acknowledged for the first", async () => {
    expect(examine(await secondProcess(() => false)).violations).toEqual([]);
  });
});

describe("the simulation finds the omitted fsync of", () => {
  const objects = dirname(dirname(pathOf(FIRST)));
  const mutations: readonly (readonly [string, Omits])[] = [
    ["the object's bytes", (kind, path) => kind === "file" && path.includes("incoming")],
    ["the document's bytes", (kind, path) => kind === "file" && dirname(path) === HOME],
    ...[dirname(HOME), HOME, join(HOME, "tau-edge"), dirname(objects), objects, dirname(pathOf(FIRST))].map(
      (directory) =>
        [
          `the directory ${directory}`,
          (kind: string, path: string) => kind === "directory" && path === directory,
        ] as const,
    ),
  ];
  for (const [what, omits] of mutations)
    it(what, async () => {
      expect(examine(await oneProcess(omits)).violations.length).toBeGreaterThan(0);
    });

  it("a directory that another process left unsynced", async () => {
    const omits: Omits = (kind, path) => kind === "directory" && path === dirname(pathOf(FIRST));
    expect(examine(await secondProcess(omits)).violations).toContain("lost object");
  });

  it("a pointer's bytes", async () => {
    const omits: Omits = (kind, path) => kind === "file" && path.includes("incoming");
    expect(examine(await oneCommitter(omits)).violations).toContain("torn pointer");
  });

  const stream = dirname(join(COMMITTED, KEYS[0]));
  const way = [
    dirname(HOME),
    HOME,
    join(HOME, "tau-edge"),
    COMMITTED,
    dirname(dirname(stream)),
    dirname(stream),
    stream,
  ];
  for (const directory of way)
    it(`the directory ${directory} on the way to a pointer`, async () => {
      const omits: Omits = (kind, path) => kind === "directory" && path === directory;
      expect(examine(await oneCommitter(omits)).violations).toContain("lost pointer");
    });

  it("a directory with a pointer that another process left unsynced", async () => {
    const omits: Omits = (kind, path) => kind === "directory" && path === stream;
    expect(examine(await secondCommitter(omits)).violations).toContain("lost pointer");
  });
});
