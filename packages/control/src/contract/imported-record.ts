/**
 * The record `contract_imported`: what the original's cycles left in `state.json` until then. The whole file stands in
 * objects, piece after piece, so that the case book can be made anew without it.
 */
import { type DeploymentHealth, readHealth, writeHealth } from "@tau-edge/contract";
import { type CborValue, fromHex, toHex } from "@tau-edge/encoding";
import { type Actor, Fields, type RecordDraft, type StoredRecord } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import { readable } from "./cycle-record.ts";

export const CONTRACT_IMPORTED = "contract_imported";

export interface ImportedFacts {
  /** `StateFacts.cycles_sha256` of the file: which cycles these were. */
  readonly cycles_sha256: string;
  readonly size_bytes: number;
  readonly processed_case_count: number;
  readonly rollout_count: number;
  readonly failed_case_count: number;
  /** With what the event log said of the last cycle that tried a case. */
  readonly health: DeploymentHealth;
  /** The file in order; digests of 32 bytes. */
  readonly pieces: readonly Uint8Array[];
}

export function draftImported(facts: ImportedFacts, actor: Actor): RecordDraft {
  const body: { [key: string]: CborValue } = {
    v: 1,
    ...facts,
    cycles_sha256: fromHex(facts.cycles_sha256),
    health: { ...writeHealth(facts.health) },
  };
  return { type: CONTRACT_IMPORTED, actor, body };
}

/** @throws PortError `ledger_corrupt`, `ledger_newer` */
export function importedOf(stored: StoredRecord): ImportedFacts {
  const { record } = stored;
  const at = `${record.stream}#${record.seq}`;
  return readable(stored, () => {
    const fields = new Fields(record.body, at);
    fields.version(1);
    const facts = {
      cycles_sha256: toHex(fields.bytes("cycles_sha256", 32)),
      size_bytes: fields.integer("size_bytes"),
      processed_case_count: fields.integer("processed_case_count"),
      rollout_count: fields.integer("rollout_count"),
      failed_case_count: fields.integer("failed_case_count"),
      health: healthIn(fields.value("health"), at),
      pieces: fields.list("pieces", (item, place) => new Fields({ piece: item }, place).bytes("piece", 32)),
    };
    fields.end();
    return facts;
  });
}

function healthIn(value: CborValue, at: string): DeploymentHealth {
  const counters: { [field: string]: number } = {};
  if (typeof value === "object" && value !== null)
    for (const [field, counter] of Object.entries(value)) if (typeof counter === "number") counters[field] = counter;
  const health = readHealth(counters);
  if (typeof health !== "string") return health;
  throw new PortError("ledger_corrupt", at, `The counter ${health} is none`);
}
