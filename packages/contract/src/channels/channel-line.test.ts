import { describe, expect, it } from "vitest";
import type { CaseResult } from "../cases/result.ts";
import { CONTRACT_LIMITS } from "../limits.ts";
import { channelLine, channelPositionOf } from "./channel-line.ts";
import { makeJsonlCounts } from "./jsonl-counts.ts";

const SUCCESS: CaseResult = {
  case_key: "wasm:wasm_wasi:production:edge-wasm:one:iad:0123456789abcdef",
  case_id: "one",
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
  attempts: 1,
};
const REJECTED: CaseResult = {
  ...SUCCESS,
  outcome: "malformed_input",
  status_code: 422,
  error_code: "deployment_unsupported_runtime",
  reason: "runtime_target_mismatch",
};
const AT = { seq: 7, nth: 3 };

describe("channelLine", () => {
  it("says a success in S1's words, and where the line belongs", () => {
    const line = channelLine(SUCCESS, 1000, AT);
    expect(line).toMatchObject(AT);
    expect(line.log).toBe(
      '{"timestamp_unix_ms":1000,"direction":"system","event_key":"wasm:wasm_wasi:production:edge-wasm:one:iad:0123456789abcdef",' +
        '"source":"tau-deployment-runner","payload":{"artifact":"edge/runtime.wasm","artifact_manifest":"","artifact_sha256":"",' +
        '"artifact_size_bytes":0,"blueprint_id":"edge-wasm","case_id":"one","deploy_target":"wasm","environment":"production",' +
        '"outcome":"success","region":"iad","replicas":2,"rollout_strategy":"canary","runtime_constraints":[],' +
        '"runtime_profile":"wasm_wasi","status_code":201},"seq":7,"nth":3}',
    );
    expect(line.context).toBe(
      '{"timestamp_unix_ms":1000,"role":"system","text":"deployment case=one outcome=success target=wasm runtime=wasm_wasi ' +
        'environment=production region=iad status=201 artifact=edge/runtime.wasm replicas=2","seq":7,"nth":3}',
    );
  });

  it("says why a case was rejected", () => {
    const { log, context } = channelLine(REJECTED, 1000, AT);
    expect(JSON.parse(log).payload).toEqual({
      blueprint_id: "edge-wasm",
      case_id: "one",
      deploy_target: "wasm",
      environment: "production",
      error_code: "deployment_unsupported_runtime",
      outcome: "malformed_input",
      reason: "runtime_target_mismatch",
      region: "iad",
      replicas: 2,
      runtime_profile: "wasm_wasi",
      status_code: 422,
    });
    expect(context).toContain("error=deployment_unsupported_runtime reason=runtime_target_mismatch");
    expect(JSON.parse(channelLine({ ...REJECTED, detail: "no magic" }, 1, AT).log).payload.detail).toBe("no magic");
  });

  it.each(["retryable_failure", "contract_mismatch"] as const)("has no context line for a %s", (outcome) => {
    expect(channelLine({ ...REJECTED, outcome }, 1000, AT)).not.toHaveProperty("context");
  });

  it("keeps its payload in the order of its keys, as the original does", () => {
    for (const result of [SUCCESS, { ...REJECTED, detail: "x" }]) {
      const keys = Object.keys(JSON.parse(channelLine(result, 1, AT).log).payload);
      expect(keys).toEqual([...keys].sort());
    }
  });

  it("stays one line whatever a case is called", () => {
    const { log, context } = channelLine({ ...SUCCESS, case_id: "a\nb\u2028c outcome=x" }, 1, AT);
    expect(`${log}${context}`).not.toContain("\n");
    expect(JSON.parse(context ?? "").text).toContain('case="a\\nb\\u2028c outcome=x" outcome=success');
  });
});

describe("channelPositionOf", () => {
  it.each([
    [channelLine(SUCCESS, 1, AT).log, AT],
    [channelLine(SUCCESS, 1, AT).context ?? "", AT],
    ['{"timestamp_unix_ms":1,"direction":"system"}', undefined],
    ['{"seq":1}', undefined],
    ['{"seq":1,"nth":-1}', undefined],
    ['{"seq":1,"nth":', undefined],
  ])("%s", (line, position) => {
    expect(channelPositionOf(line)).toEqual(position);
  });
});

describe("makeJsonlCounts", () => {
  it("counts objects, and lines that are none", () => {
    const counter = makeJsonlCounts();
    for (const line of ["{}", channelLine(SUCCESS, 1, AT).log, "[]", '{"half', ""]) counter.add(line);
    counter.add(`{"a":"${"x".repeat(CONTRACT_LIMITS.channel_line_chars_max)}"}`);
    expect(counter.counts()).toEqual({ records: 2, invalid_lines: 4 });
  });
});
