import { describe, expect, it } from "vitest";
import { ProgramBackend } from "./program-backend.ts";

const REQUEST = { case_key: "wasm:…", attempt: 2, document: new TextEncoder().encode('{"case_id":"ä"}') };
const apply = (script: string, timeout_ms = 20_000) =>
  new ProgramBackend({ command: [process.execPath, "-e", script], timeout_ms }).apply(REQUEST);
const READ = "const text = require('node:fs').readFileSync(0, 'utf8');";

describe("a backend that is a program", () => {
  it("takes a case with exit 0, and gets the whole document", async () => {
    expect(await apply("")).toEqual({ outcome: "accepted" });
    expect(await apply(`${READ} process.exit(JSON.parse(text).case_id === 'ä' ? 0 : 1)`)).toEqual({
      outcome: "accepted",
    });
  });

  it("gets a document that no pipe holds, and need not read it", async () => {
    const document = new Uint8Array(4_000_000).fill(0x20);
    const exit = `${READ} process.exit(text.length === 4_000_000 ? 0 : 1)`;
    for (const [script, outcome] of [
      [exit, "accepted"],
      ["process.exit(0)", "accepted"],
      ["process.exit(1)", "unavailable"],
    ] as const) {
      const backend = new ProgramBackend({ command: [process.execPath, "-e", script], timeout_ms: 20_000 });
      expect(await backend.apply({ ...REQUEST, document })).toMatchObject({ outcome });
    }
  });

  it.each([
    [
      "with any other exit, and its last line",
      "console.error('one'); console.error('quota is used up'); process.exit(7)",
      "exit 7: quota is used up",
    ],
    ["without a word", "process.exit(1)", "exit 1"],
    [
      "by a signal",
      "console.error('going'); process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)",
      "it was ended by SIGTERM: going",
    ],
    [
      "with characters that move the cursor",
      "process.stderr.write('\\x1b[2Jno\\tway\\r\\n'); process.exit(1)",
      "exit 1: [2Jno way",
    ],
    ["and does not hear what it prints for others", "console.log('secret'); process.exit(1)", "exit 1"],
  ])("is unavailable %s", async (_what, script, detail) => {
    expect(await apply(script)).toEqual({ outcome: "unavailable", detail });
  });

  it("is unavailable when it takes too long, or cannot be started", async () => {
    expect(await apply("setInterval(() => {}, 1000)", 300)).toEqual({
      outcome: "unavailable",
      detail: "it took longer than 300 ms",
    });
    const nowhere = new ProgramBackend({ command: ["/nowhere/at-all"], timeout_ms: 1_000 });
    expect(await nowhere.apply(REQUEST)).toEqual({
      outcome: "unavailable",
      detail: "it could not be started: ENOENT",
    });
  });

  it("complains at a bounded length", async () => {
    const answer = await apply("console.error('x'.repeat(100_000)); process.exit(1)");
    expect(answer.outcome === "unavailable" && answer.detail.length).toBe(500);
  });

  it("is no matter for a shell", async () => {
    const script = "process.exit(process.argv[1] === '$HOME; exit 1' ? 0 : 1)";
    const command = [process.execPath, "-e", script, "$HOME; exit 1"];
    expect(await new ProgramBackend({ command, timeout_ms: 20_000 }).apply(REQUEST)).toEqual({ outcome: "accepted" });
  });
});
