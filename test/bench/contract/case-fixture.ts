/** Fixtures of any size, a chunk at a time. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { FixtureSource } from "@tau-edge/control";

const CHUNK_CASES = 500;
const BLUEPRINTS = 50;

/** S1's three targets in turn, all of them successes. */
function caseText(nth: number): string {
  const [deploy_target, runtime_profile, rollout_strategy, status_code] = TARGETS[nth % TARGETS.length] ?? TARGETS[0];
  const named = {
    blueprint_id: `service-${nth % BLUEPRINTS}`,
    deploy_target,
    runtime_profile,
    environment: nth % 2 === 0 ? "staging" : "production",
    region: "iad",
    replicas: 1 + (nth % 9),
  };
  const artifact =
    deploy_target === "wasm" ? `edge/module-${nth % BLUEPRINTS}.wasm` : `registry.example/service:${nth}`;
  const place = deploy_target === "wasm" ? { wasm_module: artifact } : { container_image: artifact };
  const response_body = { status: "accepted", ...named, rollout_strategy, artifact };
  const expected = { outcome: "success", status_code, response_body };
  return JSON.stringify({ schema_version: 1, case_id: `case-${nth}`, ...named, ...place, expected });
}

const TARGETS = [
  ["container", "native", "recreate", 202],
  ["kubernetes", "native", "rolling", 202],
  ["wasm", "wasm_wasi", "canary", 201],
] as const;

function* fixtureText(cases: number): Generator<string> {
  yield `{"schema_version":1,"name":"bench","cases":[`;
  for (let from = 0; from < cases; from += CHUNK_CASES) {
    const texts = Array.from({ length: Math.min(CHUNK_CASES, cases - from) }, (_, nth) => caseText(from + nth));
    yield (from === 0 ? "" : ",") + texts.join(",");
  }
  yield "]}";
}

export async function writeFixture(path: string, cases: number): Promise<void> {
  const file = await open(path, "wx");
  try {
    for (const text of fixtureText(cases)) await file.write(text);
  } finally {
    await file.close();
  }
}

export function fixtureAt(file: string): FixtureSource {
  return { file, chunks: () => createReadStream(file, { highWaterMark: 256 * 1024 }) };
}
