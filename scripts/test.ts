/**
 * Runs every check and every test of the house and ends with the line `N passed, N failed`.
 *
 * `npm test` runs all; `npm test -- FILTER` runs the tests whose names contain FILTER, and fails when there are none;
 * `npm run check` runs the static checks only. Each static check counts as one test.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

interface Outcome {
  readonly passed: number;
  readonly skipped: number;
  /** What failed, and how it said so. Printed again at the end: whoever reads only that must see it. */
  readonly failures: readonly string[];
}

/** Of one failure, as it is printed at the end. */
const FAILURE_CHARS_MAX = 2_000;

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "tau-edge-test-"));
const environment = {
  ...process.env,
  // First the Node that runs this, so that every tool below is run by it too.
  PATH: [dirname(process.execPath), join(root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter),
  // Tests start some thousand processes of this Node, which would compile the same modules anew: most of their time.
  NODE_COMPILE_CACHE: join(scratch, "compiled"),
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
  ["generated pages say what the code says", "node", "scripts/generate-reference.ts", "--check"],
  ["lockfile names every platform", "node", "scripts/complete-lockfile.ts", "--check"],
];

function run(command: string, args: readonly string[]): number {
  return spawnSync(command, args, { cwd: root, env: environment, stdio: "inherit" }).status ?? 1;
}

function runChecks(): Outcome {
  const failures: string[] = [];
  for (const [name, command, ...args] of CHECKS) {
    const ok = run(command, args) === 0;
    if (!ok) failures.push(`check: ${name}`);
    console.log(`${ok ? "ok" : "FAILED"}: ${name}`);
  }
  return { passed: CHECKS.length - failures.length, skipped: 0, failures };
}

function runVitest(filter: string | undefined): Outcome {
  const report = join(scratch, "vitest.json");
  const selection = filter === undefined ? [] : ["-t", filter];
  const status = run("vitest", [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...selection,
  ]);
  const { numPassedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  const failures = testResults.flatMap(failuresOf);
  if (failures.length === 0 && status !== 0) failures.push("vitest itself: see above");
  return { passed: numPassedTests, skipped: numPendingTests, failures };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly VitestFile[];
}

interface VitestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }[];
}

/** A file may also fail by itself: it cannot be loaded, or a hook of it throws. */
function failuresOf({ name, status, message, assertionResults }: VitestFile): string[] {
  const file = relative(root, name);
  const tests = assertionResults.filter((test) => test.status === "failed");
  if (tests.length === 0) return status === "failed" ? [`${file}\n${message}`] : [];
  return tests.map(({ fullName, failureMessages }) => `${file}: ${fullName}\n${failureMessages.join("\n")}`);
}

/**
 * Begins in the background: its tests need nothing of the others, and those leave a core idle now and then.
 * @returns waits for its end, and prints what it said
 */
function startDeno(): () => Promise<Outcome> {
  const report = join(scratch, "deno.xml");
  const log = join(scratch, "deno.log");
  const files = globSync("test/runtimes/*.deno.ts", { cwd: root }).sort();
  const said = openSync(log, "w");
  const args = ["test", "-A", "--no-check", `--junit-path=${report}`, ...files];
  const child = spawn("deno", args, { cwd: root, env: environment, stdio: ["ignore", said, said] });
  const ended = once(child, "close");
  return async () => {
    const [status] = await ended;
    process.stdout.write(readFileSync(log));
    return denoOutcome(readFileSync(report, "utf8"), status === 0);
  };
}

function denoOutcome(report: string, isOk: boolean): Outcome {
  const [, tests, failures, errors] =
    /<testsuites[^>]* tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(report) ?? [];
  const skipped = report.split("<skipped").length - 1;
  const found = [...report.matchAll(/<testcase name="([^"]*)"[^>]*>\s*<(?:failure|error)[^>]*>([^<]*)/g)];
  const broken = found.map(([, name = "", said = ""]) => `deno: ${name}\n${said.trim()}`);
  if (broken.length === 0 && !isOk) broken.push("deno test itself: see above");
  const failed = Math.max(broken.length, Number(failures ?? 1) + Number(errors ?? 0));
  return { passed: Math.max(0, Number(tests ?? 0) - failed - skipped), skipped, failures: broken };
}

async function selectRuns(): Promise<Outcome[]> {
  if (process.argv.includes("--checks")) return [runChecks()];
  if (filter !== undefined) return [runVitest(filter)];
  const endOfDeno = startDeno();
  return [runChecks(), runVitest(undefined), await endOfDeno()];
}

const filter = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const outcomes = await selectRuns();
rmSync(scratch, { recursive: true, force: true });
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const skipped = outcomes.reduce((sum, outcome) => sum + outcome.skipped, 0);
const failures = outcomes.flatMap((outcome) => outcome.failures);
for (const failure of failures) console.log(`\nFAILED: ${failure.slice(0, FAILURE_CHARS_MAX)}`);
if (filter === undefined && skipped > 0) console.log(`${skipped} skipped: see their reasons above`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 && passed > 0 ? 0 : 1);
