import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fixture, makeWorkplace, type Workplace } from "../cli.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
  vi.stubEnv("TMPDIR", at.dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  at.leave();
});

const left = () => readdirSync(at.dir);
/** It asks a gateway 100,000 times. */
const DEMO_MS_MAX = 120_000;

function linesBefore(end: string, printed: string): string {
  expect(printed).toContain(end);
  return printed.split(end)[0]?.split("\n\n").at(-1) ?? "";
}

function stagesThatPassed(lines: string): readonly (string | undefined)[] {
  return [...lines.matchAll(/^ {2}(watch|\d+ %) .* pass$/gm)].map(([, stage]) => stage);
}

describe("demo", () => {
  it("packages, refuses, fetches back, commits two releases, stops a third, replays all, lets an agent in, and leaves nothing", {
    timeout: DEMO_MS_MAX,
  }, async () => {
    const { exitCode, stdout, stderr } = await at.run("demo");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const words of ["packaged as", "import_module_forbidden", "the same ones", "Three commands to try next"])
      expect(stdout).toContain(words);
    const way = ["1 %", "5 %", "25 %", "50 %", "100 %", "watch", "watch"];
    const first = linesBefore("COMMITTED  1.0.0,", stdout);
    expect(stagesThatPassed(first)).toEqual(way);
    expect(first).not.toContain("p95");
    const second = linesBefore("COMMITTED  2.0.0,", stdout);
    expect(stagesThatPassed(second)).toEqual(way);
    expect(second.match(/ p95 +[+-]\d+\.\d %/g)).toHaveLength(way.length);
    const third = linesBefore("ROLLED BACK  3.0.0,", stdout);
    expect(third).toMatch(/^ {2}1 % .* calls .* failed {2}fail error_rate_breached$/m);
    // On the simulated clock, so that a busy machine changes nothing.
    const [, stopped, bound] = /time to stop: ([\d.]+) s [^;]*; bound ([\d.]+) s/.exec(stdout) ?? [];
    expect(Number(stopped)).toBeGreaterThan(0);
    expect(Number(stopped)).toBeLessThan(Number(bound));
    expect(stdout.match(/ same: \d+ records, \d+ verdicts?$/gm)).toHaveLength(3);
    const agent = stdout.split("An agent is let in")[1] ?? "";
    for (const line of [
      /^ {2}link +http:\/\/127\.0\.0\.1:\d+\/boot#v1\.… /m,
      /^ {2}agent +did:key:z6Mk\w{44}$/m,
      /^ {2}gateway +pinned/m,
      /^ {2}resolve +dev\/adder is 1\.0\.0; asked with a proof/m,
      /^ {2}verify +manifest and 41 bytes of a module/m,
      /^ {2}run +add\(20, 22\) = 42$/m,
      /^ {2}report +1 observation counted/m,
      /^ {2}tamper .* refused, content_digest$/m,
      /^ {2}rotate .* 1 access token are dead\n +the agent's is refused with 401; /m,
      /^ {2}freeze +paused, "somebody looks at the numbers": the agent has stopped it$/m,
      /^ {2}unfreeze +it runs again: add\(40, 2\) = 42$/m,
    ])
      expect(agent).toMatch(line);
    expect(left()).toEqual([]);
  });

  it("takes a file, and rolls it out as a first release", { timeout: DEMO_MS_MAX }, async () => {
    const { exitCode, stdout } = await at.run("demo", fixture("component-wasi-cli"));
    expect(exitCode).toBe(0);
    expect(stdout.match(/COMMITTED/g)).toHaveLength(1);
    expect(stdout).toContain("needs a second binary");
    expect(stdout).not.toContain("let in");
    expect(left()).toEqual([]);
  });

  it("shows why a file is refused, or cannot be read", async () => {
    const missing = await at.run("demo", "no-such.wasm");
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr.match(/file_not_found/g)).toHaveLength(1);
    const refused = await at.run("demo", fixture("module-preview1"));
    expect(refused.exitCode).toBe(3);
    expect(refused.stdout).toContain("import_module_forbidden");
  });

  it("ends in the middle of a rollout when it is asked to, and leaves nothing", { timeout: DEMO_MS_MAX }, async () => {
    let stop: (exitCode: 130) => void = () => {};
    const untilStopped = () => new Promise<130>((resolve) => (stop = resolve));
    let printed = "";
    const stdout = (text: string) => {
      printed += text;
      if (text.includes("simulated")) stop(130);
    };
    expect((await at.runWith({ untilStopped, stdout }, "demo", fixture("component-wasi-cli"))).exitCode).toBe(130);
    expect(printed).not.toContain("COMMITTED");
    expect(left()).toEqual([]);
  });
});
