/** The file `<state-dir>/tau-edge/agents.db`. */
import { resolve } from "node:path";
import { DIRECTORY_SCHEMA_VERSION, DIRECTORY_TABLES } from "@tau-edge/ports";
import type { DatabaseKind } from "./database-kind.ts";

export function agentsPath(stateDir: string): string {
  return resolve(stateDir, "tau-edge", "agents.db");
}

export const AGENTS: DatabaseKind = {
  name: "agent directory",
  // "TAUA"
  applicationId: 0x54415541,
  version: DIRECTORY_SCHEMA_VERSION,
  corrupt: "directory_corrupt",
  newer: "directory_newer",
  tables: DIRECTORY_TABLES,
  isPrivate: true,
};
