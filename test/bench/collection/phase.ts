/**
 * One phase of the benchmark in a process of its own, because what a process had in memory at most is known once.
 * Arguments: the state directory and the phase. Says `Measured` on stdout.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { ManualClock } from "@tau-edge/adapter-memory";
import { openState } from "@tau-edge/adapter-node";
import { askCollected, makeCollecting, openCatalog } from "@tau-edge/control";
import { type LedgerReader, READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { END_UNIX_MS } from "./large-state.ts";

export const PHASE_PROGRAM = fileURLToPath(import.meta.url);
export const PHASES = ["bare", "verify", "dry_run", "plan", "run"] as const;
export type Phase = (typeof PHASES)[number];

export interface Measured {
  readonly time_ms: number;
  /** Of all processors: what else the machine did meanwhile counts for little. */
  readonly cpu_ms: number;
  readonly peak_mb: number;
}

const HOUR_MS = 60 * 60 * 1000;
const PERSON = { kind: "local", id: "somebody" } as const;

/** Every row and every name once, and nothing is made of them. */
function readBare(stateDir: string): void {
  const database = new DatabaseSync(join(stateDir, "tau-edge", "ledger.db"), { readOnly: true });
  let read = 0;
  for (const sql of ["SELECT stream, seq, bytes, hash FROM record", "SELECT digest, stream, seq FROM named_object"])
    for (const row of database.prepare(sql).iterate()) read += Object.keys(row).length;
  database.close();
  const objects = join(stateDir, "tau-edge", "objects", "sha256");
  for (const directory of readdirSync(objects)) read += readdirSync(join(objects, directory)).length;
  if (read === 0) throw new Error("there is nothing to read");
}

/** Each page proves its records, and that they continue the page before. */
async function verifyChains(ledger: LedgerReader): Promise<void> {
  for (const { stream, seq } of await ledger.ends())
    for (let from = 0; from <= seq; from += READ_PAGE_RECORDS_MAX)
      await ledger.read(stream, from, READ_PAGE_RECORDS_MAX);
}

async function perform(stateDir: string, phase: Phase): Promise<void> {
  if (phase === "bare") return readBare(stateDir);
  const clock = new ManualClock(END_UNIX_MS + (phase === "run" ? 26 : 1) * HOUR_MS);
  const state = await openState(stateDir, { clock });
  const { ledger, objects, collection, files, default_output_dir, sha256 } = state;
  const catalog = openCatalog(ledger, askCollected(collection, objects));
  const ports = { ledger, objects, collection, catalog, files, default_output_dir, clock, sha256 };
  const collecting = makeCollecting(ports, PERSON);
  if (phase === "verify") await verifyChains(ledger);
  else if (phase === "run") expectSome((await collecting.run()).collected.objects);
  else expectSome((await collecting.plan({ dry_run: phase === "dry_run" })).condemned.objects);
  await state.close();
}

function expectSome(objects: number): void {
  if (objects === 0) throw new Error("nothing was condemned or collected, so nothing was measured");
}

if (process.argv[1] === PHASE_PROGRAM) {
  const [, , stateDir = "", asked = ""] = process.argv;
  const phase = PHASES.find((one) => one === asked);
  if (phase === undefined) throw new Error(`no phase ${asked}`);
  const before = process.cpuUsage();
  const began = performance.now();
  await perform(stateDir, phase);
  const time_ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const cpu_ms = (user + system) / 1_000;
  console.log(JSON.stringify({ time_ms, cpu_ms, peak_mb: process.resourceUsage().maxRSS / 1_000 }));
}
