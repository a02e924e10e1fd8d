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

/** A record of two days ago, as after a quiet weekend. */
async function plantOldRecord(stream: string): Promise<void> {
  const state = await openState(join(at.dir, ".tau/deployment"));
  const draft = { type: "note", actor: { kind: "local", id: "somebody" }, body: {} } as const;
  const now_unix_ms = Date.now() - 48 * 60 * 60 * 1000;
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
  it("is refused by package with a flag that works, and recorded with it", async () => {
    await plantOldRecord(STREAM);
    const pack = ["package", fixture("module-empty"), "--blueprint", "app", "--no-deep", "--json"];
    const refused = await at.run(...pack);
    expect(refused.exitCode).toBe(3);
    expect(refused.stdout + refused.stderr).toMatch(/clock_jump[\s\S]*--accept-clock/);
    expect((await at.run(...pack, "--accept-clock")).exitCode).toBe(0);
    expect(await recordTypes(STREAM)).toEqual(["note", "artifact_packaged", "clock_accepted"]);
  });

  it("never stops a script that was written for the original", async () => {
    await plantOldRecord("default/dev/edge-wasm");
    const run = await at.run("--deployment-wasm-package-module", fixture("module-empty"));
    expect(run.exitCode).toBe(0);
    expect(await recordTypes("default/dev/edge-wasm")).toContain("clock_accepted");
  });
});
