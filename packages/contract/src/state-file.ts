/**
 * S1's `state.json`, written as a projection: the ledger's deliverables put into whatever the file holds already.
 *
 * | the file                                            | what is written                                           |
 * |-----------------------------------------------------|-----------------------------------------------------------|
 * | absent                                              | S1's empty state and the deliverables                     |
 * | without our stamp (the original's)                  | everything it has, and the deliverables                   |
 * | as we wrote it, or only keys of others changed      | everything it has, and the deliverables                   |
 * | our keys changed, or our stamp                      | nothing: `state_foreign`                                  |
 * | unreadable, of another shape, or of a newer schema  | nothing: `state_corrupt`, `state_newer`                   |
 * | too large once it is written in our layout          | nothing: `state_corrupt`                                  |
 *
 * Two spaces a level, no newline at the end, as the original writes it. Entries that the ledger does not know (imported
 * from the original) stay as they are, at their place; an entry of the ledger replaces the first of its identity.
 */
import { equalBytes, type Sha256 } from "@tau-edge/encoding";
import { type DeliverableEntry, deliverableEntrySchema } from "./deliverable-entry.ts";
import type { DeploymentHealth } from "./health.ts";
import { CONTRACT_LIMITS } from "./limits.ts";
import { type JsonObject, own, readStateDocument, refuseState, type StateRefusal } from "./state-document.ts";
import { type Authorship, authorshipOf, type LedgerPosition, type StateStamp, stampDocument } from "./state-stamp.ts";

export interface ProjectedState {
  readonly outcome: "projected";
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** False when the file holds exactly these bytes already. */
  readonly changed: boolean;
  /** Whose file it was. */
  readonly was: "absent" | Exclude<Authorship["by"], "foreign">;
}

export interface DeploymentState {
  readonly outcome: "read";
  readonly processed_case_count: number;
  readonly rollout_count: number;
  readonly health: DeploymentHealth;
  /** In file order. */
  readonly wasm_deliverables: readonly DeliverableEntry[];
  /** Entries that lack a field, or have one of another type. They are kept in the file. */
  readonly unreadable_deliverables: number;
  readonly written_by: Authorship["by"];
  readonly stamp?: StateStamp;
}

/**
 * @param existing the file's bytes, undefined when there is none
 * @param entries all deliverables that the ledger knows, one an identity
 * @param position the head that `entries` were read at
 */
export function projectState(
  existing: Uint8Array | undefined,
  entries: readonly DeliverableEntry[],
  position: LedgerPosition,
  sha256: Sha256,
): ProjectedState | StateRefusal {
  if (existing === undefined) return projected(existing, {}, [], entries, position, sha256, "absent");
  const read = readStateDocument(existing);
  if (read.outcome === "refused") return read;
  const author = authorshipOf(read.document, existing, sha256);
  if (author.by === "foreign")
    return refuseState("state_foreign", author.at, "Somebody else changed what this program writes");
  return projected(existing, read.document, read.deliverables, entries, position, sha256, author.by);
}

/** For status and doctor: what the file says, and whether it is still ours. */
export function readState(bytes: Uint8Array, sha256: Sha256): DeploymentState | StateRefusal {
  const read = readStateDocument(bytes);
  if (read.outcome === "refused") return read;
  const { document, deliverables, health } = read;
  const author = authorshipOf(document, bytes, sha256);
  const readable = deliverables.flatMap((entry) => {
    const parsed = deliverableEntrySchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
  return {
    outcome: "read",
    processed_case_count: lengthOf(document, "processed_case_keys"),
    rollout_count: lengthOf(document, "rollouts"),
    health,
    wasm_deliverables: readable,
    unreadable_deliverables: deliverables.length - readable.length,
    written_by: author.by,
    ...("stamp" in author && { stamp: author.stamp }),
  };
}

function projected(
  existing: Uint8Array | undefined,
  document: JsonObject,
  listed: readonly JsonObject[],
  entries: readonly DeliverableEntry[],
  position: LedgerPosition,
  sha256: Sha256,
  was: ProjectedState["was"],
): ProjectedState | StateRefusal {
  const empty: JsonObject = {
    schema_version: 1,
    processed_case_keys: [],
    rollouts: [],
    health: {},
    wasm_deliverables: [],
  };
  const missing = Object.fromEntries(Object.entries(empty).filter(([key]) => !Object.hasOwn(document, key)));
  const next: JsonObject = { ...document, ...missing, wasm_deliverables: upsert(listed, entries) };
  const bytes = stampDocument(next, position, sha256);
  const max = CONTRACT_LIMITS.state_bytes_max;
  // Indentation makes a dense file longer; what could not be read again is not written.
  if (bytes.length > max)
    return refuseState("state_corrupt", "$", `The file would have ${bytes.length} bytes, at most ${max} are read`);
  return { outcome: "projected", bytes, changed: existing === undefined || !equalBytes(existing, bytes), was };
}

function upsert(listed: readonly JsonObject[], entries: readonly DeliverableEntry[]): JsonObject[] {
  const pending = new Map(entries.map((entry) => [identityOf(entry.blueprint_id, entry.runtime_profile), entry]));
  const kept = listed.map((old) => {
    const identity = identityOf(own(old, "blueprint_id"), own(old, "runtime_profile"));
    const entry = pending.get(identity);
    pending.delete(identity);
    return entry === undefined ? old : toObject(entry);
  });
  return [...kept, ...[...pending.values()].map(toObject)];
}

function identityOf(blueprintId: unknown, runtimeProfile: unknown): string {
  return typeof blueprintId === "string" && typeof runtimeProfile === "string"
    ? JSON.stringify([blueprintId, runtimeProfile])
    : "";
}

/** S1's field order, and nothing that an entry may carry beside. */
function toObject(entry: DeliverableEntry): JsonObject {
  return {
    schema_version: entry.schema_version,
    blueprint_id: entry.blueprint_id,
    deploy_target: entry.deploy_target,
    runtime_profile: entry.runtime_profile,
    constraint_profile_id: entry.constraint_profile_id,
    required_abi: entry.required_abi,
    required_feature_gates: [...entry.required_feature_gates],
    artifact_path: entry.artifact_path,
    manifest_path: entry.manifest_path,
    artifact_sha256: entry.artifact_sha256,
    artifact_size_bytes: entry.artifact_size_bytes,
    generated_unix_ms: entry.generated_unix_ms,
  };
}

function lengthOf(document: JsonObject, key: string): number {
  const value = own(document, key);
  return Array.isArray(value) ? value.length : 0;
}
