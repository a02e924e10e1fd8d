/** Cases and fixtures of the contract, as small as they can be. */
import { fileURLToPath } from "node:url";

const CONTRACT_FIXTURES = fileURLToPath(new URL("../../../../wasm-fixtures/contract/", import.meta.url));

export const contractFixture = (name: string) => `${CONTRACT_FIXTURES}${name}`;

interface Case {
  readonly expected: object;
  readonly [field: string]: unknown;
}

/** A container that is deployed. */
export function cloudCase(case_id: string, fields: { readonly [field: string]: unknown } = {}): Case {
  const what = {
    deploy_target: "container",
    runtime_profile: "native",
    blueprint_id: "web",
    environment: "staging",
    region: "eu",
    replicas: 1,
  };
  const artifact = "registry.example/web:1";
  const response_body = { status: "accepted", ...what, rollout_strategy: "recreate", artifact };
  return {
    case_id,
    ...what,
    container_image: artifact,
    expected: { outcome: "success", status_code: 202, response_body },
    ...fields,
  };
}

/** A target that does not run its profile. */
export function malformedCase(case_id: string): Case {
  return cloudCase(case_id, {
    runtime_profile: "wasm_wasi",
    expected: {
      outcome: "malformed_input",
      status_code: 422,
      error_code: "deployment_unsupported_runtime",
      response_body: { status: "rejected", reason: "runtime_target_mismatch" },
    },
  });
}

export function retryableCase(case_id: string): Case {
  return cloudCase(case_id, {
    simulate_retryable_failure: true,
    expected: {
      outcome: "retryable_failure",
      status_code: 503,
      error_code: "deployment_backend_unavailable",
      response_body: { status: "retryable", reason: "control_plane_unavailable" },
    },
  });
}

export function fixtureText(cases: readonly object[], name = "test"): string {
  return JSON.stringify({ schema_version: 1, name, cases });
}
