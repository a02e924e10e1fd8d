import {
  type Digest,
  decodeUtf8,
  digestOf,
  encodeUtf8,
  readJson,
  sha256,
  startSha256,
  toHex,
  writeCanonicalJson,
} from "@tau-edge/encoding";
import { type TreeEntry, treeHash } from "@tau-edge/ledger";
import type { BackupReader } from "@tau-edge/ports";
import { describe, expect, it } from "vitest";
import { type BackupHead, writeBackupDocument } from "./backup-document.ts";
import { checkFiles } from "./backup-files.ts";
import { backupFiles, checksumLine, readBackupHead } from "./read-backup-document.ts";

const digest: Digest = digestOf(sha256(encodeUtf8("x")));
const DR = ["dr/incident-timeline.json", "dr/last-good.json", "dr/restore-procedure.md"];
const file = (path: string): TreeEntry => ({ path, size_bytes: 1, sha256: digest });
const FILES = [...DR, ...Array.from({ length: 2_000 }, (_, nth) => `state/${String(nth).padStart(5, "0")}`)].map(file);

const HEAD: BackupHead = {
  v: 1,
  made_unix_ms: 1_770_000_000_000,
  program_version: "1.2.3",
  schemas: { ledger: 2, windows: 1 },
  ledger: [{ stream: "system", seq: 3, hash: digest }],
  assignments: [{ stream: "default/prod/shop", seq: 9, assignment_hash: digest, answers_hash: digest }],
  left_out: [{ path: "wasm-artifacts", reason: "made_again" }],
  secrets: false,
  dr: { last_good_hash: digest, restore_procedure_hash: digest, incident_timeline_hash: digest },
  tree_hash: treeHash(FILES, startSha256),
};

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

async function written(head: BackupHead, files: readonly TreeEntry[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeBackupDocument(head, each(files))) pieces.push(piece);
  return encodeUtf8(pieces.map((piece) => decodeUtf8(piece)).join(""));
}

/** A backup that has these files, each with one byte. */
function backupWith(document: Uint8Array, paths: readonly string[] = FILES.map(({ path }) => path)): BackupReader {
  return {
    schemas: { ledger: 2, windows: 1, agents: 1 },
    // In small pieces, so that every value is cut somewhere.
    document: async () =>
      each(
        Array.from({ length: Math.ceil(document.length / 100) }, (_, nth) => nth * 100).map((at) =>
          document.subarray(at, at + 100),
        ),
      ),
    checksum: async () => checksumLine(toHex(sha256(document))),
    paths: () => each(paths),
    belongs: () => true,
    size: async () => 1,
    measure: async () => ({ size_bytes: 1, sha256: digest }),
    state: () => {
      throw new Error("nobody asks");
    },
  };
}

describe("backup.json", () => {
  it("is written in pieces as RFC 8785 has it, and read in pieces as it was written", async () => {
    const bytes = await written(HEAD, FILES);
    expect(decodeUtf8(bytes)).toBe(decodeUtf8(writeCanonicalJson(readJson(bytes))));
    const backup = backupWith(bytes);
    expect(await readBackupHead(backup, startSha256)).toEqual({ head: HEAD, files: FILES.length });
    const files: TreeEntry[] = [];
    for await (const entry of backupFiles(backup)) files.push(entry);
    expect(files).toEqual(FILES);
  });

  it.each<[string, object]>([
    ["a member that nobody knows", { more: 1 }],
    ["a member of another type", { made_unix_ms: "now" }],
    ["a fraction where a count stands", { ledger: [{ stream: "system", seq: 0.5, hash: digest }] }],
    ["a digest that is none", { tree_hash: "sha256:00" }],
    ["a reason that nobody gives", { left_out: [{ path: "x", reason: "because" }] }],
    ["a version that never was", { v: 0 }],
  ])("is refused with %s", async (_what, change) => {
    const bytes = writeCanonicalJson({ ...HEAD, files: FILES, ...change });
    await expect(readBackupHead(backupWith(bytes), startSha256)).rejects.toMatchObject({ code: "backup_corrupt" });
  });

  it.each<[string, object]>([
    ["is of a later version, whatever else it says", { v: 2, files: "elsewhere" }],
    ["has a database of a later version", { schemas: { ledger: 3 } }],
    ["has a database that this program does not know", { schemas: { registry: 1 } }],
  ])("is refused as newer when it %s", async (_what, change) => {
    const bytes = writeCanonicalJson({ ...HEAD, files: FILES, ...change });
    await expect(readBackupHead(backupWith(bytes), startSha256)).rejects.toMatchObject({ code: "backup_newer" });
  });

  it("is not read at all when it is not what its checksum says, or has none", async () => {
    const bytes = await written(HEAD, FILES);
    for (const checksum of [undefined, checksumLine("0".repeat(64)), encodeUtf8("")]) {
      const backup = { ...backupWith(bytes), checksum: async () => checksum };
      await expect(readBackupHead(backup, startSha256)).rejects.toMatchObject({ at: "backup.json.sha256" });
    }
  });
});

