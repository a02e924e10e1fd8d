/** scripts/demo/deployment.sh: it looks at what is printed, touches nothing but its own directory, and says how it is used. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUSE, makeRepositoryRoot, TESTDATA } from "./repository-root.ts";

const root = makeRepositoryRoot();
afterAll(() => root.leave());
beforeAll(() => {
  root.write(".tau/deployment/state.json", "mine");
  root.write(".tau/demo-deployment/left-over", "of a run before");
});

const PASSED = [
  "[demo:deployment] PASS wasm-package",
  "[demo:deployment] PASS wasm-inspect",
  "[demo:deployment] PASS contract-runner",
  "[demo:deployment] PASS transport-health",
  "[demo:deployment] PASS deployment-status",
  "[demo:deployment] PASS channel-store-inspect",
];

describe("the demo of the deployment", () => {
  it("passes from anywhere with --repo-root, and empties only its own directory", () => {
    const run = root.run('cd / && "$OLDPWD/scripts/demo/deployment.sh" --repo-root "$OLDPWD"');
    expect(run.stdout.split("\n").slice(0, -2)).toEqual(PASSED);
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(join(root.dir, ".tau/deployment/state.json"), "utf8")).toBe("mine");
    expect(readdirSync(join(root.dir, ".tau")).sort()).toEqual(["demo-deployment", "deployment"]);
    expect(existsSync(join(root.dir, ".tau/demo-deployment/left-over"))).toBe(false);
  });

  it("deploys what it packaged", () => {
    const log = join(root.dir, ".tau/demo-deployment/channel-store/deployment/edge-wasm/log.jsonl");
    const packaged = readdirSync(join(root.dir, ".tau/demo-deployment/wasm-artifacts/edge-wasm"));
    const line: { payload: { artifact_sha256: string } } = JSON.parse(readFileSync(log, "utf8"));
    expect(packaged).toContain(`${line.payload.artifact_sha256}.wasm`);
  });

  it("uses this repository's own fixtures where the original's are not", () => {
    mkdirSync(join(root.dir, "house"));
    const fixtures = join(root.dir, "house/wasm-fixtures");
    for (const part of ["contract", "s1"])
      cpSync(join(HOUSE, "wasm-fixtures", part), join(fixtures, part), { recursive: true });
    const run = root.run("scripts/demo/deployment.sh --repo-root=house");
    expect(run.stdout.split("\n").slice(0, -2)).toEqual(PASSED);
    expect(run.status).toBe(0);
    rmSync(join(root.dir, "house"), { recursive: true });
  });

  it("does not believe a program that ends with 0 and prints nothing", () => {
    root.write("silent/tau-edge", "#!/bin/sh\nexit 0\n");
    const run = root.run('chmod +x silent/tau-edge && PATH="$PWD/silent:$PATH" scripts/demo/deployment.sh');
    expect(run.stdout.split("\n").filter((line) => line.startsWith("[demo:deployment] FAIL"))).toHaveLength(
      PASSED.length,
    );
    expect(run.stdout).toMatch(/summary: total=6 passed=0 failed=6/);
    expect(run.status).toBe(1);
  });

  it("does not believe what is printed when the program ends with anything else", () => {
    root.write("doubtful/tau-edge", "#!/bin/sh\necho applied_cases=3 failed_cases=0 rollout_gate=pass\nexit 1\n");
    const run = root.run('chmod +x doubtful/tau-edge && PATH="$PWD/doubtful:$PATH" scripts/demo/deployment.sh');
    expect(run.stdout).toMatch(/^\[demo:deployment\] FAIL contract-runner: exit 1$/m);
    expect(run.status).toBe(1);
  });

  it("says how it is used, and refuses what it does not know", () => {
    expect(root.run("scripts/demo/deployment.sh --help")).toMatchObject({ status: 0, stderr: "" });
    for (const wrong of ["--unknown", "--repo-root", "--repo-root no/such", "--repo-root scripts"]) {
      const run = root.run(`scripts/demo/deployment.sh ${wrong}`);
      expect({ wrong, status: run.status, stdout: run.stdout }).toEqual({ wrong, status: 2, stdout: "" });
    }
    rmSync(join(root.dir, TESTDATA, "deployment-wasm"), { recursive: true });
    expect(root.run("scripts/demo/deployment.sh").stderr).toContain("has no crates/");
  });
});
