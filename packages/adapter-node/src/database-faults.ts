/**
 * What is wrong with a database that somebody may have had in his hands: pages, rows, and whatever is in it that this
 * program did not make. A trigger would undo what is acknowledged, and a view would say what no record says.
 */
import { DatabaseSync } from "node:sqlite";
import type { DatabaseKind } from "./database-kind.ts";
import { SqliteFile } from "./sqlite-file.ts";

/**
 * @returns at most some hundred faults in words; none where there is no such file
 * @throws PortError `kind.corrupt`, `kind.newer`, `store_unavailable`
 */
export async function databaseFaults(path: string, kind: DatabaseKind): Promise<readonly string[]> {
  const file = new SqliteFile(path, kind);
  try {
    // A strange schema first: nothing else is asked of it then.
    return await file.read([], (database) => {
      const strange = strangeParts(database, kind);
      return strange.length > 0 ? strange : brokenParts(database);
    });
  } finally {
    file.close();
  }
}

export function brokenParts(database: DatabaseSync): readonly string[] {
  const lines = database.prepare("PRAGMA integrity_check(100)").all();
  return lines.map((row) => String(row["integrity_check"])).filter((line) => line !== "ok");
}

/**
 * Of a table its columns: SQLite keeps the statement as it was typed. Names that begin with `sqlite_` are SQLite's own, and
 * an index that somebody has added changes no answer.
 */
const PARTS = `
  SELECT type, name,
    CASE type
      WHEN 'table' THEN (SELECT group_concat(name || ' ' || hidden) FROM pragma_table_xinfo(part.name))
      ELSE sql
    END AS shape
  FROM sqlite_schema AS part WHERE name NOT GLOB 'sqlite_*' AND type <> 'index' LIMIT 100`;

function strangeParts(database: DatabaseSync, { tables, name }: DatabaseKind): readonly string[] {
  const own = new DatabaseSync(":memory:");
  try {
    own.exec(tables);
    // A file of an older version has fewer.
    const known = new Set(own.prepare(PARTS).all().map(partText));
    const found = database.prepare(PARTS).all();
    return found
      .filter((part) => !known.has(partText(part)))
      .map((part) => `the ${part["type"]} ${part["name"]}, which is none of a ${name}`);
  } finally {
    own.close();
  }
}

function partText(part: Record<string, unknown>): string {
  return [part["type"], part["name"], String(part["shape"]).replaceAll(/\s+/g, " ")].join(" ");
}
