/** Which schema each store of a state directory has. Looks, and changes nothing. */
import { readdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { CONTRACT_LIMITS, readState } from "@tau-edge/contract";
import { EncodingError, readJson } from "@tau-edge/encoding";
import { PAYLOAD_BYTES_MAX } from "@tau-edge/identity";
import { PortError, type PortErrorCode, type StoreName, type StoreVersion } from "@tau-edge/ports";
import { AGENTS, agentsPath } from "./agent-directory-tables.ts";
import { CASE_BOOK, caseBookPath } from "./case-book-tables.ts";
import type { DatabaseKind } from "./database-kind.ts";
import { fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { LEDGER, ledgerPath } from "./ledger-tables.ts";
import { startNativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { pragma } from "./sqlite-database.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { openStateBytes } from "./state-bytes.ts";
import { WINDOWS, windowsPath } from "./window-tables.ts";

/** Of everything that is no database there was one schema so far. */
const ONLY_VERSION = 1;

/** @throws PortError the `_newer` or `_corrupt` code of the first store that this program cannot read */
export async function storeVersions(stateDir: string): Promise<readonly StoreVersion[]> {
  const home = resolve(stateDir);
  const row = (store: StoreName, path: string, found: number | undefined, writes: number): StoreVersion => ({
    store,
    path: relative(home, path).replaceAll("\\", "/"),
    ...(found === undefined ? {} : { found }),
    writes,
  });
  const database = async (store: StoreName, path: string, kind: DatabaseKind) =>
    row(store, path, await databaseVersion(path, kind), kind.version);
  const only = (store: StoreName, path: string, isThere: boolean) =>
    row(store, path, isThere ? ONLY_VERSION : undefined, ONLY_VERSION);
  const objects = join(home, "tau-edge", "objects");
  const state = join(home, "state.json");
  const channels = join(home, "channel-store", "deployment");
  const identity = join(home, "browser-did.json");
  return [
    await database("ledger", ledgerPath(home), LEDGER),
    await database("windows", windowsPath(home), WINDOWS),
    await database("case_book", caseBookPath(home), CASE_BOOK),
    await database("agents", agentsPath(home), AGENTS),
    only("objects", objects, await hasKnownObjects(objects)),
    only("state_file", state, hasKnownState(state)),
    only("channels", channels, await hasKnownChannels(channels)),
    only("identity", identity, (await schemaVersion(identity, PAYLOAD_BYTES_MAX, "state_newer")) !== undefined),
  ];
}

async function databaseVersion(path: string, kind: DatabaseKind): Promise<number | undefined> {
  const file = new SqliteFile(path, kind);
  try {
    return await file.read(undefined, (database) => pragma(database, "user_version"));
  } finally {
    file.close();
  }
}

/** Objects lie below the name of their hash function; another name beside it is a layout that came later. */
async function hasKnownObjects(path: string): Promise<boolean> {
  const names = await namesIn(path);
  const strange = names.find((name) => name !== "sha256");
  if (strange === undefined) return names.length > 0;
  throw newer("state_newer", join(path, strange), "Objects lie there in a way that this program does not know");
}

/** What somebody else wrote into the file is no matter of schemas. */
function hasKnownState(path: string): boolean {
  const found = openStateBytes(path);
  if (found === undefined) return false;
  try {
    const facts = readState(found.chunks, {}, startNativeSha256);
    if (facts.outcome !== "refused" || facts.code === "state_foreign") return true;
    throw new PortError(facts.code, `${path} ${facts.at}`, facts.detail, { remedy: facts.remedy });
  } finally {
    found.close();
  }
}

async function hasKnownChannels(path: string): Promise<boolean> {
  const names = await namesIn(path);
  for (const name of names)
    await schemaVersion(join(path, name, "schema.json"), CONTRACT_LIMITS.channel_schema_bytes_max, "state_newer");
  return names.length > 0;
}

/**
 * The member `schema_version` of a small document. What is none, or has no number there, is for whoever reads it.
 * @returns undefined when there is no file
 */
async function schemaVersion(
  path: string,
  size_bytes_max: number,
  code: PortErrorCode,
): Promise<number | "none" | undefined> {
  const bytes = await readFile(path, size_bytes_max);
  if (bytes === undefined) return undefined;
  const version = memberOf(bytes, size_bytes_max);
  if (version === undefined) return "none";
  if (version > ONLY_VERSION)
    throw newer(code, path, `The file has schema ${version}, this program knows ${ONLY_VERSION}`);
  return version;
}

function memberOf(bytes: Uint8Array, size_bytes_max: number): number | undefined {
  try {
    const document: unknown = readJson(bytes, { size_bytes_max });
    if (typeof document !== "object" || document === null || !("schema_version" in document)) return undefined;
    return typeof document.schema_version === "number" ? document.schema_version : undefined;
  } catch (error) {
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}

async function readFile(path: string, size_bytes_max: number): Promise<Uint8Array | undefined> {
  try {
    return await nodeFileSystem.read(path, size_bytes_max);
  } catch (error) {
    const code = posixCode(error);
    if (code === "ENOTDIR") return undefined;
    if (code === "ELOOP" || code === "EFTYPE" || code === "EFBIG")
      throw new PortError("state_corrupt", path, "It is not the file that it should be", {
        cause: error,
        remedy: "Move it aside.",
      });
    throw fileError(error, path);
  }
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (posixCode(error) === "ENOENT") return [];
    throw fileError(error, path);
  }
}

function newer(code: PortErrorCode, path: string, detail: string): PortError {
  return new PortError(code, path, detail, {
    remedy: "Use the version of this program that wrote it, or a later one.",
  });
}
