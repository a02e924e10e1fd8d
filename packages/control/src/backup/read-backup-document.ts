/** Reads `backup.json` in pieces, after proving by its checksum that it is what was written. */
import {
  digestHex,
  digestOf,
  EncodingError,
  encodeUtf8,
  equalBytes,
  type JsonScanEvent,
  JsonScanner,
  type JsonValue,
  readJson,
  type StartSha256,
} from "@tau-edge/encoding";
import type { TreeEntry } from "@tau-edge/ledger";
import { type BackupReader, PortError } from "@tau-edge/ports";
import { BACKUP_DOCUMENT_BYTES_MAX, BACKUP_MEMBER_BYTES_MAX } from "../limits.ts";
import { BACKUP_DOCUMENT, type BackupHead } from "./backup-document.ts";
import { DocumentFields, readItem } from "./document-fields.ts";

type Source = Pick<BackupReader, "document" | "checksum" | "schemas">;

export interface ReadHead {
  /** Everything but the list of files. */
  readonly head: BackupHead;
  /** How many files are listed. */
  readonly files: number;
}

/** @throws PortError `backup_corrupt`, `backup_newer` */
export async function readBackupHead(source: Source, startSha256: StartSha256): Promise<ReadHead> {
  await checkDocument(source, startSha256);
  const members: { [key: string]: JsonValue } = {};
  let files: number | undefined;
  for await (const event of eventsOf(source)) {
    if (event.kind === "member") members[event.key] = parsed(event.raw, event.at);
    else files = event.kind === "element" ? event.index + 1 : (files ?? 0);
  }
  const version = members["v"];
  // First of all: a newer one may have members that this program does not know.
  if (typeof version === "number" && version > 1) throw newer(`It has version ${version}, this program knows 1`);
  if (files === undefined) throw corrupt("It has no list of files");
  const head = readHead(new DocumentFields(members, BACKUP_DOCUMENT));
  checkSchemas(head, source);
  return { head, files };
}

/**
 * The list of files, as it stands.
 * @throws PortError `backup_corrupt`
 */
export async function* backupFiles(source: Source): AsyncGenerator<TreeEntry> {
  for await (const event of eventsOf(source))
    if (event.kind === "element")
      yield readItem(parsed(event.raw, event.at), `${BACKUP_DOCUMENT} files[${event.index}]`, (file) => ({
        path: file.text("path"),
        size_bytes: file.count("size_bytes"),
        sha256: file.digest("sha256"),
      }));
}

/** As `sha256sum` writes and checks it. */
export function checksumLine(hex: string): Uint8Array {
  return encodeUtf8(`${hex}  ${BACKUP_DOCUMENT}\n`);
}

async function checkDocument(source: Source, startSha256: StartSha256): Promise<void> {
  const pieces = await source.document();
  if (pieces === undefined) throw corrupt("There is none, so this is no backup, or one that was never finished");
  const hash = startSha256();
  for await (const piece of pieces) hash.update(piece);
  const line = checksumLine(digestHex(digestOf(hash.digest())));
  const found = await source.checksum();
  if (found === undefined || !equalBytes(found, line))
    throw new PortError("backup_corrupt", `${BACKUP_DOCUMENT}.sha256`, "The document is not what its checksum says");
}

async function* eventsOf(source: Source): AsyncGenerator<JsonScanEvent> {
  const scanner = new JsonScanner({
    arrays: ["files"],
    value_bytes_max: BACKUP_MEMBER_BYTES_MAX,
    document_bytes_max: BACKUP_DOCUMENT_BYTES_MAX,
  });
  try {
    for await (const piece of (await source.document()) ?? []) yield* scanner.push(piece);
    scanner.end();
  } catch (error) {
    throw error instanceof EncodingError ? corrupt(error.message) : error;
  }
}

function parsed(raw: Uint8Array, at: number): JsonValue {
  try {
    return readJson(raw, { size_bytes_max: BACKUP_MEMBER_BYTES_MAX });
  } catch (error) {
    throw error instanceof EncodingError ? corrupt(error.movedBy(at).message) : error;
  }
}

function readHead(fields: DocumentFields): BackupHead {
  if (fields.count("v") !== 1) throw corrupt("The version is 1");
  const schemas = fields.map("schemas").counts();
  const dr = fields.map("dr");
  const head: BackupHead = {
    v: 1,
    made_unix_ms: fields.count("made_unix_ms"),
    program_version: fields.text("program_version"),
    schemas,
    ledger: fields.list("ledger", (end) => ({
      stream: end.text("stream"),
      seq: end.count("seq"),
      hash: end.digest("hash"),
    })),
    assignments: fields.list("assignments", (one) => ({
      stream: one.text("stream"),
      seq: one.count("seq"),
      assignment_hash: one.digest("assignment_hash"),
      answers_hash: one.digest("answers_hash"),
    })),
    left_out: fields.list("left_out", (one) => ({
      path: one.text("path"),
      reason: one.word("reason", ["made_again", "secret", "passing", "not_ours"]),
    })),
    secrets: fields.flag("secrets"),
    dr: {
      last_good_hash: dr.digest("last_good_hash"),
      restore_procedure_hash: dr.digest("restore_procedure_hash"),
      incident_timeline_hash: dr.digest("incident_timeline_hash"),
    },
    tree_hash: fields.digest("tree_hash"),
  };
  dr.end();
  fields.end();
  return head;
}

/** @throws PortError `backup_newer` for a database that this program does not know, or not in this version */
function checkSchemas({ schemas }: BackupHead, source: Source): void {
  for (const [name, version] of Object.entries(schemas)) {
    const known = source.schemas[name] ?? 0;
    if (version > known) throw newer(`Its ${name} has schema ${version}, this program knows ${known}`);
  }
}

function newer(detail: string): PortError {
  return new PortError("backup_newer", BACKUP_DOCUMENT, detail, {
    remedy: "Use the version of this program that made it, or a later one.",
  });
}

function corrupt(detail: string): PortError {
  return new PortError("backup_corrupt", BACKUP_DOCUMENT, detail);
}
