import { type CborValue, encodeCbor, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { aCase } from "./case.test-helper.ts";
import { caseKey } from "./case-key.ts";
import { evaluate } from "./evaluate.ts";
import { checkExpected } from "./expected.ts";
import { PAGE_RESULTS_MAX } from "./limits.ts";
import { contractPage, PageFiller, readContractPage } from "./page.ts";
import { type CaseResult, caseResult } from "./result.ts";

type Changes = { readonly [key: string]: unknown };

function resultOf(changes: Changes = {}, attempts = 1): CaseResult {
  const given = aCase(changes);
  const evaluation = evaluate(given, { module: { outcome: "absent" } });
  const mismatch = checkExpected(evaluation, given.expected);
  return caseResult({ case: given, case_key: caseKey(given, "", sha256), evaluation, attempts, mismatch });
}

describe("a result", () => {
  it("is the case in normal form and what it came to", () => {
    expect(resultOf({ deploy_target: " WASM ", case_id: " one " }, 2)).toStrictEqual({
      case_key: expect.stringMatching(/^wasm:wasm_wasi:production:edge-wasm:one:iad:/),
      case_id: " one ",
      deploy_target: "wasm",
      runtime_profile: "wasm_wasi",
      blueprint_id: "edge-wasm",
      environment: "production",
      region: "iad",
      replicas: 2,
      outcome: "success",
      status_code: 201,
      error_code: "",
      reason: "",
      detail_code: "",
      detail: "",
      artifact: "edge/runtime.wasm",
      artifact_sha256: "",
      artifact_size_bytes: 0,
      artifact_manifest: "",
      runtime_constraints: [],
      rollout_strategy: "canary",
      attempts: 2,
    });
  });

  it("of a case that came to something else than was expected says both", () => {
    expect(resultOf({ expected: { status_code: 202 } })).toMatchObject({
      outcome: "contract_mismatch",
      status_code: 201,
      mismatch: { field: "status_code", expected: "202", actual: "201" },
    });
  });
});

describe("a page", () => {
  const results = [resultOf(), resultOf({ expected: { status_code: 202 } }), resultOf({ region: "\u{1f600}" }, 4)];

  it("reads as it was written, and its digest is that of its bytes", () => {
    const page = contractPage(results, sha256);
    expect(readContractPage(page.bytes)).toStrictEqual(results);
    expect(contractPage(readContractPage(page.bytes), sha256)).toEqual(page);
  });

  const { mismatch: _, ...first } = resultOf();
  it.each<[string, CborValue, string]>([
    ["another tag", ["contract_pages", { v: 1, results: [] }], "object_tag"],
    ["a newer version", ["contract_page", { v: 2, results: [] }], "object_newer"],
    ["an unknown field", ["contract_page", { v: 1, results: [], more: 1 }], "field_malformed"],
    [
      "a result with an unknown field",
      ["contract_page", { v: 1, results: [{ ...first, more: 1 }] }],
      "field_malformed",
    ],
    [
      "a result with an unknown outcome",
      ["contract_page", { v: 1, results: [{ ...first, outcome: "fine" }] }],
      "field_malformed",
    ],
    ["a result without attempts", ["contract_page", { v: 1, results: [{ ...first, attempts: 0 }] }], "field_malformed"],
  ])("is refused with %s", (_name, value, code) => {
    expect(() => readContractPage(encodeCbor(value))).toThrow(expect.objectContaining({ name: "LedgerError", code }));
  });
});

describe("pages are filled", () => {
  function pagesOf(results: Iterable<CaseResult>): number[] {
    const filler = new PageFiller(sha256);
    const pages = [];
    for (const result of results) pages.push(filler.add(result));
    pages.push(filler.end());
    return pages.flatMap((page) => (page === undefined ? [] : [readContractPage(page.bytes).length]));
  }

  it.each([
    [0, []],
    [1, [1]],
    [PAGE_RESULTS_MAX, [PAGE_RESULTS_MAX]],
    [PAGE_RESULTS_MAX + 1, [PAGE_RESULTS_MAX, 1]],
  ])("with up to a thousand results: %i", (count, lengths) => {
    expect(pagesOf(Array.from({ length: count }, () => resultOf()))).toEqual(lengths);
  });

  it("with fewer when they are large, so that each can be read again", () => {
    const text = ":".repeat(16 * 1024);
    const large = resultOf({
      case_id: text,
      blueprint_id: text,
      region: text,
      wasm_module: text,
      expected: { status_code: 202 },
    });
    const lengths = pagesOf(Array.from({ length: 200 }, () => large));
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(200);
    expect(lengths.length).toBeGreaterThan(1);
    expect(lengths.slice(0, -1).every((length) => length < 100 && length > 20)).toBe(true);
  });

  it("in the order of the results, none twice and none lost", () => {
    const filler = new PageFiller(sha256);
    const seen: number[] = [];
    const keep = (page: { readonly bytes: Uint8Array } | undefined) => {
      if (page !== undefined) seen.push(...readContractPage(page.bytes).map(({ attempts }) => attempts));
    };
    for (let attempts = 1; attempts <= 2_500; attempts++) keep(filler.add({ ...resultOf(), attempts }));
    keep(filler.end());
    keep(filler.end());
    expect(seen).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1));
  });
});