describe("the files of a backup", () => {
  const paths = FILES.map(({ path }) => path);
  const check = async (listed: readonly TreeEntry[], found: readonly string[], head: BackupHead = HEAD) => {
    const backup = backupWith(await written(head, listed), found);
    return checkFiles(backup, { head, files: listed.length }, startSha256, (path) => backup.measure(path)).then(
      (size_bytes) => `${size_bytes} bytes`,
      (error: { code: string; at: string }) => `${error.code} ${error.at}`,
    );
  };

  it("are those that are listed, all of them and no other", async () => {
    expect(await check(FILES, paths)).toBe(`${FILES.length} bytes`);
    expect(
      await check(
        FILES,
        paths.filter((path) => path !== "state/00007"),
      ),
    ).toBe("backup_corrupt state/00007");
    expect(await check(FILES, paths.slice(0, -1))).toBe("backup_corrupt state/01999");
    expect(await check(FILES, [...paths, "state/more"])).toBe("backup_corrupt state/more");
    expect(await check(FILES, ["a", ...paths])).toBe("backup_corrupt a");
  });

  it("have the bytes and the length that are listed", async () => {
    const listed = await written(HEAD, FILES);
    for (const sum of [
      { size_bytes: 1, sha256: digestOf(sha256(encodeUtf8("y"))) },
      { size_bytes: 2, sha256: digest },
    ]) {
      const measure = async (path: string) => (path === "state/00009" ? sum : { size_bytes: 1, sha256: digest });
      const checked = checkFiles(backupWith(listed), { head: HEAD, files: FILES.length }, startSha256, measure);
      await expect(checked).rejects.toMatchObject({ code: "backup_corrupt", at: "state/00009" });
    }
  });

  it("are not read when they are longer than what is listed: one without end would never be told", async () => {
    const asked: string[] = [];
    const endless = { ...backupWith(await written(HEAD, FILES)), size: async () => 2 ** 50 };
    const measure = async (path: string) => {
      asked.push(path);
      return { size_bytes: 1, sha256: digest };
    };
    const checked = checkFiles(endless, { head: HEAD, files: FILES.length }, startSha256, measure);
    await expect(checked).rejects.toMatchObject({ code: "backup_corrupt", at: FILES[0]?.path });
    expect(asked).toEqual([]);
  });

  it("are those of the tree hash, in its order, and those that the document names by themselves", async () => {
    const other = { ...HEAD, tree_hash: digest };
    expect(await check(FILES, paths, other)).toBe("backup_corrupt backup.json");
    const twice = [...FILES, file("state/01999")];
    expect(
      await check(
        twice,
        twice.map(({ path }) => path),
      ),
    ).toBe("backup_corrupt backup.json");
    const fewer = FILES.filter(({ path }) => path !== "dr/last-good.json");
    expect(
      await check(
        fewer,
        fewer.map(({ path }) => path),
      ),
    ).toBe("backup_corrupt dr/last-good.json");
    const escaping = [...DR.map(file), file("state/../../x")];
    expect(
      await check(
        escaping,
        escaping.map(({ path }) => path),
      ),
    ).toBe("backup_corrupt backup.json");
  });
});
