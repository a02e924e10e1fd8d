/**
 * Makes the two rungs of `contract/` that are too long to write by hand: as many cases as one cycle of the original
 * takes, and a thousand. `build.ts` writes them; a test compares them with the disk.
 */
import { createHash } from "node:crypto";

export interface Rung {
  /** Below wasm-fixtures/. */
  readonly file: string;
  readonly text: string;
}

interface Pair {
  readonly deploy_target: string;
  readonly runtime_profile: string;
  readonly blueprint_id: string;
  readonly rollout_strategy: string;
  readonly status_code: number;
}

const PAIRS: readonly Pair[] = [
  pair("container", "native", "shop-gateway", "recreate"),
  pair("kubernetes", "native", "search-index", "rolling"),
  pair("wasm", "wasm_wasi", "edge-wasm", "canary"),
  pair("wasm", "channel_automation_wasi", "channel-bots", "canary"),
];
const ENVIRONMENTS = ["staging", "production"];
const REGIONS = ["iad", "fra", "nrt"];
const MODULE = `artifacts/edge-wasm/${sha256Hex(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))}.wasm`;

/** As many as the default queue limit, so that a cycle is full and nothing waits. */
const FULL_QUEUE_CASES = 64;
const MANY_CASES = 1_000;

export function generatedRungs(): readonly Rung[] {
  return [
    rung("04-full-queue-64-cases", "As many cases as one cycle takes by default.", FULL_QUEUE_CASES),
    rung("05-thousand-cases", "More than one cycle takes by default: the rest waits for the next.", MANY_CASES),
  ];
}

/** One case a line, so that a reader and a diff see cases. */
function rung(name: string, description: string, count: number): Rung {
  const id = name.slice("00-".length);
  const cases = Array.from({ length: count }, (_, index) => JSON.stringify(caseAt(index, id)));
  const head = `"schema_version":1,"name":${JSON.stringify(id)},"description":${JSON.stringify(description)}`;
  return { file: `contract/${name}.json`, text: `{${head},"cases":[\n${cases.join(",\n")}\n]}\n` };
}

function caseAt(index: number, id: string): object {
  const { status_code, rollout_strategy, ...names } = at(PAIRS, index);
  const place = {
    environment: at(ENVIRONMENTS, Math.floor(index / PAIRS.length)),
    region: at(REGIONS, index),
    replicas: 1 + (index % 5),
  };
  const isWasm = names.deploy_target === "wasm";
  const artifact = isWasm ? MODULE : imageOf(names.blueprint_id);
  return {
    case_id: `${id}-${String(index + 1).padStart(4, "0")}`,
    ...names,
    ...place,
    [isWasm ? "wasm_module" : "container_image"]: artifact,
    expected: {
      outcome: "success",
      status_code,
      response_body: { status: "accepted", ...names, ...place, rollout_strategy, artifact },
    },
  };
}

function pair(
  deploy_target: string,
  runtime_profile: string,
  blueprint_id: string,
  rollout_strategy: "canary" | "recreate" | "rolling",
): Pair {
  const status_code = deploy_target === "wasm" ? 201 : 202;
  return { deploy_target, runtime_profile, blueprint_id, rollout_strategy, status_code };
}

function imageOf(blueprint: string): string {
  return `registry.example/${blueprint}@sha256:${sha256Hex(new TextEncoder().encode(blueprint))}`;
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new RangeError("an empty list has no values");
  return value;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
