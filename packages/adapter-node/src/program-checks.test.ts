import { spawnSync } from "node:child_process";
import { fromBinary64 } from "@tau-edge/rollout";
import { describe, expect, it } from "vitest";
import { ProgramChecks } from "./program-checks.ts";

const run = (script: string, timeout_ms = 20_000) =>
  new ProgramChecks().run({ check: "smoke", command: [process.execPath, "-e", script], timeout_ms });

describe("a check that is a program", () => {
  it("passes with exit 0, and fails with any other", async () => {
    expect(await run("")).toEqual({ check: "smoke", outcome: "passed" });
    expect(await run("process.exit(3)")).toEqual({ check: "smoke", outcome: "failed" });
  });

  it("has the number in the last line of its output as its value, NaN and infinities too", async () => {
    const { value_f64 } = await run("console.log('12 requests'); console.log(0.25)");
    expect(value_f64 && fromBinary64(value_f64)).toBe(0.25);
    const nan = await run("console.log(NaN)");
    expect(nan.value_f64 && fromBinary64(nan.value_f64)).toBeNaN();
    expect(await run("console.log('12 requests')")).toEqual({ check: "smoke", outcome: "passed" });
  });

  it("keeps the end of its output, however much there is", async () => {
    const { value_f64 } = await run("process.stdout.write('x'.repeat(3e6) + '\\n7\\n')");
    expect(value_f64 && fromBinary64(value_f64)).toBe(7);
  });

  it("has said nothing when it cannot be started, is killed, or takes too long", async () => {
    const unreachable = { check: "smoke", outcome: "unreachable" };
    const missing = { check: "smoke", command: ["/nowhere/at-all"], timeout_ms: 1_000 };
    expect(await new ProgramChecks().run(missing)).toEqual(unreachable);
    for (const unstartable of [`${process.execPath}/x`, `/${"x".repeat(300)}`])
      expect(await new ProgramChecks().run({ ...missing, command: [unstartable] })).toEqual(unreachable);
    expect(await run("process.kill(process.pid, 'SIGKILL')")).toEqual(unreachable);
    expect(await run("setInterval(() => {}, 1000)", 200)).toEqual(unreachable);
  });

  it("ends with what it started, also where that holds its output", async () => {
    const sleeper = "setInterval(() => {}, 1000)";
    const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(sleeper)}], { stdio: 'inherit' }); setTimeout(() => process.exit(0), 100)`;
    expect(await run(script)).toEqual({ check: "smoke", outcome: "passed" });
  });

  it("keeps no process from its end by what it leaves behind", async () => {
    const sleeper = "setTimeout(() => {}, 60_000)";
    const daemon = `require('node:child_process').spawn(process.execPath, ['-e', '${sleeper}'], { stdio: 'inherit', detached: true })`;
    const check = { check: "smoke", command: [process.execPath, "-e", `console.log(${daemon}.pid); process.exit()`] };
    const module = new URL("program-checks.ts", import.meta.url).href;
    const script = `const { ProgramChecks } = await import(${JSON.stringify(module)});
      console.log(JSON.stringify(await new ProgramChecks().run(${JSON.stringify({ ...check, timeout_ms: 20_000 })})))`;
    const options = { encoding: "utf8", timeout: 30_000 } as const;
    const ended = spawnSync(process.execPath, ["--input-type=module", "-e", script], options);
    expect(ended.error).toBeUndefined();
    const { value_f64, outcome } = JSON.parse(ended.stdout);
    expect(outcome).toBe("passed");
    process.kill(fromBinary64(new Uint8Array(Object.values(value_f64))));
  });

  it("is no matter for a shell", async () => {
    const words = {
      check: "smoke",
      command: [process.execPath, "-e", "process.exit(process.argv[1] === '$HOME; exit 1' ? 0 : 1)", "$HOME; exit 1"],
      timeout_ms: 20_000,
    };
    expect(await new ProgramChecks().run(words)).toEqual({ check: "smoke", outcome: "passed" });
  });
});
