/** What of a state directory goes into a backup, and under which names. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareUtf8 } from "@tau-edge/encoding";
import type { LeftOut, LeftOutReason } from "@tau-edge/ports";
import { AGENTS } from "./agent-directory-tables.ts";
import type { DatabaseKind } from "./database-kind.ts";
import { fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { LEDGER } from "./ledger-tables.ts";
import { WINDOWS } from "./window-tables.ts";

/** The state in a backup; beside it are files that belong to no state. */
export const BACKUP_STATE = "state";
export const BACKUP_DOCUMENT_NAME = "backup.json";
export const BACKUP_CHECKSUM_NAME = "backup.json.sha256";

/** By their names in a backup's document. */
export const DATABASES = {
  ledger: { kind: LEDGER, file: "tau-edge/ledger.db" },
  windows: { kind: WINDOWS, file: "tau-edge/windows.db" },
  agents: { kind: AGENTS, file: "tau-edge/agents.db" },
} as const satisfies Readonly<Record<string, { readonly kind: DatabaseKind; readonly file: string }>>;

/** Single files of the deployment, and state files that were moved aside: what others wrote is in them alone. */
export const DEPLOYMENT_FILE = /^(?:state\.json(?:\.foreign\.\d+)?|browser-did\.json)$/;
export const EVENT_LOG = /^runtime-events\.jsonl(?:\.\d+)?$/;
/** Copied with all below them. */
export const DEPLOYMENT_TREES = ["tau-edge/committed", "channel-store"];

/** Of writers that died, or are just writing; and locks of those that cannot link. */
export function isPassing(path: string): boolean {
  return /(?:^|\/)\.[^/]+\.tmp$|\.lock$/.test(path);
}

function isDeploymentFile(path: string): boolean {
  return DEPLOYMENT_FILE.test(path) || EVENT_LOG.test(path);
}

/** Objects and pointers are read-only: readable copies of objects are links to them. */
export function isReadOnly(path: string): boolean {
  return path.startsWith("tau-edge/objects/") || path.startsWith("tau-edge/committed/");
}

/** Why a name is passed over; undefined where it is copied, or is a log or index of SQLite whose content is copied. */
function reasonOf(path: string, secrets: boolean): LeftOutReason | undefined {
  if (/^tau-edge\/(?:objects|committed|(?:ledger|windows)\.db)$/.test(path)) return undefined;
  if (path === "tau-edge/agents.db") return secrets ? undefined : "secret";
  if (/^tau-edge\/[a-z]+\.db-(?:wal|shm|journal)$/.test(path)) return undefined;
  if (path === "tau-edge/cases.db" || path === "wasm-artifacts") return "made_again";
  if (path === "tau-edge/incoming" || path === "tau-edge/undo" || isPassing(path)) return "passing";
  if (path === "channel-store" || isDeploymentFile(path)) return undefined;
  return "not_ours";
}

const BESIDE_STATE =
  /^(?:dr\/(?:last-good\.json|restore-procedure\.md|incident-timeline\.json)|public\/gateway-did\.json|config\/[^/]+)$/;
const STATE_FILE =
  /^(?:tau-edge\/(?:(?:ledger|windows)\.db|objects\/sha256\/([0-9a-f]{2})\/\1[0-9a-f]{62}|committed\/.+)|channel-store\/.+)$/;

/**
 * Whether a backup has a file under this path. What a restore would put beside it was put there by somebody else: a log
 * of SQLite changes its database, and agents in a backup without secrets are nobody's here.
 */
export function belongsInBackup(path: string, secrets: boolean): boolean {
  if (!path.startsWith(`${BACKUP_STATE}/`)) return BESIDE_STATE.test(path);
  const within = path.slice(BACKUP_STATE.length + 1);
  if (within === DATABASES.agents.file) return secrets;
  return STATE_FILE.test(within) || isDeploymentFile(within);
}

/** Sorted by path. */
export async function leftOutOf(home: string, secrets: boolean): Promise<readonly LeftOut[]> {
  const names = (await namesIn(home)).filter((name) => name !== "tau-edge");
  const ours = (await namesIn(join(home, "tau-edge"))).map((name) => `tau-edge/${name}`);
  return [...names, ...ours].sort(compareUtf8).flatMap((path) => {
    const reason = reasonOf(path, secrets);
    return reason === undefined ? [] : { path, reason };
  });
}

export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (posixCode(error) === "ENOENT") return [];
    throw fileError(error, directory);
  }
}
