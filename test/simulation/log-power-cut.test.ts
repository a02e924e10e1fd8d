/** The event log and the channel store after a power cut at any moment, and after what the next process does then. */
import { basename, dirname, join } from "node:path";
import { DurableFiles, FileChannelStore, FileEventLog, FileEventLogReader } from "@tau-edge/adapter-node";
import { channelNameOf } from "@tau-edge/contract";
import { decodeUtf8, sha256, tryDecodeUtf8 } from "@tau-edge/encoding";
import { channelLineOf, eventOf } from "@tau-edge/ports/suites";
import { describe, expect, it } from "vitest";
import { type Image, imagesAfter, SimulatedDisk } from "./simulated-disk.ts";

const HOME = "/home/state";
const EDGE = channelNameOf("edge", sha256);
const CHANNEL = join(HOME, "channel-store", "deployment", "edge");
const LAST = 14;
const ROTATION = { max_bytes: 2 * eventOf(10).length + 20, max_files: 9 };

/** The syncs of a run, in their order; one of them is left out. */
interface Omission {
  readonly kind: "file" | "directory";
  readonly path: string;
  readonly nth: number;
}

interface Run {
  readonly disk: SimulatedDisk;
  readonly syncs: readonly Omission[];
  /** By the number of operations after which it was said. */
  readonly acknowledged: ReadonlyMap<number, number>;
}

/** What one process does; `acknowledge` is called with the last record that it may count on. */
type Work = (files: DurableFiles, acknowledge: (seq: number) => void) => Promise<void>;

async function emptyDisk(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const fs = disk.fileSystem();
  await fs.makeDirectory("/home", 0o755);
  await fs.syncDirectory("/");
  return disk;
}

async function runOn(disk: SimulatedDisk, work: Work, omitted?: Omission): Promise<Run> {
  const syncs: Omission[] = [];
  const acknowledged = new Map<number, number>();
  const whole = disk.fileSystem();
  const skips = (kind: Omission["kind"], path: string): boolean => {
    const nth = syncs.length;
    syncs.push({ kind, path, nth });
    return omitted?.nth === nth;
  };
  const fs = {
    ...whole,
    append: async (path: string, mode: number) => {
      const file = await whole.append(path, mode);
      return { ...file, sync: async () => (skips("file", path) ? undefined : file.sync()) };
    },
    syncDirectory: async (path: string) => (skips("directory", path) ? undefined : whole.syncDirectory(path)),
  };
  await work(new DurableFiles(fs, HOME), (seq) => acknowledged.set(disk.operations.length, seq));
  return { disk, syncs, acknowledged };
}

/** The disk as somebody finds it who starts the machine again. */
async function diskOf(image: Image): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const fs = disk.fileSystem();
  const made = new Set(["/"]);
  const make = async (directory: string): Promise<void> => {
    if (made.has(directory)) return;
    await make(dirname(directory));
    made.add(directory);
    await fs.makeDirectory(directory, 0o755);
  };
  await make("/home");
  for (const [path, bytes] of image) {
    await make(dirname(path));
    const file = await fs.create(path, 0o644);
    await file.write(bytes);
  }
  return disk;
}

const FIRST = 10;
const seqs = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, nth) => from + nth);

const appendEvents =
  (from: number): Work =>
  async (files, acknowledge) => {
    const log = new FileEventLog(files, ROTATION);
    for (const seq of seqs(from, LAST)) {
      await log.append(seq, eventOf(seq));
      acknowledge(seq);
    }
  };

const tellCycles =
  (from: number): Work =>
  async (files, acknowledge) => {
    const store = new FileChannelStore(files);
    for (const seq of seqs(from, FIRST + 1)) {
      for (const nth of [0, 1]) await store.append(EDGE, [channelLineOf(nth, seq)]);
      await store.writeMemory(EDGE, [`# page ${seq}\n`]);
      await store.sync();
      acknowledge(seq);
    }
  };

async function eventsOn(disk: SimulatedDisk): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of new FileEventLogReader(HOME, disk.fileSystem()).lines()) lines.push(line);
  return lines;
}

async function* faultsOfEvents(image: Image, acknowledged: number): AsyncGenerator<string> {
  const disk = await diskOf(image);
  const known = (await eventsOn(disk)).filter((line) => isEvent(line));
  const expected = seqs(FIRST, acknowledged).map(eventOf);
  if (JSON.stringify(known.slice(0, expected.length)) !== JSON.stringify(expected))
    yield "an acknowledged line is lost";
  await runOn(disk, appendEvents(acknowledged + 1));
  const after = (await eventsOn(disk)).filter((line) => isEvent(line));
  if (JSON.stringify(after) !== JSON.stringify(seqs(FIRST, LAST).map(eventOf))) yield "a line is lost or stands twice";
}

