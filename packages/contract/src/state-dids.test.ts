import { decodeUtf8 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import type { BrowserDidEntry } from "./browser-did-entry.ts";
import { accepted, at, entry, project, read, write } from "./state-file.test-helper.ts";

const did = (nth: number, changes: Partial<BrowserDidEntry> = {}): BrowserDidEntry => ({
  did: `did:key:z${nth}`,
  method: "key",
  network: "tau-devnet",
  subject: "browser-agent",
  assurance: "dev",
  output_path: ".tau/deployment/browser-did.json",
  payload_sha256: "a".repeat(64),
  ...changes,
});

function writeDids(existing: string | Uint8Array | undefined, entries: readonly BrowserDidEntry[], seq = 0) {
  return accepted(project(existing, { kind: "dids", dids: { entries, position: at(seq) } }));
}

const stateOf = (bytes: Uint8Array) => JSON.parse(decodeUtf8(bytes));

describe("identities in state.json", () => {
  it("come with S1's empty state into a new file, in the original's layout", () => {
    const { bytes } = writeDids(undefined, [did(1)]);
    expect(decodeUtf8(bytes)).toContain('"browser_dids": [\n    {\n      "did": "did:key:z1",');
    expect(Object.keys(stateOf(bytes))).toEqual([
      ...["schema_version", "processed_case_keys", "rollouts", "health", "wasm_deliverables", "browser_dids"],
      "tau_edge",
    ]);
  });

  it("add nothing when they stand there already", () => {
    const first = writeDids(undefined, [did(1)], 3);
    const second = writeDids(first.bytes, [did(1)], 3);
    expect(second).toMatchObject({ changed: false });
    expect(second.bytes).toEqual(first.bytes);
  });

  it("are told apart by DID and path, and replaced at their place", () => {
    const two = [did(1), did(1, { output_path: "other.json" })];
    const { bytes } = writeDids(
      writeDids(undefined, two).bytes,
      [did(1, { payload_sha256: "b".repeat(64) }), did(2)],
      1,
    );
    const dids: BrowserDidEntry[] = stateOf(bytes).browser_dids;
    expect(dids.map(({ did, payload_sha256 }) => [did, payload_sha256[0]])).toEqual([
      ["did:key:z1", "b"],
      ["did:key:z1", "a"],
      ["did:key:z2", "a"],
    ]);
  });

  it("survive packagers, byte for byte, with their stamp", () => {
    const before = writeDids(undefined, [did(1)], 2);
    const after = write(before.bytes, [entry("app")], 5);
    expect(after.stamp).toMatchObject({ seq: 5, dids: before.stamp.dids });
    expect(stateOf(after.bytes).browser_dids).toEqual([did(1)]);
    expect(read(after.bytes)).toMatchObject({ written_by: "us", browser_did_count: 1 });
  });

  it("make the file foreign when somebody changed them, and only then", () => {
    const text = decodeUtf8(writeDids(undefined, [did(1)]).bytes);
    expect(read(text.replace("browser-agent", "another"))).toMatchObject({
      written_by: "foreign",
      foreign_at: "$.browser_dids",
    });
    expect(read(text.replace("{", '{ "note": 1,'))).toMatchObject({ written_by: "other_keys" });
  });

  it("are an array of objects, or the file is corrupt", () => {
    expect(read('{"browser_dids":{}}')).toMatchObject({ code: "state_corrupt", at: "$.browser_dids" });
    expect(read('{"browser_dids":[1]}')).toMatchObject({ code: "state_corrupt", at: "$.browser_dids[0]" });
  });

  it("are the same file whether it comes in one piece or byte by byte", () => {
    const { bytes } = writeDids(undefined, [did(1), did(2)]);
    const change = { kind: "dids", dids: { entries: [did(3)], position: at(9) } } as const;
    expect(accepted(project(bytes, change, 1)).bytes).toEqual(accepted(project(bytes, change)).bytes);
  });
});
