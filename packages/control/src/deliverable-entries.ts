/**
 * S1's `wasm_deliverables`: the newest deliverable of each blueprint and runtime profile (contract table 3.7) that was not
 * collected.
 */

import type { DeliverableEntry, WithdrawnEntry } from "@tau-edge/contract";
import { digestHex } from "@tau-edge/encoding";
import type { LedgerDeliverables } from "@tau-edge/ports";
import type { Catalog, Deliverable, StreamHead } from "./catalog.ts";

/**
 * @param default_output_dir where the files of a deliverable are unless its record says otherwise
 * @returns `seq` counts all records of all streams that hold deliverables, so it grows with every record
 */
export async function deliverableEntries(catalog: Catalog, default_output_dir: string): Promise<LedgerDeliverables> {
  const { heads, deliverables } = await catalog.snapshot();
  const { newest, withdrawn } = await sorted(catalog, deliverables);
  // Of several streams, the one that was written to last; the first by name where that was at the same time.
  const last = heads.reduce<StreamHead | undefined>(
    (latest, head) => (latest === undefined || head.at_unix_ms > latest.at_unix_ms ? head : latest),
    undefined,
  );
  return {
    seq: heads.reduce((sum, head) => sum + head.seq + 1, 0),
    ...(last === undefined ? {} : { record_hash: last.record_hash }),
    entries: newest.map((deliverable) => entryOf(deliverable, default_output_dir)),
    withdrawn,
  };
}

/** @param deliverables by blueprint, each newest first */
async function sorted(catalog: Catalog, deliverables: readonly Deliverable[]) {
  const newest = new Map<string, Deliverable>();
  const gone = new Map<string, WithdrawnEntry & { readonly artifact_sha256s: Set<string> }>();
  for (const deliverable of deliverables) {
    const { blueprint_id, runtime_profile, artifact, manifest } = deliverable;
    const identity = `${blueprint_id} ${runtime_profile}`;
    if (newest.has(identity)) continue;
    if ((await catalog.collected(artifact)) === undefined && (await catalog.collected(manifest)) === undefined) {
      newest.set(identity, deliverable);
      gone.delete(identity);
      continue;
    }
    const entry = gone.get(identity) ?? { blueprint_id, runtime_profile, artifact_sha256s: new Set() };
    entry.artifact_sha256s.add(digestHex(artifact));
    gone.set(identity, entry);
  }
  return { newest: [...newest.values()], withdrawn: [...gone.values()] };
}

function entryOf(deliverable: Deliverable, default_output_dir: string): DeliverableEntry {
  const hex = digestHex(deliverable.artifact);
  const stem = `${deliverable.output_dir ?? default_output_dir}/${deliverable.blueprint_id}/${hex}`;
  return {
    schema_version: 1,
    blueprint_id: deliverable.blueprint_id,
    deploy_target: "wasm",
    runtime_profile: deliverable.runtime_profile,
    constraint_profile_id: deliverable.constraint_profile_id,
    required_abi: deliverable.required_abi,
    required_feature_gates: [...deliverable.required_feature_gates],
    artifact_path: `${stem}.wasm`,
    manifest_path: `${stem}.manifest.json`,
    artifact_sha256: hex,
    artifact_size_bytes: deliverable.artifact_size_bytes,
    generated_unix_ms: deliverable.generated_unix_ms,
  };
}