async function* faultsOfChannel(image: Image, acknowledged: number): AsyncGenerator<string> {
  const page = image.get(join(CHANNEL, "MEMORY.md"));
  if (page !== undefined && !/^# page 1[01]\n$/.test(tryDecodeUtf8(page) ?? "")) yield "a page is torn";
  if (acknowledged >= FIRST && (page === undefined || decodeUtf8(page) < `# page ${acknowledged}`))
    yield "a page is lost";
  for (const [name, texts] of Object.entries(textsUpTo(acknowledged)))
    if (
      !wholeLines(image.get(join(CHANNEL, name)))
        .join("\n")
        .startsWith(texts.join("\n"))
    )
      yield "an acknowledged line is lost";
  const disk = await diskOf(image);
  try {
    await runOn(disk, tellCycles(acknowledged + 1));
  } catch (error) {
    yield `the next process cannot go on: ${String(error)}`;
    return;
  }
  const fs = disk.fileSystem();
  for (const [name, texts] of Object.entries(textsUpTo(FIRST + 1))) {
    const lines = wholeLines(await fs.read(join(CHANNEL, name), 1e6)).filter((line) => isEvent(line));
    if (lines.join("\n") !== texts.join("\n")) yield `a line of ${name} is lost or stands twice`;
  }
}

function textsUpTo(seq: number): { readonly [name: string]: readonly string[] } {
  const lines = seqs(FIRST, seq).flatMap((each) => [0, 1].map((nth) => channelLineOf(nth, each)));
  return { "log.jsonl": lines.map(({ log }) => log), "context.jsonl": lines.flatMap(({ context }) => context ?? []) };
}

function wholeLines(bytes: Uint8Array | undefined): readonly string[] {
  return new TextDecoder().decode(bytes).split("\n").slice(0, -1);
}

function isEvent(line: string): boolean {
  return line.startsWith('{"timestamp_unix_ms"') && line.endsWith("}");
}

/** Temporary files are nobody's business, and empty indexes neither. */
const isWatched = (path: string): boolean =>
  !path.endsWith(".tmp") && basename(path) !== "index.jsonl" && !/\/(artifacts|attachments)$/.test(path);

async function examine(
  { disk, acknowledged }: Run,
  faultsOf: (image: Image, acknowledged: number) => AsyncGenerator<string>,
): Promise<{ images: number; faults: readonly string[] }> {
  const faults = new Set<string>();
  const seen = new Set<string>();
  let last = FIRST - 1;
  let images = 0;
  for (let count = 0; count <= disk.operations.length; count++) {
    last = acknowledged.get(count) ?? last;
    for (const image of imagesAfter(disk.operations, count, isWatched)) {
      images += 1;
      const key = JSON.stringify([last, [...image].map(([path, bytes]) => [path, [...bytes]])]);
      if (seen.has(key)) continue;
      seen.add(key);
      for await (const fault of faultsOf(image, last)) faults.add(fault);
    }
  }
  return { images, faults: [...faults] };
}

describe.each([
  // An append to a log that stood there already changes no name: its sync of the directory is there for whoever died.
  ["the event log", appendEvents(FIRST), faultsOfEvents, [`directory ${HOME}`, `directory ${HOME}`]],
  ["a channel", tellCycles(FIRST), faultsOfChannel, []],
] as const)("a power cut at any moment of %s", (_what, work, faultsOf, harmless) => {
  it("loses nothing that was acknowledged, and the next process says every line once", async () => {
    const { images, faults } = await examine(await runOn(await emptyDisk(), work), faultsOf);
    expect(faults).toEqual([]);
    // Fewer would mean that the disk forgets nothing, and the test proves nothing.
    expect(images).toBeGreaterThan(150);
  });

  it("shows each sync that is left out (W-13)", async () => {
    const { syncs } = await runOn(await emptyDisk(), work);
    const unnoticed: string[] = [];
    for (const omitted of syncs) {
      const { faults } = await examine(await runOn(await emptyDisk(), work, omitted), faultsOf);
      if (faults.length === 0) unnoticed.push(`${omitted.kind} ${omitted.path}`);
    }
    expect(unnoticed).toEqual(harmless);
    expect(syncs.length).toBeGreaterThan(12);
  });
});
