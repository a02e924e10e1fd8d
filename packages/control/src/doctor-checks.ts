/** Is everything there that a deployment needs? Named checks, each with what was found or what is wrong. */

import type { Digest } from "@tau-edge/encoding";
import { type LedgerReader, type ObjectReader, PortError } from "@tau-edge/ports";
import { type AskCollected, openCatalog } from "./catalog.ts";
import { verifyChains } from "./verify-chains.ts";

export interface DoctorCheck {
  /** Lowercase words joined by `_`. */
  readonly name: string;
  /** @returns what was found; a failed check throws, with `code` and `remedy` where the error has them */
  run(): Promise<CheckResult>;
}

export interface CheckResult {
  readonly detail: string;
  /** Something that works without it but is worth having. */
  readonly remedy?: string;
}

export interface DoctorFinding {
  readonly name: string;
  readonly status: "ok" | "note" | "failed";
  readonly detail: string;
  /** Of a failed check: the error's code. */
  readonly code?: string;
  readonly remedy?: string;
}

/** Runs all of them whatever fails: the second fault is worth knowing too. */
export async function runDoctor(checks: readonly DoctorCheck[]): Promise<readonly DoctorFinding[]> {
  const findings: DoctorFinding[] = [];
  for (const { name, run } of checks) {
    try {
      const found = await run();
      findings.push({ name, status: found.remedy === undefined ? "ok" : "note", ...found });
    } catch (error) {
      findings.push({ name, status: "failed", ...described(error) });
    }
  }
  return findings;
}

export interface StateCheckPorts {
  readonly ledger: LedgerReader;
  readonly objects: ObjectReader;
  /** Absent where nothing is ever collected. */
  readonly collected?: AskCollected;
  /** What the place that holds the ledger finds wrong with itself: nothing, when it is sound. */
  integrityProblems(): Promise<readonly string[]>;
}

/** Checks of the state: the store of the ledger is sound, every record chains, every object has its digest. */
export function stateChecks(ports: StateCheckPorts): readonly DoctorCheck[] {
  return [
    { name: "ledger_store", run: () => checkStore(ports) },
    { name: "ledger", run: () => checkChains(ports.ledger) },
    { name: "objects", run: () => checkObjects(ports) },
  ];
}

async function checkStore(ports: StateCheckPorts): Promise<CheckResult> {
  const problems = await ports.integrityProblems();
  const [first] = problems;
  if (first === undefined) return { detail: "sound" };
  throw new PortError("ledger_corrupt", "ledger", `Faults in the store of the ledger: ${problems.length}; ${first}`, {
    remedy: "The file is kept. Restore it from a backup, or move it aside.",
  });
}

async function checkChains(ledger: LedgerReader): Promise<CheckResult> {
  const { records, streams } = await verifyChains(ledger);
  return { detail: `records: ${records}, streams: ${streams}; all of them chain` };
}

async function checkObjects({ ledger, objects, collected }: StateCheckPorts): Promise<CheckResult> {
  const deliverables = await openCatalog(ledger).all();
  const named = new Set(deliverables.flatMap(({ artifact, manifest }) => [artifact, manifest]));
  const faulty: Digest[] = [];
  let gone = 0;
  // One after another: a thousand at once would run out of file handles.
  for (const digest of named) {
    if (await isWhole(digest, objects)) continue;
    if ((await collected?.(digest)) === undefined) faulty.push(digest);
    else gone += 1;
  }
  const [first] = faulty;
  const without = gone === 0 ? "" : `; collected: ${gone}`;
  if (first === undefined)
    return {
      detail: `deliverables: ${deliverables.length}, each with its artifact and manifest, hashed anew${without}`,
    };
  throw new PortError("object_corrupt", first, `Objects that are missing or have other bytes: ${faulty.length}`, {
    remedy: "Remove what has other bytes, then package the file again: what is missing is stored anew.",
  });
}

async function isWhole(digest: Digest, objects: ObjectReader): Promise<boolean> {
  try {
    // The first opening in a process proves the digest.
    const opened = await objects.open(digest);
    await opened?.close();
    return opened !== undefined;
  } catch (error) {
    if (error instanceof PortError && error.code === "object_corrupt") return false;
    throw error;
  }
}

function described(error: unknown): { detail: string; code?: string; remedy?: string } {
  if (!(error instanceof Error)) return { detail: String(error) };
  return {
    detail: error.message,
    ...("code" in error && typeof error.code === "string" ? { code: error.code } : {}),
    ...("remedy" in error && typeof error.remedy === "string" ? { remedy: error.remedy } : {}),
  };
}
