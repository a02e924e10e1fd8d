/** docs/migration.md: its table of schemas is what the code writes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LEDGER_MIGRATIONS, StateMigration } from "@tau-edge/adapter-node";
import { expect, it } from "vitest";
import { documents, tableUnder } from "./documents.ts";

it("docs/migration.md lists every store with the schemas that this version writes and reads", async () => {
  const page = documents().find(({ path }) => path === "docs/migration.md");
  if (page === undefined) throw new Error("no docs/migration.md");
  const empty = mkdtempSync(join(tmpdir(), "tau-edge-schemas-"));
  const stores = await new StateMigration(empty).versions();
  rmSync(empty, { recursive: true });
  const older = LEDGER_MIGRATIONS.map(({ from }) => from);
  expect(tableUnder(page, "## Schemas").map((row) => row.map((cell) => cell.replaceAll("`", "")))).toEqual(
    stores.map(({ store, path, writes }) => {
      const reads = store === "ledger" ? [...older, writes] : [writes];
      return [store, path, String(writes), reads.join(", ")];
    }),
  );
});
