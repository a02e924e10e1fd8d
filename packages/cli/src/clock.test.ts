import { join } from "node:path";
import { openState } from "@tau-edge/adapter-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixture, makeWorkplace, type Workplace } from "./cli.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const STREAM = "default/dev/app";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A record as of so many days ago; a negative number is a clock that was ahead then. */
async function plantRecord(stream: string, daysAgo: number): Promise<void> {
  const state = await openState(join(at.dir, ".tau/deployment"));
  const draft = { type: "note", actor: { kind: "local", id: "somebody" }, body: {} } as const;
  const now_unix_ms = Date.now() - daysAgo * DAY_MS;
  await state.ledger.append({ stream, expected_seq: -1, drafts: [draft], objects: [], now_unix_ms });
  await state.close();
}

async function recordTypes(stream: string): Promise<readonly string[]> {
  const state = await openState(join(at.dir, ".tau/deployment"));
  const records = await state.ledger.read(stream, 0, 10);
  await state.close();
  return records.map(({ record }) => record.type);
}

describe("a clock far from the last record", () => {
  it("is taken by package after a quiet week, and recorded", async () => {
    await plantRecord(STREAM, 7);
    const run = await at.run("package", fixture("module-empty"), "--blueprint", "app", "--no-deep");
    expect(run.exitCode).toBe(0);
    expect(await recordTypes(STREAM)).toEqual(["note", "artifact_packaged", "clock_accepted"]);
  });

  it("is refused by package when it is behind, with a flag that works, and recorded with it", async () => {
    await plantRecord(STREAM, -2);
    const pack = ["package", fixture("module-empty"), "--blueprint", "app", "--no-deep", "--json"];
    const refused = await at.run(...pack);
    expect(refused.exitCode).toBe(3);
    expect(refused.stdout + refused.stderr).toMatch(/clock_jump[\s\S]*--accept-clock/);
    expect((await at.run(...pack, "--accept-clock")).exitCode).toBe(0);
    expect(await recordTypes(STREAM)).toEqual(["note", "artifact_packaged", "clock_accepted"]);
  });

  it("never stops a script that was written for the original", async () => {
    await plantRecord("default/dev/edge-wasm", -2);
    const run = await at.run("--deployment-wasm-package-module", fixture("module-empty"));
    expect(run.exitCode).toBe(0);
    expect(await recordTypes("default/dev/edge-wasm")).toContain("clock_accepted");
  });
});
