import { dirname, join } from "node:path";
import { DurableFiles, FileObjectStore, nativeSha256, objectPath } from "@tau-edge/adapter-node";
import { type Digest, decodeUtf8, digestOf, encodeUtf8 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { type Image, imagesAfter, SimulatedDisk } from "./simulated-disk.ts";

const HOME = "/home/state";
const CLOCK = { nowUnixMs: () => 1 };
const FIRST = encodeUtf8("the first object, long enough to be cut in half");
const SECOND = encodeUtf8("the second object");
const STATE = join(HOME, "state.json");

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

/** Another process finds an object whose writer was stopped just before it synced the directory. */
async function secondProcess(omits: Omits): Promise<SimulatedDisk> {
  const disk = await emptyDisk();
  const never = new Promise<never>(() => undefined);
  const fs = disk.fileSystem();
  const stopped = new DurableFiles(
    { ...fs, syncDirectory: (path) => (path === dirname(pathOf(FIRST)) ? never : fs.syncDirectory(path)) },
    HOME,
  );
  void new FileObjectStore(HOME, stopped, CLOCK).putIfAbsent(digest(FIRST), FIRST);
  while ((await fs.facts(pathOf(FIRST))) === undefined)
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
  await put(disk, new DurableFiles(disk.fileSystem(omits), HOME), FIRST);
  return disk;
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
    if (path === STATE && !/^document \d$/.test(decodeUtf8(bytes))) yield "torn document";
  }
  for (const [path, bytes] of acknowledged) {
    const found = image.get(path);
    if (found === undefined) yield path === STATE ? "lost document" : "lost object";
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
});
