/** What only a real process shows: streams, signals, exit codes. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fixture } from "./cli.test-helper.ts";
import { cloudCase, fixtureText } from "./contract/fixtures.test-helper.ts";

const LAUNCHER = fileURLToPath(new URL("../bin/tau-edge.js", import.meta.url));
let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tau-edge-main-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it("ends with the verb's code, and prints nothing but the document under --json", () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [LAUNCHER, "inspect", fixture("module-preview1"), "--json"],
    { cwd: dir, encoding: "utf8" },
  );
  expect({ status, stderr }).toEqual({ status: 3, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ compliant: false });
});

it("takes no harm from a reader that has seen enough", () => {
  // Far more than a pipe holds.
  const files = Array(60)
    .fill(`"${fixture("c-component")}"`)
    .join(" ");
  const command = `"${process.execPath}" "${LAUNCHER}" inspect --json ${files} | head -c 10`;
  const { stderr } = spawnSync("sh", ["-c", command], { cwd: dir, encoding: "utf8" });
  expect(stderr).toBe("");
});

it("goes on with its work when nobody reads any more, and ends with the code of that work", () => {
  const files = ["module-empty", "module-env", "module-preview1"].map((name) => `"${fixture(name)}"`).join(" ");
  const command = `set -o pipefail; "${process.execPath}" "${LAUNCHER}" package --no-deep --state-dir piped ${files} nope.wasm 2>&1 | true`;
  const { status, stderr } = spawnSync("bash", ["-c", command], { cwd: dir, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 3, stderr: "" });
  expect(readdirSync(join(dir, "piped", "wasm-artifacts"))).toContain("module-empty");
});

it("fails in words when its output cannot be written", () => {
  const command = `"${process.execPath}" "${LAUNCHER}" inspect "${fixture("module-empty")}" >/dev/full`;
  const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: dir, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 1, stderr: "error: the output cannot be written (ENOSPC)\n" });
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 0],
] as const)("serve ends in order on %s, with code %i", async (signal, exitCode) => {
  const child = spawn(process.execPath, [LAUNCHER, "serve", "--port", "0", "--json"], { cwd: dir });
  const [line] = await once(child.stdout, "data");
  const { url } = JSON.parse(String(line));
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([exitCode, null]);
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 0],
] as const)("rollout run ends in order on %s, with code %i", async (signal, exitCode) => {
  const child = spawn(process.execPath, [LAUNCHER, "rollout", "run", "--state-dir", "none"], { cwd: dir });
  const [line] = await once(child.stdout, "data");
  expect(String(line)).toBe("running rollouts in none\n");
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([exitCode, null]);
  expect(readdirSync(dir)).not.toContain("none");
});

it("ends a cycle that has begun before it ends on SIGINT, and begins no other", async () => {
  const wait = "touch begun; while [ ! -e go ]; do sleep 0.02; done";
  writeFileSync(join(dir, "backend.json"), JSON.stringify({ command: ["sh", "-c", wait] }));
  mkdirSync(join(dir, "ladder"));
  for (const name of ["1", "2"]) writeFileSync(join(dir, "ladder", `${name}.json`), fixtureText([cloudCase(name)]));
  const argv = [LAUNCHER, "run", "--fixture", "ladder", "--backend", "backend.json", "--state-dir", "cycles"];
  const child = spawn(process.execPath, argv, { cwd: dir });
  const exit = once(child, "exit");
  while (!existsSync(join(dir, "begun"))) await setTimeout(20);
  child.kill("SIGINT");
  writeFileSync(join(dir, "go"), "");
  expect(await exit).toEqual([130, null]);
  const state = JSON.parse(readFileSync(join(dir, "cycles/state.json"), "utf8"));
  expect(state.rollouts).toMatchObject([{ case_id: "1" }]);
  expect(readFileSync(join(dir, "cycles/runtime-events.jsonl"), "utf8").split("\n")).toHaveLength(2);
});

it("reads entropy from the standard input to its end, and none that has no end", () => {
  const init = (command: string) =>
    spawnSync("bash", ["-c", `${command} | "${process.execPath}" "${LAUNCHER}" did init --json --entropy-file -`], {
      cwd: dir,
      encoding: "utf8",
    });
  const { status, stdout } = init("(printf base64url:; sleep 0.2; printf %043d 0)");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: "initialized", assurance: "strong" });
  const endless = init("yes");
  expect({ status: endless.status, ...JSON.parse(endless.stdout) }).toMatchObject({
    status: 2,
    code: "entropy_too_long",
  });
});
