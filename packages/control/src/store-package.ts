/**
 * Makes a prepared package last: objects first, then the record that names them, then the files for people. A crash
 * after any step leaves a state that the same call completes.
 */

import type { Actor, RecordDraft } from "@tau-edge/ledger";
import { type Clock, type DeploymentFiles, type LedgerStore, type ObjectStore, PortError } from "@tau-edge/ports";
import { type Catalog, type Deliverable, deliverableOf } from "./catalog.ts";
import { appendVouched, vouchingFor } from "./clock-record.ts";
import { draftDeepVerdict, type RecordedVerdict, sameVerdict } from "./deep-record.ts";
import { deliverableEntries } from "./deliverable-entries.ts";
import { APPEND_ATTEMPTS_MAX } from "./limits.ts";
import type { PackageReport } from "./package-report.ts";
import { draftPackaged, samePackaged } from "./packaged-record.ts";
import type { PreparedPackage } from "./prepare-package.ts";
import { putThenAppend } from "./put-then-append.ts";
import { PACKAGING_ENVIRONMENT, packagingStream } from "./stream.ts";

export interface StorePorts {
  readonly objects: ObjectStore;
  readonly ledger: LedgerStore;
  /** Of the same ledger. */
  readonly catalog: Catalog;
  /** Made for the output directory of the request. */
  readonly files: Pick<DeploymentFiles, "check" | "link" | "refresh">;
  /** Where `files` puts things when no output directory was asked for, as it should be printed. */
  readonly default_output_dir: string;
  readonly clock: Clock;
}

export interface StoreOptions {
  /** The actor vouches for a clock that is far from the last record's time; without it that is refused. */
  readonly accept_clock?: boolean;
}

/** @throws PortError whatever the stores throw; nothing is acknowledged then */
export async function storePackage(
  prepared: PreparedPackage,
  actor: Actor,
  ports: StorePorts,
  options: StoreOptions = {},
): Promise<PackageReport> {
  const { facts } = prepared;
  const deliverables = () => deliverableEntries(ports.catalog, ports.default_output_dir);
  // Whatever the last steps would refuse is refused now, before anything is written.
  await ports.files.check(facts, deliverables);
  const put = () =>
    Promise.all([
      ports.objects.putIfAbsent(facts.artifact, prepared.artifact_bytes),
      ports.objects.putIfAbsent(facts.manifest, prepared.manifest_bytes),
    ]);
  const { deliverable, created } = await putThenAppend(put, () => record(prepared, actor, ports, options));
  const paths = await ports.files.link(facts);
  await ports.files.refresh(deliverables);
  return {
    ...prepared.report,
    outcome: created ? "packaged" : "unchanged",
    ...paths,
    record: {
      stream: deliverable.stream,
      seq: deliverable.seq,
      record_hash: deliverable.record_hash,
      at_unix_ms: deliverable.packaged_at_unix_ms,
    },
  };
}

/** Appends what is not recorded yet; decides anew whenever somebody else was first. */
async function record(
  prepared: PreparedPackage,
  actor: Actor,
  ports: StorePorts,
  options: StoreOptions,
): Promise<{ readonly deliverable: Deliverable; readonly created: boolean }> {
  const { facts } = prepared;
  const stream = packagingStream(facts.blueprint_id);
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const snapshot = await ports.catalog.snapshot();
    const newest = snapshot.deliverables.find((deliverable) => deliverable.stream === stream);
    const known = newest !== undefined && samePackaged(newest, facts) ? newest : undefined;
    const verdicts = verdictDrafts(prepared, actor, snapshot.deepVerdict(stream, facts.artifact));
    if (known !== undefined && verdicts.length === 0) return { deliverable: known, created: false };
    const head = snapshot.heads.find((known) => known.stream === stream);
    const request = {
      stream,
      expected_seq: head?.seq ?? -1,
      drafts: known === undefined ? [draftPackaged(facts, actor), ...verdicts] : verdicts,
      objects: [facts.artifact, facts.manifest],
      now_unix_ms: ports.clock.nowUnixMs(),
    };
    const vouching = head && vouchingFor(head.at_unix_ms, request.now_unix_ms, actor, options.accept_clock);
    const result = await appendVouched(ports.ledger, request, vouching);
    const stored = result.outcome === "appended" ? result.records[0] : undefined;
    if (stored === undefined) continue;
    if (known !== undefined) return { deliverable: known, created: false };
    return { deliverable: deliverableOf(stored, PACKAGING_ENVIRONMENT), created: true };
  }
  throw new PortError("store_unavailable", stream, "Other writers were first every time", {
    remedy: "Package fewer files of one blueprint at once.",
  });
}

/** A verdict that says what the last one said is not recorded again. */
function verdictDrafts(
  { facts, deep }: PreparedPackage,
  actor: Actor,
  recorded: RecordedVerdict | undefined,
): readonly RecordDraft[] {
  if (deep.reason === "not_asked" || sameVerdict(recorded, deep)) return [];
  return [draftDeepVerdict(facts.artifact, deep, actor)];
}
