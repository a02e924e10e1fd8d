/** What the suites of `DeploymentFiles` ask of an adapter's test, and what they put into its files. */
import type { DeliverableEntry } from "@tau-edge/contract";
import { type Digest, decodeUtf8, type Sha256, toHex } from "@tau-edge/encoding";
import type { DeploymentFiles, LedgerDeliverables } from "../deployment-files.ts";
import { check, sampleBytes } from "./check.ts";

export interface DeploymentFilesHarness {
  readonly files: DeploymentFiles;
  readonly sha256: Sha256;
  readonly state_path: string;
  /** The same files, opened as another process would. */
  reopen(): Promise<DeploymentFiles>;
  putObject(digest: Digest, bytes: Uint8Array): Promise<void>;
  /** The bytes of a file, or undefined. */
  readFile(path: string): Promise<Uint8Array | undefined>;
  /** Creates or replaces a file, as another program would. */
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export type FilesTest = (name: string, run: (harness: DeploymentFilesHarness) => Promise<void>) => void;

export async function stateOf(harness: DeploymentFilesHarness): Promise<Record<string, unknown>> {
  const bytes = await harness.readFile(harness.state_path);
  check(bytes !== undefined, "there is a state file");
  return JSON.parse(decodeUtf8(bytes));
}

export function names(state: Record<string, unknown>): readonly string[] {
  const listed = state["wasm_deliverables"];
  check(Array.isArray(listed), "wasm_deliverables is a list");
  return listed.map((entry) => String(Object(entry)["blueprint_id"]));
}

/** A ledger of `seq` records, each of which packaged a blueprint of its own. */
export function known(seq: number): LedgerDeliverables {
  return { seq, record_hash: "ab".repeat(32), entries: Array.from({ length: seq }, (_, nth) => entry(nth)) };
}

function entry(nth: number): DeliverableEntry {
  return {
    schema_version: 1,
    blueprint_id: `blueprint-${nth}`,
    deploy_target: "wasm",
    runtime_profile: "wasm_wasi",
    constraint_profile_id: "tau.profile",
    required_abi: "wasi_preview2",
    required_feature_gates: [],
    artifact_path: `wasm-artifacts/blueprint-${nth}/a.wasm`,
    manifest_path: `wasm-artifacts/blueprint-${nth}/a.manifest.json`,
    artifact_sha256: toHex(sampleBytes(nth, 32)),
    artifact_size_bytes: 1_000 + nth,
    generated_unix_ms: 315_532_800_000,
  };
}
