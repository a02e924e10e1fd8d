/** Is everything there that a deployment needs? Named checks, each with what was found or what is wrong. */

import type { LedgerReader, ObjectReader } from "@tau-edge/ports";
import { type Deliverable, openCatalog } from "./catalog.ts";

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

/** Checks of the state: every record chains, and every object that a deliverable names is there in its size. */
export function stateChecks(ledger: LedgerReader, objects: ObjectReader): readonly DoctorCheck[] {
  const catalog = openCatalog(ledger);
  return [
    {
      name: "ledger",
      async run() {
        const { heads } = await catalog.snapshot();
        const records = heads.reduce((sum, head) => sum + head.seq + 1, 0);
        return { detail: `records: ${records}, streams: ${heads.length}; all of them chain` };
      },
    },
    {
      name: "objects",
      async run() {
        const deliverables = await catalog.all();
        const missing = (await Promise.all(deliverables.map((each) => missingOf(each, objects)))).flat();
        const [first] = missing;
        if (first !== undefined)
          throw Object.assign(new Error(`${missing.length} objects are missing or have another size, ${first} first`), {
            code: "object_corrupt",
            remedy: "Package the file again: what is missing is stored anew.",
          });
        return { detail: `deliverables: ${deliverables.length}, each with its artifact and manifest` };
      },
    },
  ];
}

async function missingOf(deliverable: Deliverable, objects: ObjectReader): Promise<readonly string[]> {
  const parts = [
    [deliverable.artifact, deliverable.artifact_size_bytes],
    [deliverable.manifest, deliverable.manifest_size_bytes],
  ] as const;
  const found = await Promise.all(parts.map(async ([digest]) => (await objects.stat(digest))?.size_bytes));
  return parts.filter(([, size], i) => found[i] !== size).map(([digest]) => digest);
}

function described(error: unknown): { detail: string; code?: string; remedy?: string } {
  if (!(error instanceof Error)) return { detail: String(error) };
  return {
    detail: error.message,
    ...("code" in error && typeof error.code === "string" ? { code: error.code } : {}),
    ...("remedy" in error && typeof error.remedy === "string" ? { remedy: error.remedy } : {}),
  };
}
