import { decodeUtf8 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { accepted, at, entry, project, write } from "./state-file.test-helper.ts";

const WITHDRAWN = {
  blueprint_id: "b",
  runtime_profile: "wasm_wasi",
  artifact_sha256s: new Set(["b".repeat(64)]),
} as const;

/** The blueprints that are listed after `b` was withdrawn. */
function without(existing: Uint8Array, entries = ["a", "c"]): { names: string[]; text: string } {
  const withdrawn = [WITHDRAWN];
  const kept = entries.map((name) => entry(name, name));
  const written = accepted(project(existing, { kind: "deliverables", entries: kept, withdrawn, position: at(9) }, 7));
  const text = decodeUtf8(written.bytes);
  return {
    names: JSON.parse(text).wasm_deliverables.map((listed: { blueprint_id: string }) => listed.blueprint_id),
    text,
  };
}

const listing = (...blueprints: string[]) =>
  write(
    undefined,
    blueprints.map((name) => entry(name, name)),
  ).bytes;

describe("an entry whose artifact was collected", () => {
  it.each([
    ["first", ["b", "a", "c"]],
    ["in the middle", ["a", "b", "c"]],
    ["last", ["a", "c", "b"]],
  ])("goes with its comma when it stands %s", (_where, blueprints) => {
    const { names, text } = without(listing(...blueprints));
    expect(names).toEqual(["a", "c"]);
    const [list] = /"wasm_deliverables": \[[\s\S]*?\n {2}\]/.exec(decodeUtf8(listing("a", "c"))) ?? [];
    expect(text).toContain(list);
  });

  it("leaves an empty list, or room for others", () => {
    expect(without(listing("b"), []).text).toContain('"wasm_deliverables": []');
    expect(without(listing("b"), ["a", "c"]).names).toEqual(["a", "c"]);
  });

  it("stays where somebody put another artifact in its place", () => {
    const original = write(undefined, [entry("b", "d")]).bytes;
    expect(without(original, []).names).toEqual(["b"]);
  });

  it("leaves a file that the next writer takes as ours", () => {
    const once = without(listing("a", "b")).text;
    const again = accepted(
      project(once, { kind: "deliverables", entries: [entry("a", "a"), entry("c", "c")], position: at(9) }),
    );
    expect(again).toMatchObject({ changed: false, was: "us" });
  });
});
