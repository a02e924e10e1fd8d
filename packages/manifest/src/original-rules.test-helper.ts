/**
 * The original's manifest rules, restated from its format description and nothing else: an oracle that shares no code
 * with this package. It answers which rule refuses a file first, in the original's order, or undefined.
 */

const GATES = [
  "no_native_process_exec",
  "filesystem_limited_to_preopened_dirs",
  "network_access_requires_host_capability",
  "deterministic_time_requires_host_injection",
];

const CONSTRAINTS = {
  wasm_wasi: {
    schema_version: 1,
    profile_id: "control_plane_gateway_v1",
    target_role: "control_plane_gateway",
    required_runtime_profile: "wasm_wasi",
    required_abi: "wasi:*",
    required_feature_gates: GATES,
    allowed_import_modules: ["wasi:*", "env"],
    forbidden_import_modules: ["wasi_snapshot_preview1", "wasi_unstable"],
    max_artifact_size_bytes: 2 * 1024 * 1024,
  },
  channel_automation_wasi: {
    schema_version: 1,
    profile_id: "channel_automation_runtime_v1",
    target_role: "channel_automation_runtime",
    required_runtime_profile: "channel_automation_wasi",
    required_abi: "wasi:*",
    required_feature_gates: [...GATES, "channel_event_dispatch_host_capability"],
    allowed_import_modules: ["wasi:*", "env"],
    forbidden_import_modules: ["wasi_snapshot_preview1", "wasi_unstable"],
    max_artifact_size_bytes: 1024 * 1024,
  },
};

type Json = Record<string, unknown>;

const text = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
const whole = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value > 0;
const texts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/** @returns the field whose rule is broken, or a compliance code, or undefined when the original accepts the file */
export function originalRefusal(file: string): string | undefined {
  const given = JSON.parse(file) as Json;
  const constraints = given["runtime_constraints"] ?? CONSTRAINTS.wasm_wasi;
  const gates = given["capability_constraints"] ?? GATES;
  const imports = given["observed_import_modules"] ?? [];
  const profile = String(given["runtime_profile"]).trim();
  const rules: [string, boolean][] = [
    ["schema_version", (given["schema_version"] ?? 1) === 1],
    ["manifest_kind", String(given["manifest_kind"] ?? "tau_wasm_deliverable").trim() === "tau_wasm_deliverable"],
    ["blueprint_id", text(given["blueprint_id"])],
    ["deploy_target", String(given["deploy_target"]).trim() === "wasm"],
    ["runtime_profile", profile === "wasm_wasi" || profile === "channel_automation_wasi"],
    ["source_module_path", text(given["source_module_path"])],
    ["artifact_path", text(given["artifact_path"])],
    ["artifact_sha256", /^[0-9a-f]{64}$/.test(String(given["artifact_sha256"]).trim())],
    ["artifact_size_bytes", whole(given["artifact_size_bytes"])],
    ["generated_unix_ms", whole(given["generated_unix_ms"])],
    ["capability_constraints", texts(gates) && gates.length > 0 && gates.every(text)],
    ["observed_import_modules", texts(imports)],
  ];
  const broken = rules.find(([, holds]) => !holds);
  if (broken !== undefined) return broken[0];
  const expected = CONSTRAINTS[profile as keyof typeof CONSTRAINTS];
  for (const [key, value] of Object.entries(expected))
    if (JSON.stringify((constraints as Json)[key]) !== JSON.stringify(value)) return `runtime_constraints.${key}`;
  return refusedCompliance(imports as string[], gates as string[], Number(given["artifact_size_bytes"]), expected);
}

function refusedCompliance(
  imports: string[],
  gates: string[],
  size: number,
  constraints: (typeof CONSTRAINTS)["wasm_wasi"],
): string | undefined {
  if (size > constraints.max_artifact_size_bytes) return "artifact_size_limit_exceeded";
  if (constraints.required_feature_gates.some((gate) => !gates.includes(gate))) return "required_feature_gate_missing";
  if (imports.length > 0 && !imports.some((name) => name.startsWith("wasi:"))) return "required_abi_missing";
  if (imports.some((name) => !name.startsWith("wasi:") && name !== "env")) return "import_module_not_allowlisted";
  if (imports.some((name) => constraints.forbidden_import_modules.includes(name))) return "import_module_forbidden";
  return undefined;
}
