/** S1's runbook, run command by command in a repository root of its own. What is not run is named, with what it waits for. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CONTRACT_FIXTURES, type CommandRun, HOUSE, makeRepositoryRoot } from "./repository-root.ts";
import { type RunbookCommand, runbookCommands, runbookExcuses } from "./runbook-commands.ts";
import { testsNamed } from "./test-filters.ts";

const root = makeRepositoryRoot();
afterAll(() => root.leave());

const commands = runbookCommands();
const filters = commands.flatMap(({ filter }) => filter ?? []);
const FIXTURE = `${CONTRACT_FIXTURES}/rollout-pass.json`;
const RUNNER = `tau-edge --deployment-contract-runner --deployment-fixture ${FIXTURE}`;
const STATE = ".tau/deployment/state.json";
const SHA256 = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476";

/** What a run must have printed and done. The key is what stands in the command; the first that fits counts. */
type Expectation = (run: CommandRun, times: number) => void;

const EXPECTED: readonly (readonly [part: string, expectation: Expectation])[] = [
  ["--transport-health-json", (run, times) => expectSignal(run, times, expectTransport)],
  ["--deployment-status-json", (run, times) => expectSignal(run, times, expectStatus)],
  ["--deployment-wasm-package-blueprint-id", expectPackaged],
  ["--deployment-wasm-inspect-manifest", expectInspected],
  ["--deployment-wasm-browser-did-init", expectIdentity],
  ["./scripts/demo/deployment.sh", expectDemo],
  ["--deployment-contract-runner", expectCycle],
  ["git revert", expectReverted],
];

const seenTimes = new Map<string, number>();
const deliverables: string[] = [];
const demoLines: string[][] = [];
let stateOfIncident = "";

function perform(command: RunbookCommand): void {
  const found = EXPECTED.find(([part]) => command.here.includes(part));
  if (found === undefined) throw new Error(`nothing is expected of ${command.here}`);
  const [part, expectation] = found;
  const times = (seenTimes.get(part) ?? 0) + 1;
  seenTimes.set(part, times);
  const commit = command.here.includes("<commit>") ? commitOfABadFixture() : "";
  expectation(root.run(command.here.replaceAll("<sha>", SHA256).replaceAll("<commit>", commit)), times);
}

/** The first look is before any cycle, the second after one. */
function expectSignal(run: CommandRun, times: number, further: (report: unknown, hasRun: boolean) => void): void {
  const hasRun = times > 1;
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: hasRun ? 0 : 3, stderr: "" });
  further(run.json(), hasRun);
}

const gateOf = (hasRun: boolean) =>
  hasRun ? { rollout_gate: "pass", gate_reason: "healthy" } : { rollout_gate: "hold", gate_reason: "no_evidence" };

function expectTransport(report: unknown, hasRun: boolean): void {
  expect(report).toMatchObject([
    {
      transport: "deployment",
      target: "cloud-and-wasm-runtime",
      state_path: ".tau/deployment/state.json",
      health: { failure_streak: 0, last_cycle_failed: 0, last_cycle_completed: hasRun ? 3 : 0 },
      ...gateOf(hasRun),
    },
  ]);
}

function expectStatus(report: unknown, hasRun: boolean): void {
  expect(report).toMatchObject({
    state_path: ".tau/deployment/state.json",
    events_log_path: ".tau/deployment/runtime-events.jsonl",
    rollout_count: hasRun ? 3 : 0,
    ...gateOf(hasRun),
  });
}

interface PackageLine {
  readonly blueprint_id: string;
  readonly manifest_path: string;
}

function expectPackaged(run: CommandRun): void {
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
  expect(run.json()).toMatchObject({ artifact_sha256: SHA256, artifact_size_bytes: 8, state_updated: true });
  const { blueprint_id, manifest_path }: PackageLine = JSON.parse(run.stdout);
  deliverables.push(blueprint_id);
  // The ladder's third rung deploys what comes out here: copy it there when the policy has changed.
  if (blueprint_id === "edge-wasm")
    expect(readIn(manifest_path)).toBe(
      readFileSync(join(HOUSE, `wasm-fixtures/contract/artifacts/edge-wasm/${SHA256}.manifest.json`), "utf8"),
    );
}

/** A cycle keeps what was packaged before it. */
function expectCycle(run: CommandRun): void {
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
  const { wasm_deliverables }: { wasm_deliverables: PackageLine[] } = JSON.parse(readIn(STATE));
  expect(wasm_deliverables.map(({ blueprint_id }) => blueprint_id).sort()).toEqual([...deliverables].sort());
  expect(deliverables).toHaveLength(2);
}

function expectInspected(run: CommandRun): void {
  expect(run.status).toBe(0);
  expect(run.json()).toMatchObject({
    constraint_profile_id: "control_plane_gateway_v1",
    required_runtime_profile: "wasm_wasi",
    compliant: true,
    reason_codes: ["abi_assumed_no_imports"],
  });
}

