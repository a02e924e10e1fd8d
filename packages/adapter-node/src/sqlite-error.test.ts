import { expect, it } from "vitest";
import { fileError } from "./durable-files.ts";
import { sqliteError } from "./sqlite-error.ts";
import { WINDOWS } from "./window-tables.ts";

const sqlite = (message: string, errcode?: number) =>
  Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", ...(errcode === undefined ? {} : { errcode }) });

it.each([
  ["SQLite, with its code", sqliteError(sqlite("attempt to write a readonly database", 8), "w.db", WINDOWS)],
  ["SQLite, in words alone", sqliteError(sqlite("unable to open database file"), "w.db", WINDOWS)],
  ["the file system", fileError(Object.assign(new Error("no"), { code: "EACCES" }), "w.db")],
])("says who may, where %s lets nobody in", (_by, error) => {
  expect(error).toMatchObject({ code: "store_unavailable", at: "w.db" });
  expect(error).toMatchObject({ remedy: expect.stringMatching(/account that owns .*--gateway/) });
});
