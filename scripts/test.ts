/**
 * Runs every check and every test of the house and ends with the line `N passed, N failed`.
 *
 * `npm test` runs all; `npm test -- FILTER` runs the tests whose names contain FILTER, and fails when there are none;
 * `npm run check` runs the static checks only. Each static check counts as one test.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "tau-edge-test-"));
const environment = {
  ...process.env,
  // First the Node that runs this, so that every tool below is run by it too.
  PATH: [dirname(process.execPath), join(root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter),
  WRANGLER_SEND_METRICS: "false",
  DENO_NO_UPDATE_CHECK: "1",
};

const CHECKS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["format and lint", "biome", "check", "--error-on-warnings", "."],
  ["types of core, without any platform", "tsc", "-p", "tsconfig.core.json"],
  ["types of the house", "tsc", "-p", "tsconfig.json"],
  ["types of the Cloudflare packages", "tsc", "-p", "tsconfig.workers.json"],
  ["types of the tests in workerd", "tsc", "-p", "tsconfig.workers-tests.json"],
  ["layers", "node", "scripts/check-layers.ts"],
  ["docs/codes.md says what the packages say", "node", "scripts/generate-reference.ts", "--check"],
  ["lockfile names every platform", "node", "scripts/complete-lockfile.ts", "--check"],
];

function run(command: string, args: readonly string[]): number {
  return spawnSync(command, args, { cwd: root, env: environment, stdio: "inherit" }).status ?? 1;
}

function runChecks(): Count {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, command, ...args] of CHECKS) {
    const ok = run(command, args) === 0;
    count[ok ? "passed" : "failed"] += 1;
    console.log(`${ok ? "ok" : "FAILED"}: ${name}`);
  }
  return count;
}

function runVitest(filter: string | undefined): Count {
  const report = join(scratch, "vitest.json");
  const selection = filter === undefined ? [] : ["-t", filter];
  const status = run("vitest", [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...selection,
  ]);
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, "utf8"),
  ) as Record<string, number>;
  const failed = Math.max(numFailedTests ?? 0, numFailedTestSuites ?? 0, status === 0 ? 0 : 1);
  return { passed: numPassedTests ?? 0, failed, skipped: numPendingTests ?? 0 };
}

function runDeno(): Count {
  const report = join(scratch, "deno.xml");
  const files = globSync("test/runtimes/*.deno.ts", { cwd: root }).sort();
  const status = run("deno", ["test", "-A", "--no-check", `--junit-path=${report}`, ...files]);
  const text = readFileSync(report, "utf8");
  const [, tests, failures, errors] = /<testsuites[^>]* tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(text) ?? [];
  const broken = Number(failures ?? 1) + Number(errors ?? 0);
  const skipped = text.split("<skipped").length - 1;
  return { passed: Number(tests ?? 0) - broken - skipped, failed: Math.max(broken, status === 0 ? 0 : 1), skipped };
}

function selectRuns(): Count[] {
  if (process.argv.includes("--checks")) return [runChecks()];
  return filter === undefined ? [runChecks(), runVitest(undefined), runDeno()] : [runVitest(filter)];
}

const filter = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const counts = selectRuns();
rmSync(scratch, { recursive: true, force: true });
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
const skipped = counts.reduce((sum, count) => sum + count.skipped, 0);
if (filter === undefined && skipped > 0) console.log(`${skipped} skipped: see their reasons above`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
