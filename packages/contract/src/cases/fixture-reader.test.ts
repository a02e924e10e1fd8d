import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { encodeUtf8 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { caseJson, fixtureJson, RETRYABLE, readFixture, rejection } from "./case.test-helper.ts";
import { FixtureReader } from "./fixture-reader.ts";
import { CASE_BYTES_MAX, FIXTURE_NAME_BYTES_MAX } from "./limits.ts";
import { FIXTURE_REFUSALS, type FixtureRefusalCode } from "./refusals.ts";

type Changes = { readonly [key: string]: unknown };

const refusal = (code: FixtureRefusalCode, at: string) => expect.objectContaining({ outcome: "refused", code, at });
const read = (cases: readonly unknown[], changes?: Changes) => readFixture(fixtureJson(cases, changes)).result;
const readOne = (changes: Changes) => read([caseJson(changes)]);

describe("deployment_contract: a fixture that is read", () => {
  it.each([1, 7, 1 << 16])("yields its cases in file order, in chunks of %i bytes", (chunkBytes) => {
    const text = JSON.stringify(fixtureJson([caseJson({ case_id: " one " }), caseJson({ case_id: "two" })]), null, 2);
    const { result, rows } = readFixture(text, chunkBytes);
    expect(result).toEqual({ outcome: "read", name: "test", cases: 2, size_bytes: text.length });
    expect(rows.map(({ index, trimmed_id, case: { case_id } }) => [index, trimmed_id, case_id])).toEqual([
      [0, "one", " one "],
      [1, "two", "two"],
    ]);
    for (const { raw, at } of rows) expect(new TextDecoder().decode(raw)).toBe(text.slice(at, at + raw.length));
  });

  it.each<[string, Changes]>([
    ["description", { description: "what it is for" }],
    ["an unknown key", { owner: { team: [1.5, { size: 1e300 }] } }],
  ])("may have %s", (_name, changes) => {
    expect(read([caseJson()], changes)).toMatchObject({ outcome: "read" });
  });

  it("may have its header after its cases", () => {
    const text = `{"cases":[${JSON.stringify(caseJson())}],"name":"late","schema_version":1}`;
    expect(readFixture(text).result).toMatchObject({ outcome: "read", name: "late" });
  });
});

it("cases that were not taken are missed, not lost", () => {
  const text = encodeUtf8(JSON.stringify(fixtureJson([caseJson(), caseJson({ case_id: "b" })])));
  const reader = new FixtureReader();
  for (const row of reader.push(text)) if (row.index === 0) break;
  expect(() => reader.end()).toThrow(TypeError);
  const other = new FixtureReader();
  other.push(text);
  expect(() => other.push(text)).toThrow(TypeError);
});

describe("deployment_contract, step 1: the text and its types", () => {
  const one = JSON.stringify(caseJson());
  it.each<[string, string, FixtureRefusalCode, string]>([
    ["an empty file", "", "fixture_syntax", "0"],
    ["no JSON", "cases: []", "fixture_syntax", "0"],
    ["an array", `[${one}]`, "fixture_syntax", "0"],
    ["a byte order mark", `\ufeff{"schema_version":1}`, "fixture_syntax", "0"],
    ["a cut file", `{"schema_version":1,"name":"x","cases":[${one}`, "fixture_syntax", String(39 + one.length + 1)],
    [
      "text after the end",
      `{"schema_version":1,"name":"x","cases":[${one}]} {}`,
      "fixture_syntax",
      String(43 + one.length),
    ],
    ["a key that stands twice", '{"schema_version":1,"schema_version":1}', "fixture_syntax", "20"],
    ["a key that stands twice in a case", '{"cases":[{"case_id":"a","case_id":"b"}]}', "fixture_syntax", "25"],
    ["a fault inside a case", '{"cases":[{"case_id":nil}]}', "fixture_syntax", "21"],
    ["no schema_version", `{"name":"x","cases":[${one}]}`, "fixture_syntax", "schema_version"],
    [
      "schema_version as text",
      `{"schema_version":"1","name":"x","cases":[${one}]}`,
      "fixture_syntax",
      "schema_version",
    ],
    ["schema_version 1.0", `{"schema_version":1.0,"name":"x","cases":[${one}]}`, "fixture_syntax", "schema_version"],
    ["schema_version -1", `{"schema_version":-1,"name":"x","cases":[${one}]}`, "fixture_syntax", "schema_version"],
    [
      "schema_version beyond u32",
      `{"schema_version":4294967296,"name":"x","cases":[${one}]}`,
      "fixture_syntax",
      "schema_version",
    ],
    ["no name", `{"schema_version":1,"cases":[${one}]}`, "fixture_syntax", "name"],
    ["a name that is null", `{"schema_version":1,"name":null,"cases":[${one}]}`, "fixture_syntax", "name"],
    [
      "a description that is no text",
      `{"schema_version":1,"name":"x","description":7,"cases":[${one}]}`,
      "fixture_syntax",
      "description",
    ],
    ["no cases", '{"schema_version":1,"name":"x"}', "fixture_syntax", "cases"],
    ["cases that are no array", '{"schema_version":1,"name":"x","cases":{}}', "fixture_syntax", "cases"],
    ["a case that is no object", '{"schema_version":1,"name":"x","cases":[[]]}', "case_malformed", "cases[0]"],
    ["a case that is a float", '{"schema_version":1,"name":"x","cases":[1.5]}', "case_malformed", "cases[0]"],
    [
      "a name beyond 4 KiB",
      `{"schema_version":1,"name":"${"n".repeat(FIXTURE_NAME_BYTES_MAX + 1)}","cases":[${one}]}`,
      "fixture_too_large",
      "name",
    ],
    [
      "a case beyond 1 MiB",
      `{"schema_version":1,"name":"x","cases":["${"c".repeat(CASE_BYTES_MAX)}"]}`,
      "fixture_too_large",
      "40",
    ],
  ])("refuses %s", (_name, text, code, at) => {
    expect(readFixture(text).result).toEqual(refusal(code, at));
  });

  it.each<[string, unknown]>([
    ...["case_id", "deploy_target", "runtime_profile", "blueprint_id", "environment", "region"].flatMap(
      (field): [string, unknown][] => [
        [field, undefined],
        [field, null],
        [field, 7],
      ],
    ),
    ...["container_image", "wasm_module", "wasm_manifest"].flatMap((field): [string, unknown][] => [
      [field, null],
      [field, []],
    ]),
    ["schema_version", "1"],
    ["schema_version", -1],
    ["schema_version", 4_294_967_296],
    ["replicas", -1],
    ["replicas", 65_536],
    ["replicas", "2"],
    ["replicas", 1.5],
    ["replicas", null],
    ["simulate_retryable_failure", 1],
    ["simulate_retryable_failure", null],
    ["expected", undefined],
    ["expected", []],
    ["region", "r".repeat(16 * 1024 + 1)],
  ])("refuses a case whose %s is %j", (field, value) => {
    expect(readOne({ [field]: value })).toEqual(refusal("case_malformed", `cases[0].${field}`));
  });

  it.each<[string, unknown]>([
    ["outcome", undefined],
    ["outcome", "Success"],
    ["outcome", "contract_mismatch"],
    ["status_code", undefined],
    ["status_code", -1],
    ["status_code", 65_536],
    ["status_code", "201"],
    ["error_code", null],
    ["error_code", 5],
  ])("refuses a case whose expected %s is %j", (field, value) => {
    expect(readOne({ expected: { [field]: value } })).toEqual(refusal("case_malformed", `cases[0].expected.${field}`));
  });

  it.each(["1.0", "1e0", "-0", "65536", "18446744073709551616"])("refuses %s replicas", (number) => {
    const text = JSON.stringify(fixtureJson([caseJson({ replicas: 7 })])).replace(
      '"replicas":7',
      `"replicas":${number}`,
    );
    expect(readFixture(text).result).toEqual(refusal("case_malformed", "cases[0].replicas"));
  });

  it("reads the bounds of u16 and u32 themselves", () => {
    expect(readOne({ replicas: 65_535 })).toMatchObject({ outcome: "read" });
    expect(readOne({ schema_version: 4_294_967_295 })).toEqual(
      refusal("case_schema_version", "cases[0].schema_version"),
    );
    expect(read([caseJson()], { schema_version: 4_294_967_295 })).toEqual(
      refusal("fixture_schema_version", "schema_version"),
    );
    expect(readOne({ expected: { status_code: 65_535 } })).toEqual(
      refusal("success_status_range", "cases[0].expected.status_code"),
    );
  });

  it("names the first of two such fields", () => {
    expect(readOne({ replicas: -1, region: 7 })).toEqual(refusal("case_malformed", "cases[0].region"));
  });

  it("gives absent fields S1's defaults, and passes over unknown ones", () => {
    const bare = caseJson({ wasm_module: undefined, replicas: undefined, deploy_target: "container", unknown: [{}] });
    const { rows } = readFixture(fixtureJson([bare]));
    expect(rows[0]?.case).toMatchObject({
      schema_version: 1,
      container_image: "",
      wasm_module: "",
      wasm_manifest: "",
      replicas: 1,
      simulate_retryable_failure: false,
      expected: { error_code: "" },
    });
  });

  it("names the place of a fault inside a case as the offset in the file", () => {
    const text = '{"name":"x","cases":[{"case_id":nil}]}';
    const { result } = readFixture(text);
    expect(result).toMatchObject({ at: String(text.indexOf("nil")) });
    expect(result).toHaveProperty("detail", "cases[0]: Expected a value (json_syntax at offset 32)");
  });
});

describe("deployment_contract, step 2: the header, after the whole text", () => {
  it.each<[string, Changes, FixtureRefusalCode, string]>([
    ["schema_version 2", { schema_version: 2 }, "fixture_schema_version", "schema_version"],
    ["schema_version 0", { schema_version: 0 }, "fixture_schema_version", "schema_version"],
    ["a name of white space", { name: " \t\u0085" }, "fixture_name_blank", "name"],
    ["no case", { cases: [] }, "fixture_no_cases", "cases"],
    [
      "the version before the name",
      { schema_version: 2, name: "", cases: [] },
      "fixture_schema_version",
      "schema_version",
    ],
    ["the name before the cases", { name: "", cases: [] }, "fixture_name_blank", "name"],
  ])("%s", (_name, changes, code, at) => {
    expect(read([caseJson()], changes)).toEqual(refusal(code, at));
  });

  it("a name of U+FEFF is not blank: Rust does not trim it", () => {
    expect(read([caseJson()], { name: "\ufeff" })).toMatchObject({ outcome: "read" });
  });
});

/** In S1's order, for a case that expects success: what to change, and the code. */
const CASE_RULES: readonly [FixtureRefusalCode, string, Changes][] = [
  ["case_schema_version", "schema_version", { schema_version: 2 }],
  ["case_id_blank", "case_id", { case_id: " \u0085 " }],
  ["deploy_target_blank", "deploy_target", { deploy_target: "\u3000" }],
  ["runtime_profile_blank", "runtime_profile", { runtime_profile: "" }],
  ["blueprint_id_blank", "blueprint_id", { blueprint_id: "\n" }],
  ["environment_blank", "environment", { environment: " " }],
  ["region_blank", "region", { region: "\u2028" }],
  ["replicas_zero", "replicas", { replicas: 0 }],
  ["simulate_without_retryable", "simulate_retryable_failure", { simulate_retryable_failure: true }],
  ["response_body_not_object", "expected.response_body", { expected: { response_body: [] } }],
];
const SUCCESS_RULES: typeof CASE_RULES = [
  ...CASE_RULES,
  ["success_with_error_code", "expected.error_code", { expected: { error_code: "x" } }],
  ["success_status_range", "expected.status_code", { expected: { status_code: 300 } }],
];
const ERROR_RULES: typeof CASE_RULES = [
  ...CASE_RULES,
  ["error_code_missing", "expected.error_code", { expected: { error_code: " " } }],
  ["error_code_unknown", "expected.error_code", { expected: { error_code: "deployment_unknown" } }],
  ["error_status_range", "expected.status_code", { expected: { status_code: 399 } }],
];
const MALFORMED = rejection(422, "deployment_unsupported_runtime", "runtime_target_mismatch");

/** Both changes at once; of two that change the same field, the first. */
function both(first: Changes, second: Changes): Changes {
  const expected = { ...Object(second["expected"]), ...Object(first["expected"]) };
  return { ...second, ...first, expected };
}

describe("deployment_contract, step 3: the rules of one case", () => {
  it.each(SUCCESS_RULES)("%s at %s", (code, field, changes) => {
    expect(readOne(changes)).toEqual(refusal(code, `cases[0].${field}`));
  });

  it.each(ERROR_RULES)("of a case that expects an error: %s at %s", (code, field, changes) => {
    const expected = { ...MALFORMED, ...Object(changes["expected"]) };
    expect(readOne({ ...changes, expected })).toEqual(refusal(code, `cases[0].${field}`));
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["absent", undefined],
    ["text", "x"],
    ["a number", 1],
    ["a float", 1.5],
  ])("refuses a response body that is %s", (_name, response_body) => {
    expect(readOne({ expected: { response_body } })).toEqual(
      refusal("response_body_not_object", "cases[0].expected.response_body"),
    );
  });

  it.each([
    [199, "success_status_range"],
    [200, "read"],
    [299, "read"],
    [300, "success_status_range"],
  ])("success with status %i: %s", (status_code, answer) => {
    expect(Object.values(readOne({ expected: { status_code } }))).toContain(answer);
  });

  it.each([
    [399, "error_status_range"],
    [400, "read"],
    [599, "read"],
    [65_535, "read"],
  ])("an error with status %i: %s", (status_code, answer) => {
    expect(Object.values(readOne({ expected: { ...MALFORMED, status_code } }))).toContain(answer);
  });

  it.each([
    "deployment_invalid_blueprint",
    "deployment_unsupported_runtime",
    "deployment_missing_artifact",
    "deployment_backend_unavailable",
  ])("an error may have the code %s, with white space around it", (code) => {
    expect(readOne({ expected: { ...MALFORMED, error_code: ` ${code}\n` } })).toMatchObject({ outcome: "read" });
  });

  it("refuses a retryable failure that is not simulated, after the replicas and before the body", () => {
    const at = "cases[0].expected.outcome";
    expect(readOne({ expected: RETRYABLE })).toEqual(refusal("retryable_without_simulate", at));
    expect(readOne({ expected: { ...RETRYABLE, response_body: null } })).toEqual(
      refusal("retryable_without_simulate", at),
    );
    expect(readOne({ replicas: 0, expected: RETRYABLE })).toMatchObject({ code: "replicas_zero" });
    expect(readOne({ simulate_retryable_failure: true, expected: RETRYABLE })).toMatchObject({ outcome: "read" });
  });

  it.each([
    ["success", SUCCESS_RULES, {}],
    ["an error", ERROR_RULES, MALFORMED],
  ] as const)("of any two broken rules of a case that expects %s the earlier one counts", (_name, rules, base) => {
    let pairs = 0;
    rules.forEach(([code, , first], index) => {
      for (const [, , second] of rules.slice(index + 1)) {
        const changes = both(first, second);
        expect(readOne({ ...changes, expected: { ...base, ...Object(changes["expected"]) } })).toMatchObject({ code });
        pairs++;
      }
    });
    expect(pairs).toBe((rules.length * (rules.length - 1)) / 2);
  });

  it("counts the first case in file order, whatever its rule", () => {
    const cases = [caseJson(), caseJson({ case_id: "b", region: "" }), caseJson({ case_id: "", schema_version: 3 })];
    expect(read(cases)).toEqual(refusal("region_blank", "cases[1].region"));
  });
});

describe("deployment_contract, step 4: ids are unique", () => {
  it("white space around them aside", () => {
    const cases = [caseJson({ case_id: "a" }), caseJson({ case_id: "b" }), caseJson({ case_id: "\u0085a " })];
    expect(read(cases)).toEqual(refusal("case_id_duplicate", "cases[2].case_id"));
  });

  it("and the case of their letters counts, as U+FEFF does", () => {
    const cases = ["a", "A", "\ufeffa"].map((case_id) => caseJson({ case_id }));
    expect(read(cases)).toMatchObject({ outcome: "read", cases: 3 });
  });
});

/** In S1's order. */
const SUPPORT_RULES: readonly [FixtureRefusalCode, string, Changes][] = [
  ["target_unsupported", "deploy_target", { deploy_target: "vm" }],
  ["runtime_unsupported", "runtime_profile", { runtime_profile: "jvm" }],
  ["environment_unsupported", "environment", { environment: "prod" }],
  ["pair_unsupported", "runtime_profile", { runtime_profile: "native" }],
  ["wasm_artifact_missing", "wasm_module", { wasm_module: "  " }],
];

describe("deployment_contract, step 5: what can be deployed", () => {
  it.each(SUPPORT_RULES)("%s at %s", (code, field, changes) => {
    expect(readOne(changes)).toEqual(refusal(code, `cases[0].${field}`));
  });

  it.each(SUPPORT_RULES)("a case that expects to be malformed may be so: %s", (_code, _field, changes) => {
    expect(readOne({ ...changes, expected: MALFORMED })).toMatchObject({ outcome: "read" });
  });

  it("of any two the earlier one counts", () => {
    SUPPORT_RULES.forEach(([code, , first], index) => {
      for (const [, , second] of SUPPORT_RULES.slice(index + 1))
        expect(readOne(both(first, second))).toMatchObject({ code });
    });
  });

  it.each(["container", "kubernetes"])("%s needs an image", (deploy_target) => {
    const cloud = { deploy_target, runtime_profile: "native" };
    expect(readOne(cloud)).toEqual(refusal("container_image_missing", "cases[0].container_image"));
    expect(readOne({ ...cloud, container_image: "app:1" })).toMatchObject({ outcome: "read" });
  });

  it.each([
    ["container", "native", true],
    ["kubernetes", "native", true],
    ["wasm", "wasm_wasi", true],
    ["wasm", "channel_automation_wasi", true],
    ["wasm", "wasm-wasi", true],
    ["wasm", "Channel-Automation-WASI", true],
    ["wasm", "native", false],
    ["container", "wasm_wasi", false],
    ["container", "channel_automation_wasi", false],
    ["kubernetes", "wasm_wasi", false],
    ["kubernetes", "channel_automation_wasi", false],
  ])("%s with %s: %s", (deploy_target, runtime_profile, allowed) => {
    const result = readOne({ deploy_target, runtime_profile, container_image: "app:1" });
    expect(result).toMatchObject(allowed ? { outcome: "read" } : { code: "pair_unsupported" });
  });

  it.each([
    ["deploy_target", " WASM "],
    ["runtime_profile", "WASM_WASI"],
    ["environment", "\u0085Staging\n"],
  ])("%s may be written %j", (field, value) => {
    expect(readOne({ [field]: value })).toMatchObject({ outcome: "read" });
  });

  it.each([
    // U+212A KELVIN SIGN: its lowercase is k, but not in ASCII.
    ["deploy_target", "\u212aubernetes"],
    ["deploy_target", "\ufeffwasm"],
    ["runtime_profile", "wasm_w\u0130si"],
    ["runtime_profile", "wasm wasi"],
    ["runtime_profile", "channel_automation-wasi"],
  ])("%s may not be written %j", (field, value) => {
    expect(readOne({ [field]: value })).toHaveProperty("outcome", "refused");
  });

  it("a manifest stands for a module", () => {
    expect(readOne({ wasm_module: "", wasm_manifest: "m.json" })).toMatchObject({ outcome: "read" });
  });

  it("a retryable case is held to it too", () => {
    const changes = { simulate_retryable_failure: true, expected: RETRYABLE };
    expect(readOne({ ...changes, deploy_target: "vm" })).toMatchObject({ code: "target_unsupported" });
  });
});

describe("deployment_contract: the steps come in their order, wherever the faults stand", () => {
  const support = caseJson({ case_id: "s", deploy_target: "vm" });
  const rule = caseJson({ case_id: "r", region: "" });
  const malformed = caseJson({ case_id: "m", replicas: -1 });

  it.each<[string, unknown[], Changes, FixtureRefusalCode]>([
    ["a double id before support", [support, support], {}, "case_id_duplicate"],
    ["a broken rule before a double id", [support, support, rule], {}, "region_blank"],
    ["the header before a broken rule", [rule], { name: " " }, "fixture_name_blank"],
    ["a wrong type before the header", [rule, malformed], { schema_version: 2 }, "case_malformed"],
  ])("%s", (_name, cases, changes, code) => {
    expect(read(cases, changes)).toMatchObject({ code });
  });

  it("a cut file before everything that stands in it", () => {
    const text = JSON.stringify(fixtureJson([rule, support, support], { schema_version: 2 }));
    expect(readFixture(text.slice(0, -1)).result).toEqual(refusal("fixture_syntax", String(text.length - 1)));
  });

  it("of two faults of the text the first, and nothing after it is read", () => {
    const reader = new FixtureReader();
    const text = JSON.stringify(fixtureJson([caseJson(), malformed, caseJson({ case_id: "c" })]));
    expect([...reader.push(encodeUtf8(text))]).toHaveLength(1);
    expect(reader.isDecided).toBe(true);
    expect([...reader.push(encodeUtf8("}}}"))]).toEqual([]);
    expect(reader.end()).toEqual(refusal("case_malformed", "cases[1].replicas"));
  });

  it("no case is handed out after one that breaks a rule", () => {
    expect(readFixture(fixtureJson([caseJson(), rule, caseJson({ case_id: "c" })])).rows).toHaveLength(1);
  });
});

describe("memory", () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const heapBytes = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };

  it("is that of one case, also after a hundred thousand, and with faults of every phase but the first", () => {
    const reader = new FixtureReader();
    const text = (index: number) => JSON.stringify(caseJson({ case_id: `case-${index}`, deploy_target: "vm" }));
    const read = (from: number, to: number) => {
      for (let index = from; index < to; index++)
        for (const row of reader.push(encodeUtf8(`${text(index)},`))) reader.duplicate(row);
    };
    expect([...reader.push(encodeUtf8('{"schema_version":2,"cases":['))]).toEqual([]);
    read(0, 2_000);
    const before = heapBytes();
    read(2_000, 100_000);
    expect(heapBytes() - before).toBeLessThan(2_000_000);
    expect([...reader.push(encodeUtf8(`${text(100_000)}],"name":"x"}`))]).toHaveLength(1);
    expect(reader.end()).toEqual(refusal("fixture_schema_version", "schema_version"));
  });
});

it("every refusal has its meaning and its remedy, each a sentence", () => {
  for (const { meaning, remedy } of Object.values(FIXTURE_REFUSALS)) {
    expect(meaning).toMatch(/^[A-Z`].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  }
});

it("every refusal is produced by a test of this file", () => {
  const text = readFileSync(new URL(import.meta.url), "utf8");
  for (const code of Object.keys(FIXTURE_REFUSALS)) expect(text).toContain(`"${code}"`);
});
