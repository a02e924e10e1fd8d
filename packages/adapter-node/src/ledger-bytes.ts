/** How much of a disk the ledger takes. */
import { stat } from "node:fs/promises";
import { fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { ledgerPath } from "./ledger-tables.ts";

/** Of the file and of its write-ahead log; 0 before the first record. @throws PortError `store_unavailable` */
export async function ledgerBytes(stateDir: string): Promise<number> {
  const path = ledgerPath(stateDir);
  return (await bytesOf(path)) + (await bytesOf(`${path}-wal`));
}

async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (posixCode(error) === "ENOENT") return 0;
    throw fileError(error, path);
  }
}
