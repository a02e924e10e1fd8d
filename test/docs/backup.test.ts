/** docs/backup.md: its examples work as they are written, its cron lines do what they say, and its codes end as it says. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitCodeOf } from "../../packages/cli/src/failure.ts";
import { documents, fences, ROOT, tableUnder } from "./documents.ts";

const found = documents().find(({ path }) => path === "docs/backup.md");
if (found === undefined) throw new Error("no docs/backup.md");
const page = found;

const MAIN = join(ROOT, "packages/cli/src/main.ts");
let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tau-edge-backup-doc-"));
  const file = join(ROOT, "wasm-fixtures/built/c-component.wasm");
  expect(run(`tau-edge package ${file} --blueprint app --no-deep --state-dir state`)).toMatchObject({ status: 0 });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function run(script: string) {
  const before = 'set -e\ntau-edge() { "$NODE" "$MAIN" "$@"; }\n';
  const env = { ...process.env, NODE: process.execPath, MAIN };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", before + script], { cwd: dir, encoding: "utf8", env });
  return { status, stdout, stderr };
}

const scripts = fences(page).filter(({ language }) => language === "bash");
const lines = fences(page)
  .filter(({ language }) => language === "cron")
  .flatMap(({ body }) => body.split("\n"));

describe("docs/backup.md", () => {
  it("has examples that work one after another", () => {
    expect(scripts.length).toBeGreaterThanOrEqual(4);
    for (const { body, line } of scripts) expect(run(body), `line ${line}`).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(join(dir, "backups")).sort()).toEqual(["2026-11-21", "secret", "with-configuration"]);
    expect(existsSync(join(dir, "elsewhere"))).toBe(false);
  }, 60_000);

  it("has cron lines that make, check, practise and remove backups, silently", () => {
    rmSync(join(dir, "backups"), { recursive: true });
    for (const line of lines) {
      const [, schedule = "", command = ""] = /^((?:\S+ +){5})\S+ +(.*)$/.exec(line) ?? [];
      expect(schedule, line).not.toBe("");
      // cron turns a percent sign into a line break unless it is escaped.
      expect(command.replaceAll("\\%", ""), line).not.toContain("%");
      const here = command
        .replaceAll("\\%", "%")
        .replaceAll("/mnt/backups", "backups")
        .replaceAll("/var/lib/tau", "state");
      expect(run(here), line).toMatchObject({ status: 0, stderr: "" });
    }
    expect(lines.length).toBe(4);
    expect(readdirSync(join(dir, "backups"))).toHaveLength(1);
    expect(run("tau-edge doctor --state-dir state").status).toBe(0);
  }, 60_000);

  it.each(tableUnder(page, "## Codes"))("says how %s ends: %s", (codes = "", exit = "") => {
    const names = [...codes.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(exitCodeOf(name), name).toBe(Number(exit));
  });
});
