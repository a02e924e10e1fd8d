/** What SQLite's errors mean here. Deno gives the text alone for some of them, so both code and text are understood. */
import { PortError } from "@tau-edge/ports";
import type { DatabaseKind } from "./database-kind.ts";
import { NO_ACCESS_REMEDY } from "./durable-files.ts";

export type SqliteProblem =
  | "busy"
  | "read_only"
  | "cannot_open"
  | "full"
  | "input_output"
  | "corrupt"
  | "other"
  | "not_sqlite";

/** Primary result codes, https://www.sqlite.org/rescode.html, and SQLite's own words for them. */
const PROBLEMS: readonly (readonly [number, string, SqliteProblem])[] = [
  [5, "database is locked", "busy"],
  [8, "attempt to write a readonly database", "read_only"],
  [10, "disk I/O error", "input_output"],
  [11, "database disk image is malformed", "corrupt"],
  [13, "database or disk is full", "full"],
  [14, "unable to open database file", "cannot_open"],
  [26, "file is not a database", "corrupt"],
];

export function sqliteProblem(error: unknown): SqliteProblem {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_SQLITE_ERROR") return "not_sqlite";
  const code = "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
  const row = PROBLEMS.find(([number, text]) => (code === undefined ? error.message.includes(text) : code === number));
  return row?.[2] ?? "other";
}

/** The error of the port for what SQLite threw while it read or opened; what is not from SQLite stays as it is. */
export function sqliteError(error: unknown, at: string, kind: DatabaseKind): unknown {
  const cause = { cause: error };
  switch (sqliteProblem(error)) {
    case "not_sqlite":
      return error;
    case "corrupt":
      return new PortError(kind.corrupt, at, "SQLite cannot read the file", {
        ...cause,
        remedy: "The file is kept. Restore it from a backup, or move it aside.",
      });
    case "full":
      return new PortError("store_full", at, "The disk or the quota is full", cause);
    case "busy":
      return new PortError("store_unavailable", at, `Another process does not release the ${kind.name}`, cause);
    case "read_only":
    case "cannot_open":
      return new PortError("store_unavailable", at, `This account may not use the ${kind.name}`, {
        ...cause,
        remedy: NO_ACCESS_REMEDY,
      });
    case "input_output":
    case "other":
      return new PortError("store_unavailable", at, error instanceof Error ? error.message : "SQLite failed", cause);
  }
}
