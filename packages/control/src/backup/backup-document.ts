/**
 * `backup.json`: what a backup says of itself (RFC 8785). Its list of files may have a million entries, so it is written
 * and read in pieces; everything else in it is small.
 */
import { type Digest, decodeUtf8, encodeUtf8, writeCanonicalJson } from "@tau-edge/encoding";
import type { TreeEntry } from "@tau-edge/ledger";
import type { LeftOut, SchemaVersions } from "@tau-edge/ports";

export const BACKUP_DOCUMENT = "backup.json";

/** Everything in it but the list of files. */
export interface BackupHead {
  readonly v: 1;
  readonly made_unix_ms: number;
  /** The version of the program that made it. */
  readonly program_version: string;
  /** Of each database that was copied. */
  readonly schemas: SchemaVersions;
  /** The end of each stream as it was copied. */
  readonly ledger: readonly RecordedHead[];
  /** Of each stream that serves anything. */
  readonly assignments: readonly RecordedAssignment[];
  readonly left_out: readonly LeftOut[];
  /** Whether the gateway's key, links, agents and tokens are in it: it is then as secret as they are. */
  readonly secrets: boolean;
  readonly dr: DrArtifacts;
  /** Over every file but the document itself and its checksum. */
  readonly tree_hash: Digest;
}

export interface RecordedHead {
  readonly stream: string;
  readonly seq: number;
  readonly hash: Digest;
}

export interface RecordedAssignment {
  readonly stream: string;
  readonly seq: number;
  /** Of who gets what. */
  readonly assignment_hash: Digest;
  /** Of what 1,000 keys are answered. */
  readonly answers_hash: Digest;
}

/** Files for the day on which the backup is needed, by the digests of their bytes (S3 II.F, disaster recovery). */
export interface DrArtifacts {
  readonly last_good_hash: Digest;
  readonly restore_procedure_hash: Digest;
  readonly incident_timeline_hash: Digest;
}

/** What is written at once: some hundred entries, so that the disk is not asked for each of them. */
const PIECE_CHARS = 64 * 1024;

/**
 * The canonical bytes of the document, in pieces.
 * @param files in the order of a tree hash
 */
export async function* writeBackupDocument(
  head: BackupHead,
  files: AsyncIterable<TreeEntry>,
): AsyncGenerator<Uint8Array> {
  // RFC 8785 section 3.2.3: members are sorted, so the list stands between those before it and those after it.
  const members = Object.entries(head).sort(([a], [b]) => (a < b ? -1 : 1));
  const written = ([key, value]: readonly [string, unknown]) => `${textOf(key)}:${textOf(value)}`;
  const before = members.filter(([key]) => key < "files").map(written);
  const after = members.filter(([key]) => key > "files").map(written);
  let piece = `{${before.join(",")},"files":[`;
  let separator = "";
  for await (const { path, size_bytes, sha256 } of files) {
    piece += `${separator}${textOf({ path, size_bytes, sha256 })}`;
    separator = ",";
    if (piece.length < PIECE_CHARS) continue;
    yield encodeUtf8(piece);
    piece = "";
  }
  yield encodeUtf8(`${piece}],${after.join(",")}}`);
}

function textOf(value: unknown): string {
  return decodeUtf8(writeCanonicalJson(value));
}
