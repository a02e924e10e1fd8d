/** The tables of `<state-dir>/tau-edge/windows.db`. */
import { resolve } from "node:path";
import { WINDOW_TABLES, WINDOWS_SCHEMA_VERSION } from "@tau-edge/ports";
import type { DatabaseKind } from "./database-kind.ts";

export function windowsPath(stateDir: string): string {
  return resolve(stateDir, "tau-edge", "windows.db");
}

export const WINDOWS: DatabaseKind = {
  name: "file of windows",
  // "TAUW"
  applicationId: 0x54415557,
  version: WINDOWS_SCHEMA_VERSION,
  corrupt: "windows_corrupt",
  newer: "windows_newer",
  tables: WINDOW_TABLES,
};
