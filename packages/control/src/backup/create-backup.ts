/**
 * Copies a state while others write to it, so that the copy is one that could have been: what is looked at before the
 * ledger is copied first, then the ledger as of one moment, then every object that this moment names.
 */
import { type Digest, digestOf, encodeUtf8, writeCanonicalJson } from "@tau-edge/encoding";
import { startTreeHash } from "@tau-edge/ledger";
import { type BackupTarget, type Clock, type CommitPointers, type CopiedState, PortError } from "@tau-edge/ports";
import { BACKUP_ATTEMPTS_MAX } from "../limits.ts";
import { settlePointers } from "../rollouts/settle-pointers.ts";
import { answersOf } from "./answers.ts";
import { type CheckPorts, checkChains, foldedStreams, namedDigests } from "./backup-checks.ts";
import { type BackupHead, type DrArtifacts, writeBackupDocument } from "./backup-document.ts";
import { IncidentCollector } from "./incident-timeline.ts";
import { lastGoodOf } from "./last-good.ts";
import { RESTORE_PROCEDURE } from "./restore-procedure.ts";

export interface CreatePorts extends CheckPorts {
  readonly target: BackupTarget;
  readonly clock: Clock;
}

export interface CreateRequest {
  readonly program_version: string;
  /** Whether the target takes the agents, too. */
  readonly secrets: boolean;
  /** Beside the state: public trust data below `public/`, a configuration below `config/`. */
  readonly extra: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  /** Asked between two steps: throws when somebody wants it to end. */
  readonly checkGoingOn?: () => void;
}

export interface BackupReport {
  readonly head: BackupHead;
  /** Of `backup.json`. */
  readonly document: Digest;
  readonly files: number;
  readonly size_bytes: number;
  readonly records: number;
  readonly objects: number;
}

/**
 * Nothing stands under the backup's name before it is whole, and nothing is left of it where this throws.
 * @throws PortError `not_empty`, `ledger_corrupt`, `object_corrupt`, `object_condemned` (a record names an object that is
 *   lost), and what stores throw
 */
export async function createBackup(request: CreateRequest, ports: CreatePorts): Promise<BackupReport> {
  try {
    return await copied(request, ports);
  } catch (error) {
    await ports.target.discard();
    throw error;
  }
}

async function copied(request: CreateRequest, ports: CreatePorts): Promise<BackupReport> {
  const { target } = ports;
  const { schemas, left_out } = await target.copyFiles();
  for (let attempt = 1; ; attempt += 1) {
    request.checkGoingOn?.();
    const { state, schema } = await target.copyLedger();
    try {
      const copied = await copyObjects(state, request, ports);
      if (copied.missing === undefined) {
        const copy = await completed(state, request, ports);
        const report = await published({ ...copy.head, schemas: { ...schemas, ledger: schema }, left_out }, ports);
        return { ...report, records: copy.records, objects: copied.objects };
      }
      // It may have been collected after the ledger was copied: the next copy says so.
      if (attempt === BACKUP_ATTEMPTS_MAX) throw lost(copied.missing);
    } finally {
      await state.close();
    }
  }
}

/** @returns how many objects there are, or one that is gone and was not collected as of this copy */
async function copyObjects(
  state: CopiedState,
  { checkGoingOn }: CreateRequest,
  { target }: CreatePorts,
): Promise<{ readonly objects: number; readonly missing?: Digest }> {
  let objects = 0;
  for await (const digests of namedDigests(state)) {
    checkGoingOn?.();
    const gone = await target.copyObjects(digests);
    objects += digests.length - gone.length;
    for (const missing of gone)
      if ((await state.collection.collectedBy(missing)) === undefined) return { objects, missing };
  }
  return { objects };
}

type Unpublished = Omit<BackupHead, "schemas" | "left_out" | "tree_hash">;

/** Proves the copied records, completes the pointers that follow from them, and writes what is to be had on the day. */
async function completed(
  state: CopiedState & { readonly pointers: CommitPointers },
  request: CreateRequest,
  ports: CreatePorts,
): Promise<{ readonly head: Unpublished; readonly records: number }> {
  const incidents = new IncidentCollector();
  const { heads, records } = await checkChains(state, (stored) => incidents.take(stored));
  const streams = await foldedStreams(state);
  // A rollout may have been committed between the two copies: its pointer follows from its record, as after any crash.
  for (const known of streams) await settlePointers(known.state.stream, state.pointers, async () => known);
  const assignments = await answersOf(state.ledger, ports);
  for (const { path, bytes } of request.extra) await ports.target.write(path, bytes);
  const write = async (name: string, bytes: Uint8Array): Promise<Digest> => {
    await ports.target.write(`dr/${name}`, bytes);
    return digestOf(ports.sha256(bytes));
  };
  const dr: DrArtifacts = {
    last_good_hash: await write("last-good.json", writeCanonicalJson(lastGoodOf(streams))),
    restore_procedure_hash: await write("restore-procedure.md", encodeUtf8(RESTORE_PROCEDURE)),
    incident_timeline_hash: await write("incident-timeline.json", writeCanonicalJson(incidents.timeline())),
  };
  const { program_version, secrets } = request;
  const made_unix_ms = ports.clock.nowUnixMs();
  return { head: { v: 1, made_unix_ms, program_version, secrets, ledger: heads, assignments, dr }, records };
}

async function published(
  head: Omit<BackupHead, "tree_hash">,
  { target, startSha256 }: CreatePorts,
): Promise<Pick<BackupReport, "head" | "document" | "files" | "size_bytes">> {
  const files = await target.count();
  const tree = startTreeHash(files, startSha256);
  let size_bytes = 0;
  for await (const file of target.files()) {
    tree.add(file);
    size_bytes += file.size_bytes;
  }
  const whole: BackupHead = { ...head, tree_hash: tree.digest() };
  const document = await target.publish(writeBackupDocument(whole, target.files()));
  return { head: whole, document, files, size_bytes };
}

function lost(digest: Digest): PortError {
  return new PortError(
    "object_condemned",
    digest,
    "A record names the object, and it is neither stored nor collected",
    {
      remedy: "`tau-edge doctor` names all of them. Restore it from an earlier backup, or package its file again.",
    },
  );
}
