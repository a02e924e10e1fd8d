/**
 * Runs what must never break about access, on Node, Deno, workerd and in Chromium, and ends with `N passed, N failed`:
 * credentials and their scopes, links, 401 and 403 without rights, and an agent that resolves, fetches, verifies and runs
 * one function. `npm test` runs all of it and more; this is for whoever has just changed something about access.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

interface Regression {
  readonly runtime: string;
  readonly file: string;
  /** Around the tests, from the outermost one. */
  readonly groups: readonly string[];
  /** Each must be found and pass. */
  readonly tests: readonly string[];
}

const CREDENTIALS = [
  "a token does what its scopes say and nothing else",
  "who says who they are, and is not, is refused also where nobody need say so",
];
const LINKS = [
  "a link lets in the agent whose key signs, with what the link says and nothing else",
  "looking at a link does not use it up: only POST does (threat 16)",
  "every link that lets nobody in is refused with the same bytes",
  "a token of one scheme is none of the other, and a wrong one never nobody's",
  "an agent may do what its link said, and nothing of an operator",
];
const AGENT = [
  "an agent resolves, verifies, runs one function and reports",
  "an agent refuses a flipped bit",
  "an agent goes on over a rotation, and needs a link when it is revoked",
];
const PAGE = [
  "gets in with the link it was opened with, and takes that out of the address bar first",
  "has its key after a reload, and cannot export it",
  "runs what it was given after every byte of it was verified, and reports",
];

const REGRESSIONS: readonly Regression[] = [
  { runtime: "Node", file: "test/runtimes/gateway-credentials.test.ts", groups: ["node"], tests: CREDENTIALS },
  { runtime: "Deno", file: "test/runtimes/gateway-credentials.test.ts", groups: ["deno"], tests: CREDENTIALS },
  {
    runtime: "workerd",
    file: "edge/cloudflare/src/credentials.workerd.test.ts",
    groups: ["workerd", "with a token"],
    tests: CREDENTIALS,
  },
  { runtime: "Node", file: "test/runtimes/gateway-agents.test.ts", groups: ["node"], tests: LINKS },
  { runtime: "Deno", file: "test/runtimes/gateway-agents.test.ts", groups: ["deno"], tests: LINKS },
  { runtime: "workerd", file: "edge/cloudflare/src/agents.workerd.test.ts", groups: ["workerd"], tests: LINKS },
  { runtime: "Node", file: "test/runtimes/agent.test.ts", groups: [], tests: AGENT },
  { runtime: "workerd", file: "test/runtimes/agent.workerd.test.ts", groups: [], tests: AGENT },
  {
    runtime: "Chromium",
    file: "test/browser/agent.test.ts",
    groups: ["an agent on a page, with a gateway on node"],
    tests: PAGE,
  },
];
const DENO_FILE = "test/runtimes/agent.deno.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "tau-edge-auth-"));
const environment = {
  ...process.env,
  PATH: [dirname(process.execPath), join(root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter),
  WRANGLER_SEND_METRICS: "false",
  DENO_NO_UPDATE_CHECK: "1",
};

interface Ran {
  readonly status: number;
  readonly said: string;
}

function run(command: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => said.push(data.toString()));
    child.once("error", (error) => resolve({ status: 1, said: String(error) }));
    child.once("close", (code) => resolve({ status: code ?? 1, said: said.join("") }));
  });
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

interface Verdict {
  readonly runtime: string;
  readonly test: string;
  /** Absent: it passed. */
  readonly failure?: string;
}

async function runVitest(): Promise<readonly Verdict[]> {
  const output = join(scratch, "vitest.json");
  const names = REGRESSIONS.flatMap(({ groups, tests }) => tests.map((test) => patternOf([...groups, test])));
  const files = [...new Set(REGRESSIONS.map(({ file }) => file))];
  const reporting = ["--reporter=json", `--outputFile=${output}`];
  const projects = ["--project", "node", "--project", "workerd"];
  const { said } = await run("vitest", ["run", ...projects, ...reporting, "-t", `^(?:${names.join("|")})$`, ...files]);
  const report = reportIn(output);
  if (report === undefined) return [{ runtime: "all", test: "vitest", failure: said }];
  return REGRESSIONS.flatMap((regression) => verdictsOf(regression, report));
}

/** With whatever it puts between groups. */
function patternOf(names: readonly string[]): string {
  return names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(" (?:> )?");
}

function reportIn(path: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as VitestReport;
  } catch {
    return undefined;
  }
}

/** A test that was renamed, skipped or never reached is one that failed: nothing has shown that it passes. */
function verdictsOf({ runtime, file, groups, tests }: Regression, { testResults }: VitestReport): readonly Verdict[] {
  const result = testResults.find(({ name }) => relative(root, name) === file);
  return tests.map((name) => {
    const test = [...groups, name].join(" ");
    const found = result?.assertionResults.find(({ fullName }) => fullName === test);
    if (found?.status === "passed") return { runtime, test };
    const why = found?.failureMessages.join("\n") || result?.message || "";
    return { runtime, test, failure: `${file}: ${test}\n${found?.status ?? "not found"} ${why}` };
  });
}

async function runDeno(): Promise<readonly Verdict[]> {
  const { status, said } = await run("deno", ["test", "-A", "--no-check", "--quiet", DENO_FILE]);
  return AGENT.map((test) =>
    status === 0 && said.includes(test) ? { runtime: "Deno", test } : { runtime: "Deno", test, failure: said },
  );
}

const began = performance.now();
const verdicts = (await Promise.all([runVitest(), runDeno()])).flat();
rmSync(scratch, { recursive: true, force: true });
for (const [runtime, all] of Map.groupBy(verdicts, (verdict) => verdict.runtime))
  console.log(`${runtime}: ${all.filter(({ failure }) => failure === undefined).length} of ${all.length}`);
const failures = verdicts.flatMap(({ failure }) => failure ?? []);
for (const failure of failures) console.log(`\nFAILED: ${failure}`);
const seconds = Math.round((performance.now() - began) / 1_000);
console.log(`${verdicts.length - failures.length} passed, ${failures.length} failed, in ${seconds} s`);
process.exit(failures.length === 0 ? 0 : 1);
