/**
 * Removes what the ledger says is collected: the readable copies first, then the objects with their marks. The marks say
 * what is left to do, so that whoever comes after a crash does it.
 */
import type { Digest } from "@tau-edge/encoding";
import { type DeliverableCopy, SWEEP_OBJECTS_MAX } from "@tau-edge/ports";
import { deliverableEntries } from "../deliverable-entries.ts";
import type { Amount, CollectionPorts } from "./collection.ts";
import { UNLINKED_AT_ONCE_MAX } from "./limits.ts";
import { NOTHING, plus } from "./tally.ts";

/** @returns what of the store went now */
export async function tidy(ports: CollectionPorts): Promise<Amount> {
  const collected = await collectedMarks(ports);
  if (collected.size === 0) return NOTHING;
  await unlinkCopies(collected, ports);
  return sweepAll(ports);
}

/** Brings the list of deliverables up to what is there, where it may name something that is gone. */
export async function refreshList({ files, catalog, default_output_dir = "" }: CollectionPorts): Promise<void> {
  if (files === undefined) return;
  const entries = () => deliverableEntries(catalog, default_output_dir);
  const { withdrawn = [] } = await entries();
  if (withdrawn.length > 0) await files.refresh(entries);
}

async function collectedMarks({ collection }: CollectionPorts): Promise<ReadonlySet<Digest>> {
  const collected = new Set<Digest>();
  for await (const page of collection.marks())
    for (const { digest, mark } of page) if (mark === "collected") collected.add(digest);
  return collected;
}

async function unlinkCopies(collected: ReadonlySet<Digest>, { files, catalog, collection }: CollectionPorts) {
  if (files === undefined) return;
  const copies: DeliverableCopy[] = [];
  for (const { blueprint_id, artifact, manifest, output_dir } of await catalog.all()) {
    // Somebody asked for these in a place of their own.
    if (output_dir !== undefined) continue;
    if (collected.has(artifact)) copies.push({ blueprint_id, artifact, part: "artifact", digest: artifact });
    if (collected.has(manifest)) copies.push({ blueprint_id, artifact, part: "manifest", digest: manifest });
  }
  for (let from = 0; from < copies.length; from += UNLINKED_AT_ONCE_MAX) {
    const part = copies.slice(from, from + UNLINKED_AT_ONCE_MAX);
    await files.unlink(async () => {
      const still: DeliverableCopy[] = [];
      for (const copy of part) if ((await collection.mark(copy.digest))?.mark === "collected") still.push(copy);
      return still;
    });
  }
}

async function sweepAll({ collection }: CollectionPorts): Promise<Amount> {
  let swept = NOTHING;
  for (;;) {
    const { removed, size_bytes, left } = await collection.sweep(SWEEP_OBJECTS_MAX);
    swept = plus(swept, { size_bytes }, removed);
    if (!left) return swept;
  }
}
