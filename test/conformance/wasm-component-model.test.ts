/**
 * The component model suite's 736 components: every valid one is read, every malformed one refused, and the imports
 * and exports of a world are those that jco's validator prints for every component that it accepts.
 */
import { type Inspection, inspect, WasmError } from "@tau-edge/wasm";
import { afterAll, describe, expect, it } from "vitest";
import { acceptedMalformed, readSpecCases } from "./spec-cases.ts";
import { WitPrinter, worldNames } from "./wit-printer.ts";

const CASES = readSpecCases("component-model-cases.jsonl.gz");
const printer = new WitPrinter();
afterAll(() => printer.close());

function read(bytes: Uint8Array, features = false): Inspection | undefined {
  try {
    return inspect(bytes, { features });
  } catch (error) {
    if (error instanceof WasmError) return undefined;
    throw error;
  }
}

/** A world prints types, and the functions of resources, as statements of another form. */
function worldMembers(facts: readonly { readonly name: string; readonly kind: string }[]): string[] {
  return facts
    .filter(({ name, kind }) => (kind === "instance" || kind === "func") && !name.startsWith("["))
    .map(({ name }) => name)
    .toSorted();
}

describe("the component model's suite", () => {
  it("is whole", () => {
    const count = (expected: string) => CASES.filter((each) => each.expected === expected).length;
    expect([CASES.length, count("valid"), count("invalid"), count("malformed")]).toEqual([736, 286, 380, 70]);
  });

  it("has no valid component that is refused, with or without features", () => {
    const valid = CASES.filter(({ expected }) => expected === "valid");
    expect(valid.filter(({ bytes }) => read(bytes) === undefined).map(({ name }) => name)).toEqual([]);
    expect(valid.filter(({ bytes }) => read(bytes, true) === undefined).map(({ name }) => name)).toEqual([]);
  });

  it("has no malformed component that is read", () => {
    const malformed = CASES.filter(({ expected }) => expected === "malformed");
    expect(acceptedMalformed(malformed.filter(({ bytes }) => read(bytes) !== undefined))).toBe("{}\n");
  });

  it("has the worlds that jco prints", async () => {
    const tally = { printed: 0, refused: 0, trapped: 0 };
    const differing: unknown[] = [];
    for (const { name, bytes } of CASES) {
      const found = read(bytes);
      if (found === undefined) continue;
      const answer = await printer.print(bytes);
      tally[answer.outcome] += 1;
      if (answer.outcome !== "printed") continue;
      const ours = [worldMembers(found.imports), worldMembers(found.exports)];
      // The printer puts interfaces before functions.
      const theirs = [worldNames(answer.wit, "import").toSorted(), worldNames(answer.wit, "export").toSorted()];
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) differing.push({ name, ours, theirs });
    }
    expect(differing).toEqual([]);

    expect(tally.printed).toBeGreaterThan(250);
  }, 120_000);
});
