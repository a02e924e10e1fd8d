/**
 * Why an artifact is refused, or what is worth knowing about it. S1's seven codes come first, in the order in which S1
 * emits them; then ours. The codes are public API; each has one meaning, and one remedy that is a command where one
 * exists. A code is fatal unless it says otherwise.
 */
export interface ReasonCodeRow {
  readonly meaning: string;
  /** One sentence. */
  readonly remedy: string;
  readonly fatal: boolean;
}

const FATAL = true;
const INFORMS = false;

export const REASON_CODES = {
  runtime_profile_mismatch: {
    meaning: "The profile is made for another runtime profile than the one asked for.",
    remedy: "Choose a profile of that runtime: `tau-edge profile list` names the runtime of each.",
    fatal: FATAL,
  },
  artifact_size_limit_exceeded: {
    meaning: "The artifact is larger than the profile allows.",
    remedy:
      "Strip it with `npx -p binaryen wasm-opt -Oz --strip-debug x.wasm -o small.wasm` (modules), or judge it with `tau-edge package x.wasm --profile wasi_preview2_v1`, which has no cap of its own.",
    fatal: FATAL,
  },
  required_feature_gate_missing: {
    meaning: "The profile leaves out a label that its runtime profile requires in `capability_constraints`.",
    remedy: "Add the label to `feature_gates` in the profile file, or leave `feature_gates` out.",
    fatal: FATAL,
  },
  abi_assumed_no_imports: {
    meaning: "The artifact imports nothing, so nothing shows that it was built for WASI.",
    remedy: "Nothing to do: it runs anywhere, and it can reach nothing.",
    fatal: INFORMS,
  },
  required_abi_missing: {
    meaning: "The artifact imports something, and none of it is WASI.",
    remedy: "Build it for WASI 0.2: `cargo build --release --target wasm32-wasip2`.",
    fatal: FATAL,
  },
  import_module_not_allowlisted: {
    meaning: "An import is not on the profile's list.",
    remedy:
      "Remove the import, or list it in a profile of your own (`tau-edge profile show wasi_preview2_v1` prints one to start from) and judge with `tau-edge package x.wasm --profile-file PROFILE.json`.",
    fatal: FATAL,
  },
  import_module_forbidden: {
    meaning: "A module imports WASI preview 1 or an older form, which is not served.",
    remedy:
      "Make it a component: `npx @bytecodealliance/jco new x.wasm --wasi-command -o x.component.wasm` (`--wasi-reactor` for a library), or build with `cargo build --release --target wasm32-wasip2`.",
    fatal: FATAL,
  },
  wasi_version_unsupported: {
    meaning: "A WASI interface has a version outside the profile's ranges.",
    remedy:
      "Build against a version that the profile accepts, or judge it with `tau-edge package x.wasm --profile wasi_preview3_v1` when it needs WASI 0.3.",
    fatal: FATAL,
  },
  wasi_interface_unknown: {
    meaning: "An import uses the namespace wasi with a name that no WASI release has.",
    remedy: "Correct the name in the WIT world, and check it with `tau-edge inspect x.wasm`.",
    fatal: FATAL,
  },
  import_kind_forbidden: {
    meaning:
      "A component imports a module, a component or a value, or an interface as something other than an instance; or a module imports something other than a function from WASI.",
    remedy:
      "Compose what is imported into the component before packaging, or export it instead; only instances of interfaces and their functions are linked.",
    fatal: FATAL,
  },
  import_implements_hidden: {
    meaning: "A plain import name hides the interface that will be linked (`implements`).",
    remedy: "Import the interface under its own name, or list the plain name in `plain_imports` of the profile.",
    fatal: FATAL,
  },
  external_id_forbidden: {
    meaning: "An import carries an external id, a string that nobody has checked.",
    remedy: "Build without the `external-id` attribute.",
    fatal: FATAL,
  },
  legacy_dep_name: {
    meaning: "An import names a dependency by URL, hash or lock entry, a form that the component model has removed.",
    remedy: "Rebuild with current tools, and compose the dependency into the component before packaging.",
    fatal: FATAL,
  },
  capability_not_granted: {
    meaning: "An import reaches a capability that the profile does not grant.",
    remedy: "Remove the call, or grant the capability in `capabilities` of the profile file.",
    fatal: FATAL,
  },
  feature_not_granted: {
    meaning: "The code uses a WebAssembly proposal that the profile does not grant.",
    remedy: "Build without the proposal, or grant it in `features` of the profile file.",
    fatal: FATAL,
  },
  kind_not_allowed: {
    meaning: "The profile does not accept this kind of binary; a WIT package is never accepted.",
    remedy: "Make a component of a module: `npx @bytecodealliance/jco new x.wasm -o x.component.wasm`.",
    fatal: FATAL,
  },
  binary_malformed: {
    meaning: "The bytes are not a WebAssembly binary that this reader accepts.",
    remedy: "Build the file again; `tau-edge inspect x.wasm` names the byte offset and the place of the fault.",
    fatal: FATAL,
  },
  deep_validation_failed: {
    meaning: "A validator refused a function body or a component type.",
    remedy: "Build the file again with current tools; `tau-edge inspect x.wasm --deep` repeats the check.",
    fatal: FATAL,
  },
  awaits_component_new: {
    meaning: "The module carries component types: it is half of a component.",
    remedy: "Finish it: `npx @bytecodealliance/jco new x.wasm -o x.component.wasm`.",
    fatal: INFORMS,
  },
  embedded_preview1_adapter: {
    meaning: "A module inside the component imports WASI preview 1 from an adapter inside the same component.",
    remedy: "Nothing to do: the imports are wired inside, and the host never sees them.",
    fatal: INFORMS,
  },
} as const satisfies Record<string, ReasonCodeRow>;

export type ReasonCode = keyof typeof REASON_CODES;

/** S1's codes in its emission order, then ours. */
export const REASON_CODE_ORDER: readonly ReasonCode[] = Object.keys(REASON_CODES).filter(isReasonCode);

export function isReasonCode(text: string): text is ReasonCode {
  return Object.hasOwn(REASON_CODES, text);
}
