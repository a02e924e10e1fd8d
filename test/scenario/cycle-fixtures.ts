/** Fixtures for runners that are real processes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const container = (case_id: string, blueprint_id: string, image: string) => {
  const named = {
    blueprint_id,
    deploy_target: "container",
    runtime_profile: "native",
    environment: "staging",
    region: "iad",
    replicas: 1,
  };
  const response_body = { status: "accepted", ...named, rollout_strategy: "recreate", artifact: image };
  const expected = { outcome: "success", status_code: 202, response_body };
  return { case_id, ...named, container_image: image, expected };
};

/** Refused as its author expects. */
const malformed = (case_id: string) => ({
  ...container(case_id, "shop", "registry.example/shop:1"),
  runtime_profile: "wasm_wasi",
  expected: {
    outcome: "malformed_input",
    status_code: 422,
    error_code: "deployment_unsupported_runtime",
    response_body: { status: "rejected", reason: "runtime_target_mismatch" },
  },
});

/** @returns the path of the fixture */
export function writeFixture(directory: string, name: string, cases: readonly object[]): string {
  const path = join(directory, `${name}.json`);
  writeFileSync(path, JSON.stringify({ schema_version: 1, name, cases }));
  return path;
}

/** Cases of one blueprint that all succeed. */
export function successes(prefix: string, blueprint_id: string, count: number): readonly object[] {
  return Array.from({ length: count }, (_, nth) =>
    container(`${prefix}-${nth}`, blueprint_id, `registry.example/${blueprint_id}:1`),
  );
}

/** Two channels, a new version of a case that stands already, and one that is refused. */
export function mixedCases(): readonly object[] {
  return [
    ...successes("shop", "shop", 2),
    container("search-0", "search", "registry.example/search:2"),
    malformed("refused"),
  ];
}
