import { decodeUtf8, encodeUtf8, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { channelNameOf } from "./channel-name.ts";
import { channelSchema, channelSchemaFault } from "./channel-schema.ts";
import { memoryText } from "./memory-text.ts";

const name = channelNameOf("b.c/d", sha256);

describe("channelSchema", () => {
  it("is S1's three keys with a newline at the end", () => {
    expect(decodeUtf8(channelSchema(name))).toBe(
      '{\n  "schema_version": 1,\n  "transport": "deployment",\n  "channel_id": "b.c%2Fd"\n}\n',
    );
    expect(channelSchemaFault(channelSchema(name), name)).toBeUndefined();
  });

  it("is this channel's whatever else it says", () => {
    const more = '{"more":1,"channel_id":"b.c%2Fd","transport":"deployment","schema_version":1}';
    expect(channelSchemaFault(encodeUtf8(more), name)).toBeUndefined();
  });

  it.each([
    ["", /no JSON object/],
    ["[]", /no JSON object/],
    [`{"a":"${"x".repeat(70_000)}"}`, /no JSON object/],
    ['{"schema_version":2,"transport":"deployment","channel_id":"b.c%2Fd"}', /schema version/],
    ['{"schema_version":1,"transport":"github","channel_id":"b.c%2Fd"}', /transport/],
    ['{"schema_version":1,"transport":"deployment","channel_id":"v1.2"}', /another channel/],
    ['{"schema_version":1,"transport":"deployment"}', /another channel/],
  ])("says what is wrong with %.40s", (text, fault) => {
    expect(channelSchemaFault(encodeUtf8(text), name)).toMatch(fault);
  });
});

describe("memoryText", () => {
  const record = (changes: object = {}) =>
    JSON.stringify({
      ...{ case_id: "one", deploy_target: "wasm", runtime_profile: "wasm_wasi", artifact: "a.wasm", replicas: 2 },
      ...{ status_code: 201, outcome: "success", ...changes },
    });
  const text = (blueprint: string, ...records: readonly string[]) => [...memoryText(blueprint, records)].join("");

  it("has a heading and one line a rollout", () => {
    expect(text("edge-wasm", record(), record({ case_id: "two", replicas: 1 }))).toBe(
      "# Tau Deployment Snapshot (edge-wasm)\n\n" +
        "- one target=wasm runtime=wasm_wasi artifact=a.wasm replicas=2 status=201 outcome=success\n" +
        "- two target=wasm runtime=wasm_wasi artifact=a.wasm replicas=1 status=201 outcome=success\n",
    );
  });

  it("says none for what a record of the original lacks", () => {
    expect(text("x", "{}")).toContain(
      "- none target=none runtime=none artifact=none replicas=0 status=0 outcome=none\n",
    );
  });

  it("keeps to its lines whatever a blueprint or a case is called", () => {
    const lines = text("a\nb\u2028c", record({ case_id: "x\n- y", artifact: "z outcome=x" })).split(/[\n\u2028]/);
    expect(lines).toEqual([
      "# Tau Deployment Snapshot (a b c)",
      "",
      '- "x\\n- y" target=wasm runtime=wasm_wasi artifact="z outcome=x" replicas=2 status=201 outcome=success',
      "",
    ]);
  });

  it("lets no name turn the direction of its heading", () => {
    expect(text("a\u202eb\u2066c")).toBe("# Tau Deployment Snapshot (a b c)\n\n");
  });

  it("reads its records while it is read", () => {
    let taken = 0;
    function* endless() {
      for (;;) {
        taken++;
        yield record();
      }
    }
    const parts = memoryText("x", endless())[Symbol.iterator]();
    for (let i = 0; i < 3; i++) parts.next();
    expect(taken).toBe(2);
  });
});
