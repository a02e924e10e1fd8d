/** docs/contract-runner.md: each of its tables is what the code, the fixtures and the disk say. */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CASE_ERROR_CODES, CASE_OUTCOMES, CYCLE_REASON_CODES, statusViewSchema } from "@tau-edge/contract";
import { afterAll, describe, expect, it } from "vitest";
import { makeWorkplace } from "../../packages/cli/src/cli.test-helper.ts";
import { FLAGS } from "../../packages/cli/src/legacy/flags.ts";
import { parseLegacy } from "../../packages/cli/src/legacy/parse.ts";
import { documents, ROOT, tableUnder } from "./documents.ts";

const found = documents().find(({ path }) => path === "docs/contract-runner.md");
if (found === undefined) throw new Error("no docs/contract-runner.md");
const page = found;

const workplace = makeWorkplace();
afterAll(() => workplace.leave());

/** Cells of one column, without the marks of code. */
const column = (heading: string, index: number, place = page) =>
  tableUnder(place, heading).map((row) => (row[index] ?? "").replaceAll("`", ""));

interface Fixture {
  readonly cases: readonly Record<string, unknown>[];
}

const fixtures = globSync("wasm-fixtures/contract/**/*.json", { cwd: ROOT, exclude: ["**/artifacts"] });
const readFixture = (file: string): Fixture => JSON.parse(readFileSync(join(ROOT, file), "utf8"));

describe("docs/contract-runner.md", () => {
  it("lists the fields that cases have", () => {
    const used = new Set(fixtures.flatMap((file) => readFixture(file).cases.flatMap((row) => Object.keys(row))));
    expect([...used].sort()).toEqual(column("## A fixture", 0).sort());
  });

  it("lists every outcome of a case and every error code", () => {
    const rows = tableUnder(page, "## What comes of a case");
    const quoted = (index: number) =>
      new Set(rows.flatMap((row) => (row[index] ?? "").match(/(?<=`)[a-z_]+(?=`)/g) ?? []));
    expect([...quoted(1)].sort()).toEqual([...CASE_OUTCOMES].sort());
    expect([...quoted(3)].sort()).toEqual([...CASE_ERROR_CODES].sort());
  });

  it("lists the reason codes in the order of the event line", () => {
    expect(column("## Reason codes of a cycle", 0)).toEqual([...CYCLE_REASON_CODES]);
  });

  it("lists every state of health and every reason of the gate", () => {
    const { health_state, gate_reason } = statusViewSchema.shape;
    expect(column("## Health and gate", 0).sort()).toEqual([...health_state.options].sort());
    const text = page.text.slice(page.text.indexOf("| `gate_reason`"));
    const reasons = text.split("\n\n", 1).flatMap((table) => [...table.matchAll(/^\| `([a-z_]+)` \| (?:hold|pass)/gm)]);
    expect(reasons.map(([, reason]) => reason).sort()).toEqual([...gate_reason.options].sort());
  });

  it("lists the rungs of the ladder with their numbers of cases", () => {
    const rungs = fixtures.filter((file) => file === `wasm-fixtures/contract/${basename(file)}`).sort();
    expect(tableUnder(page, "## Promotion").map((row) => [row[0]?.replaceAll("`", ""), Number(row[1])])).toEqual(
      rungs.map((file) => [basename(file), readFixture(file).cases.length]),
    );
  });

  it("lists the original's flags with their defaults", () => {
    const other = (flag: string) => flag === "deployment-state-dir" || flag.startsWith("deployment-wasm-");
    const flags = Object.keys(FLAGS).filter((flag) => !other(flag));
    expect(column("## The original's flags", 0)).toEqual(flags.map((flag) => `--${flag}`));
    const defaults = Object.fromEntries(tableUnder(page, "## The original's flags").map((row) => [row[0], row[1]]));
    expect(parseLegacy(["--deployment-contract-runner"], {})).toMatchObject({
      fixture: defaults["`--deployment-fixture`"]?.replaceAll("`", ""),
      queueLimit: Number(defaults["`--deployment-queue-limit`"]),
      processedCaseCap: Number(defaults["`--deployment-processed-case-cap`"]),
      retryMaxAttempts: Number(defaults["`--deployment-retry-max-attempts`"]),
      retryBaseDelayMs: Number(defaults["`--deployment-retry-base-delay-ms`"]),
    });
  });

  it("lists, with the page on the state directory, every file that a package and a cycle leave", async () => {
    const state = join(workplace.dir, "state");
    const fixture = "wasm-fixtures/contract/01-one-case.json";
    for (const argv of [
      ["package", "wasm-fixtures/s1/edge-runtime.wasm"],
      ["run", "--fixture", fixture],
    ])
      expect(await workplace.runWith({ cwd: ROOT }, ...argv, "--state-dir", state)).toMatchObject({ exitCode: 0 });
    const directory = documents().find(({ path }) => path === "docs/state-directory.md");
    if (directory === undefined) throw new Error("no docs/state-directory.md");
    const listed = [...column("## Files", 0), ...column("# The state directory", 0, directory)];
    const patterns = listed.map((path) => path.replaceAll(/<[a-z0-9_]+>/g, "*").replace(/\/$/, "/**"));
    const onDisk = globSync("**/*", { cwd: state, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(state.length + 1));
    const covered = new Set(patterns.flatMap((pattern) => globSync(pattern, { cwd: state })));
    // SQLite's own, which come and go with the database of the same name.
    const own = (path: string) => covered.has(path.replace(/-(?:wal|shm|journal)$/, ""));
    expect(onDisk.filter((path) => !own(path))).toEqual([]);
    const absent = column("## Files", 0).filter(
      (path) => globSync(path.replaceAll(/<[a-z_]+>/g, "*"), { cwd: state }).length === 0,
    );
    expect(absent).toEqual([]);
  });
});
