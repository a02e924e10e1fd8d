/**
 * A disk that remembers every operation and can show what a power cut after any of them may leave: names whose
 * directory was not synced are there or not, in any combination; data that was not synced is there, missing, cut in
 * half, or of the right size and full of zeros.
 */
import { basename, dirname } from "node:path";
import type { AppendableFile, FileSystem, ReadableFile } from "@tau-edge/adapter-node";

interface Name {
  readonly path: string;
  /** A file, a directory, or nothing: the name is removed. */
  readonly target: number | "directory" | undefined;
}

type Operation =
  | { readonly kind: "names"; readonly directory: string; readonly names: readonly Name[] }
  /** All that is in the file then. */
  | { readonly kind: "data"; readonly file: number; readonly bytes: Uint8Array }
  | { readonly kind: "sync_file"; readonly file: number }
  | { readonly kind: "sync_directory"; readonly directory: string }
  | { readonly kind: "acknowledged"; readonly path: string; readonly bytes: Uint8Array };

/** What a reader finds after the power came back: whole paths only. */
export type Image = ReadonlyMap<string, Uint8Array>;

/** What becomes of data that was not synced. */
const UNSYNCED = [
  (bytes: Uint8Array) => bytes,
  () => new Uint8Array(0),
  (bytes: Uint8Array) => bytes.slice(0, bytes.length >> 1),
  (bytes: Uint8Array) => new Uint8Array(bytes.length),
] as const;

const SUBSETS_MAX = 10;

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

export class SimulatedDisk {
  readonly operations: Operation[] = [];
  readonly #names = new Map<string, number | "directory">([["/", "directory"]]);
  #files = 0;

  /** @param omits syncs that are left out: the mutation under test */
  fileSystem(omits: (kind: "file" | "directory", path: string) => boolean = () => false): FileSystem {
    return {
      create: async (path) => this.#create(path, omits("file", path)),
      append: async (path) => this.#append(path, omits("file", path)),
      open: async (path) => (this.#names.has(path) ? this.#readable(path) : undefined),
      link: async (from, to) => this.#name(to, this.#target(from)),
      rename: async (from, to) => this.#rename(from, to),
      unlink: async (path) => {
        this.#target(path);
        this.#names.delete(path);
        this.#log(path, [{ path, target: undefined }]);
      },
      makeDirectory: async (path) => this.#name(path, "directory"),
      syncDirectory: async (directory) => {
        if (!omits("directory", directory)) this.operations.push({ kind: "sync_directory", directory });
      },
      facts: async (path) => this.#facts(path),
      read: async (path) => this.#read(path),
      touch: async () => undefined,
      names: async (directory) =>
        [...this.#names.keys()]
          .filter((path) => path !== "/" && dirname(path) === directory)
          .map((path) => basename(path)),
    };
  }

  /** From here on the bytes must be under this path, whatever happens. */
  acknowledge(path: string, bytes: Uint8Array): void {
    this.operations.push({ kind: "acknowledged", path, bytes });
  }

  #create(path: string, omitsSync: boolean) {
    const file = this.#files;
    this.#files += 1;
    this.#name(path, file);
    return this.#writable(file, omitsSync);
  }

  #append(path: string, omitsSync: boolean): AppendableFile {
    const target = this.#names.get(path);
    if (target === "directory") throw failure("EISDIR");
    const writable = target === undefined ? this.#create(path, omitsSync) : this.#writable(target, omitsSync);
    return { ...this.#readable(path), ...writable };
  }

  #writable(file: number, omitsSync: boolean) {
    return {
      write: async (bytes: Uint8Array) => {
        const before = this.#bytesOf(file);
        const whole = new Uint8Array(before.length + bytes.length);
        whole.set(before);
        whole.set(bytes, before.length);
        this.operations.push({ kind: "data", file, bytes: whole });
      },
      sync: async () => {
        if (!omitsSync) this.operations.push({ kind: "sync_file", file });
      },
      close: async () => undefined,
    };
  }

