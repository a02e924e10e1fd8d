import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../../cli.test-helper.ts";

let at: Workplace;
beforeEach(async () => {
  at = makeWorkplace();
  const digest = `sha256:${"11".repeat(32)}`;
  const of = ["--blueprint", "shop", "--release", digest, "--manifest", digest, "--baseline", "committed"];
  const made = await at.run("rollout", "plan", "--init", ...of, "--expected-per-hour", "60000");
  writeFileSync(join(at.dir, "plan.json"), made.stdout);
});
afterEach(() => at.leave());

const simulate = (...argv: readonly string[]) => at.run("simulate", "plan.json", "--runs", "100", ...argv);
const TERMINAL = { stdoutIsTerminal: true, env: { LANG: "en_US.UTF-8" } };

describe("simulate", () => {
  it("prints the stages as bars, the chances, and how many figures of rollout plan agree", async () => {
    const { exitCode, stdout, stderr } = await simulate();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^plan\.json: 100 rollouts of shop, seed 0\n/);
    expect(stdout).toMatch(/\n {2}stage 0 +1 % +\|#+\.* +\| +8 h \d+ min/);
    expect(stdout).toMatch(/\n {2}watch +100 % +\| +#+\.*\| +1 h /);
    expect(stdout).toMatch(/an equal release is rolled back +\d/);
    expect(stdout).toMatch(/a release at twice a limit is promoted +0 %/);
    expect(stdout).toMatch(/of 20 figures of `tau-edge rollout plan` agree/);
  });

  it("is plain ASCII unless it goes to a terminal that reads UTF-8 and has not been asked for plain text", async () => {
    const runs = [
      await simulate(),
      await at.runWith({ ...TERMINAL, env: { LANG: "C" } }, "simulate", "plan.json", "--runs", "20"),
      await at.runWith(
        { ...TERMINAL, env: { LANG: "en_US.UTF-8", LC_ALL: "POSIX" } },
        "simulate",
        "plan.json",
        "--runs",
        "20",
      ),
      await at.runWith(
        { ...TERMINAL, env: { ...TERMINAL.env, NO_COLOR: "1" } },
        "simulate",
        "plan.json",
        "--runs",
        "20",
      ),
    ];
    for (const { stdout } of runs) expect(stdout).toMatch(/^[\x1b\n -~]*$/);
    const drawn = await at.runWith(TERMINAL, "simulate", "plan.json", "--runs", "20");
    expect(drawn.stdout).toContain("█");
  });

  it("is one document under --json, the same for the same seed", async () => {
    const [first, again, other] = [
      await simulate("--json"),
      await simulate("--json"),
      await simulate("--json", "--seed", "1"),
    ];
    expect(first.json()).toMatchObject({
      schema_version: 1,
      file: "plan.json",
      plan_hash: expect.stringMatching(/^sha256:/),
      simulation: { v: 1, seed: 0, runs: 100, equal: { stages: expect.any(Array) }, agreement: expect.any(Array) },
    });
    expect(again.stdout).toBe(first.stdout);
    expect(other.stdout).not.toBe(first.stdout);
  });

  it("takes the release and the traffic from its options", async () => {
    const run = await simulate(
      "--error-ppm",
      "500000",
      "--slower-ppm",
      "200000",
      "--per-hour",
      "1000",
      "--arrivals",
      "even",
      "--json",
    );
    expect(run.json()).toMatchObject({
      simulation: {
        model: { error_ppm: 500_000, slower_ppm: 200_000, expected_per_hour: 1_000, arrivals: "even" },
        release: { committed: { count: 0 }, codes: [{ code: "error_rate_breached", count: 100 }] },
        agreement: [],
      },
    });
    const { stdout } = await simulate("--error-ppm", "500000");
    expect(stdout).toMatch(/stage 1 .* not reached/);
  });

  it("writes an SVG that says in words what it shows, and runs nothing", async () => {
    const { exitCode } = await simulate("--svg", "plan.svg");
    expect(exitCode).toBe(0);
    const svg = readFileSync(join(at.dir, "plan.svg"), "utf8");
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*role="img" aria-labelledby="title desc"/);
    expect(svg).toMatch(/<title id="title">shop: 100 simulated rollouts, seed 0<\/title>/);
    expect(svg).toMatch(/<desc id="desc">Median time, .*stage 0 at 1 %: 8 h .*watch at 100 %: 1 h/);
    expect(svg).not.toMatch(/<script|<style|href|\bon\w+=|url\(/i);
    // Every element is closed, in the order in which they were opened.
    const open: string[] = [];
    for (const [, end, name = "", empty] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g))
      if (end === "/") expect(open.pop()).toBe(name);
      else if (empty !== "/") open.push(name);
    expect(open).toEqual([]);
  });

  it("that cannot write its picture ends with 1, and says which", async () => {
    const run = await simulate("--svg", "no/such/plan.svg", "--json");
    expect(run.exitCode).toBe(1);
    expect(run.json()).toMatchObject({ code: "file_unwritable", at: "no/such/plan.svg" });
  });

  it.each([
    [["--runs", "0"]],
    [["--runs", "1000001"]],
    [["--runs", "many"]],
    [["--seed", "-1"]],
    [["--seed", "9007199254740992"]],
    [["--error-ppm", "1000001"]],
    [["--slower-ppm", "1.5"]],
    [["--per-hour", "0"]],
    [["--arrivals", "sometimes"]],
  ])("with %j is wrong use", async (argv) => {
    const run = await at.run("simulate", "plan.json", ...argv, "--json");
    expect(run.exitCode).toBe(2);
    expect(run.json()).toMatchObject({ code: "usage", remedy: expect.any(String) });
  });

  it("of a file that is no plan says so", async () => {
    writeFileSync(join(at.dir, "bad.json"), "{}");
    expect((await at.run("simulate", "bad.json")).exitCode).toBe(2);
    expect((await at.run("simulate", "nothing.json")).exitCode).toBe(1);
  });

  it("says how far it is after a second, where somebody is looking", async () => {
    const run = await at.runWith({ stderrIsTerminal: true }, "simulate", "plan.json", "--runs", "6000");
    expect(run.stderr).toMatch(/^(\rsimulating, \d+ % …)+\r\u001b\[K$/);
  });
});
