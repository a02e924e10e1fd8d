/** Which tests `npm test -- FILTER` would select, from vitest's own list, and without running any. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HOUSE } from "./repository-root.ts";

export interface ListedTest {
  /** Names of its suites and its own, joined by ` > `. */
  readonly name: string;
  readonly file: string;
}

/**
 * Only files that hold one of the words are read, because reading all of them takes long; none is run.
 * @param scratch a directory for the list
 */
export function testsNamed(words: readonly string[], scratch: string): readonly ListedTest[] {
  const files = globSync(["packages/*/src/**/*.test.ts", "edge/*/src/**/*.test.ts", "test/**/*.test.ts"], {
    cwd: HOUSE,
  }).filter((file) => words.some((word) => readFileSync(join(HOUSE, file), "utf8").includes(`describe("${word}`)));
  const list = join(scratch, "tests.json");
  const vitest = join(HOUSE, "node_modules/vitest/vitest.mjs");
  const { status, stderr } = spawnSync(
    process.execPath,
    [vitest, "list", "--project", "!workerd", `--json=${list}`, ...files],
    { cwd: HOUSE, encoding: "utf8", timeout: 60_000 },
  );
  if (status !== 0) throw new Error(`vitest list ended with ${status}: ${stderr}`);
  const listed: readonly ListedTest[] = JSON.parse(readFileSync(list, "utf8"));
  return listed.filter(({ name }) => words.some((word) => name.includes(word)));
}
