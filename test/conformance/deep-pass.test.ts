/**
 * The strict reader and the deep pass together, over the suites: what neither may accept, and what they refuse although
 * it is valid. Figures of the pinned engine and jco; another engine knows other proposals.
 */
import { createJcoValidator } from "@tau-edge/adapter-jco";
import { inspect, WasmError } from "@tau-edge/wasm";
import { afterAll, describe, expect, it } from "vitest";
import { readSpecCases } from "./spec-cases.ts";

const validator = createJcoValidator();
afterAll(() => validator.close());

type Outcome = "scan refused" | "passed" | "failed" | "not_run";

async function outcomeOf(bytes: Uint8Array): Promise<Outcome> {
  try {
    return (await validator.validate(bytes, inspect(bytes).kind)).result;
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
    return "scan refused";
  }
}

/** Names of the cases by what the suite expects and what came out. */
async function outcomes(file: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const { name, expected, bytes } of readSpecCases(file)) {
    const key = `${expected}: ${await outcomeOf(bytes)}`;
    found.set(key, [...(found.get(key) ?? []), name]);
  }
  return found;
}

describe("the component model's suite", () => {
  it("gets nothing malformed or invalid through, and nearly everything valid", async () => {
    const found = await outcomes("component-model-cases.jsonl.gz");
    expect([...found.keys()].filter((key) => !key.startsWith("valid:")).sort()).toEqual([
      "invalid: failed",
      "invalid: scan refused",
      "malformed: scan refused",
    ]);
    expect(found.get("valid: passed")?.length).toBe(265);
    // What cannot be written as WIT, and one on which jco traps.
    expect(found.get("valid: failed")?.length).toBe(21);
    expect(found.get("valid: scan refused")).toBeUndefined();
  });
});

describe("the core suite", () => {
  it("gets nothing malformed through; what is invalid in an older proposal only is valid by now", async () => {
    const found = await outcomes("wasm-spec-cases.jsonl.gz");
    expect(found.get("malformed: passed")).toBeUndefined();
    // A suite from before memories and tables could be shared or many: newer proposals made these eight valid.
    const older = found.get("invalid: passed") ?? [];
    expect(older.filter((name) => !name.startsWith("proposals/threads/"))).toEqual([]);
    expect(older.length).toBe(8);
    expect(found.get("valid: scan refused")).toBeUndefined();
    expect(found.get("valid: passed")?.length).toBe(2_722);
  });
});
