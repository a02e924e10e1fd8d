/** Takes over what the original left: its state into the ledger, once and whole, and its other files to their places. */
import { StateReader } from "@tau-edge/contract";
import type { Actor } from "@tau-edge/ledger";
import { type FileTree, type OpenCaseBook, PortError, type TreeFile } from "@tau-edge/ports";
import { catchUp } from "./catch-up.ts";
import type { CyclePorts } from "./cycle-ports.ts";
import { type CycleRecordPlace, placeOf } from "./cycle-report.ts";
import { findState, lastImported } from "./found-state.ts";
import { showRecord } from "./show-record.ts";
import { takeOver } from "./take-over.ts";

export interface ImportRequest {
  readonly actor: Actor;
  /** A tree of the original that is to be copied first; absent: what stands in the state directory already. */
  readonly from?: FileTree;
  readonly accept_clock?: boolean;
}

export interface ImportReport {
  /** `unchanged`: it was imported before, or a cycle of ours has written it since. `nothing`: no cycle ever left anything. */
  readonly outcome: "imported" | "unchanged" | "nothing";
  readonly processed_case_count: number;
  readonly rollout_count: number;
  readonly failed_case_count: number;
  /** Relative to the state directory; what stood there already with the same bytes is not among them. */
  readonly copied_files: readonly string[];
  readonly record?: CycleRecordPlace;
}

export interface ImportPorts extends CyclePorts {
  /** Of the state directory. */
  readonly tree: FileTree;
}

/**
 * @throws PortError `state_corrupt`, `state_newer`, `state_foreign` (something else stands where a file would go: it is
 *   kept), and what stores throw
 */
export async function importState(request: ImportRequest, ports: ImportPorts): Promise<ImportReport> {
  return ports.book.exclusively((book) => importInto(book, request, ports));
}

async function importInto(book: OpenCaseBook, request: ImportRequest, ports: ImportPorts): Promise<ImportReport> {
  const head = await catchUp(book, await findState(ports), ports);
  const copied_files = request.from === undefined ? [] : await copy(request.from, ports);
  const found = await findState(ports);
  const { facts } = found;
  const counts = {
    processed_case_count: facts?.processed_case_count ?? 0,
    rollout_count: facts?.rollout_count ?? 0,
    failed_case_count: facts?.failed_case_count ?? 0,
  };
  if (!found.isNew) return { outcome: facts?.shows_cycles === true ? "unchanged" : "nothing", ...counts, copied_files };
  const records = await takeOver(book, head, request, ports);
  for (const stored of records) await showRecord(stored, book, found, ports);
  return { outcome: "imported", ...counts, copied_files, record: placeOf(records) };
}

const STATE_FILE = "state.json";

/**
 * The state is looked at first, so that nothing is copied beside one that is refused, and copied last: a copy that was cut
 * short shows no cycles, so that nobody imports half of it.
 */
async function copy(from: FileTree, ports: ImportPorts): Promise<readonly string[]> {
  const state = await stateIn(from);
  // Whatever stands there, it is no state directory.
  if (state === undefined) return [];
  const isMissing = !(await wasImported(state, ports));
  const copied: string[] = [];
  for await (const file of from.files()) {
    if (file.path === STATE_FILE) continue;
    if (await ports.tree.add(file.path, file.chunks())) copied.push(file.path);
  }
  if (isMissing && (await ports.tree.add(STATE_FILE, state.chunks()))) copied.push(STATE_FILE);
  return copied;
}

async function stateIn(from: FileTree): Promise<TreeFile | undefined> {
  for await (const file of from.files()) if (file.path === STATE_FILE) return file;
  return undefined;
}

/**
 * Whether the last import took over these cycles: the file has our stamp since, and other bytes.
 * @throws PortError `state_foreign` for one that has our stamp already: it is about another ledger than ours
 */
async function wasImported(state: TreeFile, { ledger, startSha256 }: ImportPorts): Promise<boolean> {
  const reader = new StateReader({}, startSha256);
  for await (const chunk of state.chunks()) if (!reader.push(chunk)) break;
  const read = reader.end();
  if (read.outcome === "refused")
    throw new PortError(read.code, `${STATE_FILE} ${read.at}`, read.detail, { remedy: read.remedy });
  if (read.written_by !== "original")
    throw new PortError(
      "state_foreign",
      `${STATE_FILE} $.tau_edge`,
      "This program wrote it, beside a ledger of its own",
      {
        remedy: "Import what `tau-edge state export ./exported --state-dir DIR` makes of that directory.",
      },
    );
  return (await lastImported(ledger))?.cycles_sha256 === read.cycles_sha256;
}
