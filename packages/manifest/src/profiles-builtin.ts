/**
 * Profiles that are always there: S1's two under their ids, and ours. The version is part of the id: a rule that must
 * change gets a new id, so that an old manifest still says what it was judged by.
 */
import { legacyConstraints } from "./legacy-constraints.ts";
import { MANIFEST_LIMITS } from "./limits.ts";
import type { Profile, WasiRange } from "./profile.ts";

const packages = (track: "0.2" | "0.3", names: readonly string[]): readonly WasiRange[] =>
  names.map((name) => ({ package: `wasi:${name}`, track }));

const EVERY_0_2 = packages("0.2", ["cli", "clocks", "filesystem", "http", "io", "random", "sockets"]);
/** WASI 0.3 has no `io`: streams and futures became part of the component model. */
const EVERY_0_3 = packages("0.3", ["cli", "clocks", "filesystem", "http", "random", "sockets"]);

const CONTROL_PLANE_GATEWAY: Profile = {
  schema_version: 1,
  profile_id: "control_plane_gateway_v1",
  description: "S1's profile for the control plane: WASI 0.2 and the core module env, at most 2 MiB.",
  runtime_profile: "wasm_wasi",
  kinds: ["module", "component"],
  wasi: EVERY_0_2,
  worlds: [],
  core_modules: ["env"],
  plain_imports: [],
  capabilities: "all",
  features: "all",
  size_bytes_max: legacyConstraints("wasm_wasi").max_artifact_size_bytes,
  feature_gates: legacyConstraints("wasm_wasi").required_feature_gates,
};

const CHANNEL_AUTOMATION_RUNTIME: Profile = {
  ...CONTROL_PLANE_GATEWAY,
  profile_id: "channel_automation_runtime_v1",
  description: "S1's profile for channel automation: WASI 0.2 and the core module env, at most 1 MiB.",
  runtime_profile: "channel_automation_wasi",
  size_bytes_max: legacyConstraints("channel_automation_wasi").max_artifact_size_bytes,
  feature_gates: legacyConstraints("channel_automation_wasi").required_feature_gates,
};

const WASI_PREVIEW2: Profile = {
  ...CONTROL_PLANE_GATEWAY,
  profile_id: "wasi_preview2_v1",
  description: "The default: every stable WASI 0.2 interface and nothing beside, any size that can be read at all.",
  core_modules: [],
  size_bytes_max: MANIFEST_LIMITS.artifact_size_bytes_max,
};

const WASI_HTTP_PROXY: Profile = {
  ...WASI_PREVIEW2,
  profile_id: "wasi_http_proxy_v1",
  description:
    "Components of the world wasi:http/proxy: HTTP, clocks and random; no files, no sockets, no environment.",
  kinds: ["component"],
  wasi: [],
  worlds: ["wasi:http/proxy@0.2"],
};

const WASI_PREVIEW3: Profile = {
  ...WASI_PREVIEW2,
  profile_id: "wasi_preview3_v1",
  description: "Components that import WASI 0.3, alone or beside WASI 0.2.",
  kinds: ["component"],
  wasi: [...EVERY_0_2, ...EVERY_0_3],
};

/** The default comes first. */
export const BUILTIN_PROFILES: readonly Profile[] = [
  WASI_PREVIEW2,
  WASI_HTTP_PROXY,
  WASI_PREVIEW3,
  CONTROL_PLANE_GATEWAY,
  CHANNEL_AUTOMATION_RUNTIME,
];

export const DEFAULT_PROFILE: Profile = WASI_PREVIEW2;

export function builtinProfile(profileId: string): Profile | undefined {
  return BUILTIN_PROFILES.find((profile) => profile.profile_id === profileId);
}

/** The profile that S1's flags mean by a runtime profile. */
export function legacyProfile(runtimeProfile: Profile["runtime_profile"]): Profile {
  return runtimeProfile === "wasm_wasi" ? CONTROL_PLANE_GATEWAY : CHANNEL_AUTOMATION_RUNTIME;
}
