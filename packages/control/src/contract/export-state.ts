/**
 * Writes a tree as the original has it: its layout, its keys, and what it passes over kept.
 *
 * | here                             | there                                                          |
 * |----------------------------------|----------------------------------------------------------------|
 * | `state.json`                     | without our stamp, everything else byte for byte               |
 * | `channel-store/deployment/NAME/` | `channel-store/channels/deployment/NAME/`, behind what is there |
 * | `tau-edge/`                      | left out                                                       |
 * | any other file                   | the same                                                       |
 */
import { type StateFacts, type StateRefusal, UnstampedState } from "@tau-edge/contract";
import { compareUtf8, type Digest, digestOf, type Sha256, type StartSha256 } from "@tau-edge/encoding";
import { type FileTree, type LedgerReader, PortError, type TreeFile } from "@tau-edge/ports";
import { CYCLE_STREAM } from "../stream.ts";
import { CONTRACT_IMPORTED, importedOf } from "./imported-record.ts";
import { Pieces } from "./pieces.ts";

export interface ExportPorts {
  /** Of the state directory. */
  readonly tree: FileTree;
  readonly ledger: LedgerReader;
  readonly sha256: Sha256;
  readonly startSha256: StartSha256;
  /** Where to. */
  readonly into: FileTree;
}

export interface ExportReport {
  /** Relative to the target, sorted by their UTF-8 bytes. */
  readonly files: readonly string[];
  /** `imported`: byte for byte what was imported last. */
  readonly state: "none" | "imported" | "written";
}

/**
 * @throws PortError `state_corrupt`, `state_newer`, `state_foreign` (also when something else stands where a file would
 *   go), and what stores throw
 */
export async function exportState(ports: ExportPorts): Promise<ExportReport> {
  const sources = new Map<string, TreeFile[]>();
  for await (const file of ports.tree.files()) {
    const to = file.path.replace(OURS, ORIGINALS);
    // Of a channel that both have, the original's part comes first: `channels/` is sorted before `deployment/`.
    sources.set(to, [...(sources.get(to) ?? []), file]);
  }
  const [state] = sources.get(STATE_FILE) ?? [];
  // Read before anything is written, so that nothing stands beside a state that is refused; and written last.
  if (state !== undefined) for await (const _ of new ReadForExport(state, ports).blocks());
  for (const [to, files] of sources) if (to !== STATE_FILE) await ports.into.add(to, joined(to, files));
  return {
    files: [...sources.keys()].sort(compareUtf8),
    state: state === undefined ? "none" : await exportStateFile(state, ports),
  };
}

const STATE_FILE = "state.json";
const OURS = /^channel-store\/deployment\//;
const ORIGINALS = "channel-store/channels/deployment/";

async function* joined(to: string, files: readonly TreeFile[]): AsyncGenerator<Uint8Array> {
  // Of a page, the newer one counts, and whose channel it is the original said first.
  if (to.endsWith(".jsonl")) yield* joinedLines(files);
  else for (const part of files.slice(to.endsWith("/schema.json") ? 0 : -1).slice(0, 1)) yield* part.chunks();
}

/** The last line of a file may have no end; the next file's first line begins behind a line break all the same. */
async function* joinedLines(files: readonly TreeFile[]): AsyncGenerator<Uint8Array> {
  let isEnded = true;
  for (const file of files) {
    let isFirst = true;
    for await (const chunk of file.chunks()) {
      if (chunk.length === 0) continue;
      if (isFirst && !isEnded) yield LINE_FEED;
      isFirst = false;
      yield chunk;
      isEnded = chunk.at(-1) === LINE_FEED[0];
    }
  }
}

const LINE_FEED = Uint8Array.of(0x0a);

async function exportStateFile(file: TreeFile, ports: ExportPorts): Promise<ExportReport["state"]> {
  const read = new ReadForExport(file, ports);
  await ports.into.add(STATE_FILE, read.blocks());
  return (await read.isImport(ports.ledger)) ? "imported" : "written";
}

/** The state file without our stamp, and what it says of itself. */
class ReadForExport {
  readonly #file: TreeFile;
  readonly #startSha256: StartSha256;
  readonly #pieces: Pieces;
  readonly #written: Digest[] = [];
  #facts: StateFacts | undefined;

  constructor(file: TreeFile, { sha256, startSha256 }: ExportPorts) {
    this.#file = file;
    this.#startSha256 = startSha256;
    this.#pieces = new Pieces(async (bytes) => void this.#written.push(digestOf(sha256(bytes))));
  }

  async *blocks(): AsyncGenerator<Uint8Array> {
    const state = new UnstampedState(this.#startSha256);
    for await (const chunk of this.#file.chunks()) {
      const refusal = yield* noted(state.push(chunk), this.#pieces);
      if (refusal !== undefined) throw refused(refusal);
    }
    const read = yield* noted(state.end(), this.#pieces);
    if (read.outcome === "refused") throw refused(read);
    if (read.written_by === "foreign")
      throw new PortError("state_foreign", `${STATE_FILE} ${read.foreign_at ?? "$"}`, "Somebody else changed it", {
        remedy: "`tau-edge doctor --rebuild-files` moves the file aside and writes it anew from the ledger.",
      });
    await this.#pieces.end();
    this.#facts = read;
  }

  /** Whether the blocks were byte for byte what was imported last. */
  async isImport(ledger: LedgerReader): Promise<boolean> {
    const cycles = this.#facts?.stamp?.cycles;
    if (cycles === undefined) return false;
    const [stored] = await ledger.read(CYCLE_STREAM, cycles.seq, 1);
    if (stored?.record.type !== CONTRACT_IMPORTED) return false;
    const imported = importedOf(stored).pieces.map(digestOf);
    const written = this.#written;
    return imported.length === written.length && imported.every((digest, nth) => digest === written[nth]);
  }
}

/** Passes blocks on, and remembers what they were. */
async function* noted<Result>(
  blocks: Generator<Uint8Array, Result, undefined>,
  pieces: Pieces,
): AsyncGenerator<Uint8Array, Result, undefined> {
  for (;;) {
    const next = blocks.next();
    if (next.done === true) return next.value;
    await pieces.add(next.value);
    yield next.value;
  }
}

function refused({ code, at, detail, remedy }: StateRefusal): PortError {
  return new PortError(code, `${STATE_FILE} ${at}`, detail, { remedy });
}
