/** Runs one test of a work tree, and says what became of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import type { Shown } from "./defence.ts";

/** `none`: no test of that name was reached, so nothing is known. */
export type Tried = "passed" | "failed" | "hung" | "none";

/** Of one file: most take seconds, and some wait for many processes on a busy machine. */
const HUNG_MS = 120_000;

/** With whatever tables put into a name, and whatever vitest puts between groups. */
export function patternOf({ name, group }: Shown): RegExp {
  const parts = name.split(/%[a-z]|\$\{[^}]*\}|\$[a-z]\w*(?:\.\w+)*/i).map(escaped);
  return new RegExp(`${group === undefined ? "(?:^|[ >:])" : `^${escaped(group)}\\b.*`}${parts.join(".*")}$`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** @param tree a real path */
export async function tryTests(tree: string, all: readonly Shown[]): Promise<readonly Tried[]> {
  if (all.length === 0) return [];
  const output = join(tree, "tried.json");
  const asked = all.map((shown) =>
    shown.needsGroup === true ? `^${escaped(shown.group ?? "")}\\b` : patternOf(shown).source,
  );
  const files = [...new Set(all.map(({ file }) => file))];
  const args = [
    "run",
    "--project",
    "!workerd",
    "--reporter=json",
    `--outputFile=${output}`,
    "-t",
    asked.join("|"),
    ...files,
  ];
  const isHung = await runVitest(tree, args, HUNG_MS * Math.max(1, files.length / 4));
  const report = isHung ? undefined : readReport(output);
  rmSync(output, { force: true });
  return all.map((shown) => (isHung ? "hung" : triedIn(report, tree, shown)));
}

/** Groups of processes: whoever takes a bound away may leave one that never ends by itself. */
const running = new Set<number>();
process.once("exit", () => running.forEach(endGroup));

function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // All of them have ended.
  }
}

/** @returns whether it had to be ended */
async function runVitest(tree: string, args: readonly string[], patience_ms: number): Promise<boolean> {
  const vitest = join(tree, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, ...args], { cwd: tree, stdio: "ignore", detached: true });
  const ended = once(child, "close");
  const { pid } = child;
  if (pid === undefined) throw new Error(`${vitest} was not started`);
  running.add(pid);
  const patience = setTimeout(() => endGroup(pid), patience_ms);
  const [, signal] = await ended;
  clearTimeout(patience);
  endGroup(pid);
  running.delete(pid);
  return signal !== null;
}

function readReport(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function triedIn(report: Report | undefined, tree: string, shown: Shown): Tried {
  const pattern = patternOf(shown);
  const statuses = report?.testResults
    .filter(({ name }) => relative(tree, name) === shown.file)
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName }) => pattern.test(fullName))
    .map(({ status }) => status);
  if (statuses?.includes("failed") === true) return "failed";
  return statuses?.includes("passed") === true ? "passed" : "none";
}
