/** The agent of README.md is short, and compiles against the package as it is. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { documents, fences, ROOT } from "./documents.ts";

const readme = documents().find(({ path }) => path === "README.md");
const [example] = readme === undefined ? [] : fences(readme).filter(({ language }) => language === "typescript");
// Where its import leads to this repository's package.
const scratch = mkdtempSync(join(ROOT, "node_modules", ".readme-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const OPTIONS = [
  ...["--ignoreConfig", "--noEmit", "--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"],
  ...["--module", "nodenext", "--target", "esnext", "--lib", "esnext,dom,dom.iterable", "--types", ""],
  ...["--allowImportingTsExtensions", "--skipLibCheck"],
];

function compiled(text: string): { readonly status: number | null; readonly stdout: string } {
  const file = join(scratch, "page.mts");
  writeFileSync(file, text);
  const { status, stdout } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), [...OPTIONS, file], { encoding: "utf8" });
  return { status, stdout };
}

describe("the agent in README.md", () => {
  it("is as short as it is said to be", () => {
    expect(example?.body.split("\n").filter((line) => line !== "")).toHaveLength(9);
  });

  it("compiles against the package as it is", () => {
    expect(compiled(example?.body ?? "")).toEqual({ status: 0, stdout: "" });
  });

  it("would not, if it asked for what is not there", () => {
    const wrong = (example?.body ?? "").replace("agent.bootstrap", "agent.enrol");
    expect(compiled(wrong).stdout).toContain("enrol");
  });
});