  #readable(path: string): ReadableFile {
    const bytes = this.#read(path) ?? new Uint8Array(0);
    return {
      size_bytes: bytes.length,
      read: async (start, end) => bytes.slice(start, end),
      close: async () => undefined,
    };
  }

  #rename(from: string, to: string): void {
    const target = this.#target(from);
    this.#names.delete(from);
    this.#names.set(to, target);
    this.#log(to, [
      { path: to, target },
      { path: from, target: undefined },
    ]);
  }

  #name(path: string, target: number | "directory"): void {
    if (this.#names.has(path)) throw failure("EEXIST");
    if (this.#names.get(dirname(path)) !== "directory") throw failure("ENOENT");
    this.#names.set(path, target);
    this.#log(path, [{ path, target }]);
  }

  #target(path: string): number | "directory" {
    const target = this.#names.get(path);
    if (target === undefined) throw failure("ENOENT");
    return target;
  }

  #log(path: string, names: readonly Name[]): void {
    this.operations.push({ kind: "names", directory: dirname(path), names });
  }

  #read(path: string): Uint8Array | undefined {
    const target = this.#names.get(path);
    return target === undefined ? undefined : this.#bytesOf(target).slice();
  }

  #bytesOf(file: number | "directory"): Uint8Array {
    const data = this.operations.findLast((operation) => operation.kind === "data" && operation.file === file);
    return data?.kind === "data" ? data.bytes : new Uint8Array(0);
  }

  #facts(path: string) {
    const target = this.#names.get(path);
    if (target === undefined) return undefined;
    const size_bytes = this.#read(path)?.length ?? 0;
    const kind = target === "directory" ? ("directory" as const) : ("file" as const);
    return { kind, size_bytes, modified_unix_ms: 0, mode: 0o600, identity: String(target) };
  }
}

/**
 * Everything that a power cut after the first `count` operations may leave.
 * @param isWatched whether it matters which names of a path are there; the comings and goings of others would only
 *   multiply the images
 */
export function* imagesAfter(
  operations: readonly Operation[],
  count: number,
  isWatched: (path: string) => boolean = (path) => !path.endsWith(".tmp"),
): Generator<Image> {
  const done = operations.slice(0, count);
  const naming = done.flatMap((operation, at) => (operation.kind === "names" ? [{ ...operation, at }] : []));
  const isLoose = ({ directory, at }: { directory: string; at: number }): boolean =>
    !done.some((other, after) => after > at && other.kind === "sync_directory" && other.directory === directory);
  const loose = naming.filter((one) => isLoose(one) && one.names.some(({ path }) => isWatched(path)));
  if (loose.length > SUBSETS_MAX) throw new Error(`${loose.length} unsynced names give too many images`);
  for (let kept = 0; kept < 2 ** loose.length; kept++) {
    const lost = new Set(loose.filter((_, nth) => (kept & (2 ** nth)) === 0));
    const names = new Map<string, number | "directory">([["/", "directory"]]);
    for (const one of naming) if (!lost.has(one)) applyNames(names, one.names);
    for (const damage of UNSYNCED) yield imageOf(names, done, damage);
  }
}

function applyNames(names: Map<string, number | "directory">, changes: readonly Name[]): void {
  for (const { path, target } of changes)
    if (target === undefined) names.delete(path);
    else names.set(path, target);
}

function imageOf(
  names: ReadonlyMap<string, number | "directory">,
  done: readonly Operation[],
  damage: (bytes: Uint8Array) => Uint8Array,
): Image {
  const image = new Map<string, Uint8Array>();
  for (const [path, target] of names) {
    if (target === "directory" || !isReachable(names, path)) continue;
    image.set(path, contentOf(done, target, damage));
  }
  return image;
}

/** What was there at the last sync is sound; only what was written behind it is damaged. */
function contentOf(done: readonly Operation[], file: number, damage: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  let written = new Uint8Array(0);
  let synced = 0;
  for (const operation of done) {
    if (operation.kind === "data" && operation.file === file) written = new Uint8Array(operation.bytes);
    if (operation.kind === "sync_file" && operation.file === file) synced = written.length;
  }
  const damaged = damage(written.slice(synced));
  const content = new Uint8Array(synced + damaged.length);
  content.set(written.subarray(0, synced));
  content.set(damaged, synced);
  return content;
}

function isReachable(names: ReadonlyMap<string, unknown>, path: string): boolean {
  for (let parent = dirname(path); parent !== "/"; parent = dirname(parent)) if (!names.has(parent)) return false;
  return true;
}