const IDENTITY = "did:key:z6Mkhz42ULeF6GcrC75cpHburzfyB7ToisdpXyyGb5JoSjgb";

/** The identity is there as a file, a record and an entry; its entropy, and what the original made of it, is nowhere. */
function expectIdentity(run: CommandRun): void {
  expect({ status: run.status, stderr: run.stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/^warning: .*\n$/),
  });
  const output_path = ".tau/deployment/browser-did.json";
  const said = { did: IDENTITY, method: "key", network: "tau-devnet", subject: "browser-agent", output_path };
  expect(run.json()).toMatchObject({ ...said, interoperability_profile: "kamn_browser_v1", persisted: true });
  expect(JSON.parse(readIn(output_path))).toMatchObject({ identity: { did: IDENTITY }, assurance: "dev" });
  expect(JSON.parse(readIn(STATE)).browser_dids).toMatchObject([{ ...said, assurance: "dev" }]);
  for (const text of [run.stdout, run.stderr, readIn(output_path), readIn(STATE)])
    expect(text).not.toMatch(/local-dev-seed|fingerprint|proof_material|313de033c938294047f2/);
}

/** All lines but the last figure of the summary, which is a time. */
function expectDemo(run: CommandRun): void {
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
  const lines = run.stdout
    .trim()
    .replace(/ seconds=\d+$/, "")
    .split("\n");
  demoLines.push(lines);
  expect(lines).toEqual(demoLines[0]);
  expect(lines.slice(0, -1).every((line) => line.startsWith("[demo:deployment] PASS "))).toBe(true);
  expect(lines.at(-1)).toBe(`[demo:deployment] summary: total=${lines.length - 1} passed=${lines.length - 1} failed=0`);
}

/** What was bad is gone, what the incident left is there, and the checks of before pass again. */
function expectReverted(run: CommandRun): void {
  expect(run.status).toBe(0);
  expect(readIn(FIXTURE)).toBe(readFileSync(join(HOUSE, "wasm-fixtures/contract/s1/rollout-pass.json"), "utf8"));
  expect(readIn(STATE)).toBe(stateOfIncident);
  for (const command of [RUNNER, "tau-edge --deployment-status-inspect --deployment-status-json"])
    expect({ command, ...root.run(command) }).toMatchObject({ command, status: 0, stderr: "" });
}

/** A fixture that deploys nothing is committed and refused; what the state was then must stay. */
function commitOfABadFixture(): string {
  root.write(".gitignore", ".tau/\n");
  expect(root.run("git init -q && git add . && git commit -qm good")).toMatchObject({ status: 0, stderr: "" });
  root.write(FIXTURE, readIn(FIXTURE).replaceAll('"replicas": 2', '"replicas": 0'));
  expect(root.run("git commit -qam bad")).toMatchObject({ status: 0, stderr: "" });
  stateOfIncident = readIn(STATE);
  expect(root.run(RUNNER)).toMatchObject({ status: 3, stderr: expect.stringContaining("replicas_zero") });
  return root.run("git rev-parse HEAD").stdout.trim();
}

function readIn(path: string): string {
  return readFileSync(join(root.dir, path), "utf8");
}

describe("the runbook", () => {
  it.each(runbookExcuses())("excuses $start, which waits for $waitsFor", (excuse) => {
    const excused = commands.filter(({ written }) => written.startsWith(excuse.start));
    expect(excused).toHaveLength(1);
    const run = "it is here: run the command, and take it out of the table";
    expect(existsSync(join(HOUSE, excuse.whileAbsent)), run).toBe(false);
  });

  for (const command of commands.filter(({ excuse, filter }) => excuse === undefined && filter === undefined)) {
    it(`runs ${command.here}`, () => perform(command));
  }

  it("has filters that each select tests", () => {
    const selected = testsNamed(filters, root.dir).map(({ name }) => name);
    const counts = filters.map((filter) => [filter, selected.filter((name) => name.includes(filter)).length]);
    console.log(counts.map(([filter, count]) => `npm test -- ${filter}: ${count} tests`).join("\n"));
    expect(counts.filter(([, count]) => count === 0)).toEqual([]);
    expect(filters).toEqual(["deployment_contract", "deployment_runtime", "deployment_wasm"]);
  });

  it("is run but for the commands that wait", () => {
    const original = commands.filter((command) => command.original);
    const excused = original.flatMap(({ written, excuse }) => (excuse === undefined ? [] : [{ written, ...excuse }]));
    const count = `${original.length - excused.length} run, ${excused.length} excused`;
    console.log([count, ...excused.map(({ written, waitsFor }) => `  ${written}: waits for ${waitsFor}`)].join("\n"));
    expect(count).toBe("14 run, 7 excused");
  });
});
