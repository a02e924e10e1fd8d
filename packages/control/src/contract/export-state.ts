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
  let state: ExportReport["state"] = "none";
  for (const [to, files] of sources) {
    if (to === STATE_FILE) state = await exportStateFile(files, ports);
    else await ports.into.add(to, joined(to, files));
  }
  return { files: [...sources.keys()].sort(compareUtf8), state };
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

async function exportStateFile([file]: readonly TreeFile[], ports: ExportPorts): Promise<ExportReport["state"]> {
  if (file === undefined) return "none";
  const written: Digest[] = [];
  const pieces = new Pieces(async (bytes) => void written.push(digestOf(ports.sha256(bytes))));
  let facts: StateFacts | undefined;
  const blocks = async function* (): AsyncGenerator<Uint8Array> {
    const state = new UnstampedState(ports.startSha256);
    for await (const chunk of file.chunks()) {
      const refusal = yield* noted(state.push(chunk), pieces);
      if (refusal !== undefined) throw refused(refusal);
    }
    const read = yield* noted(state.end(), pieces);
    if (read.outcome === "refused") throw refused(read);
    if (read.written_by === "foreign")
      throw new PortError("state_foreign", `${STATE_FILE} ${read.foreign_at ?? "$"}`, "Somebody else changed it", {
        remedy: "`tau-edge doctor --rebuild-files` moves the file aside and writes it anew from the ledger.",
      });
    facts = read;
  };
  await ports.into.add(STATE_FILE, blocks());
  await pieces.end();
  return facts !== undefined && (await isImport(facts, written, ports.ledger)) ? "imported" : "written";
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

async function isImport({ stamp }: StateFacts, written: readonly Digest[], ledger: LedgerReader): Promise<boolean> {
  if (stamp?.cycles === undefined) return false;
  const [stored] = await ledger.read(CYCLE_STREAM, stamp.cycles.seq, 1);
  if (stored?.record.type !== CONTRACT_IMPORTED) return false;
  const imported = importedOf(stored).pieces.map(digestOf);
  return imported.length === written.length && imported.every((digest, nth) => digest === written[nth]);
}

function refused({ code, at, detail, remedy }: StateRefusal): PortError {
  return new PortError(code, `${STATE_FILE} ${at}`, detail, { remedy });
}
