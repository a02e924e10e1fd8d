/** A contract runner in memory, and fixtures for it. */
import {
  Faults,
  ManualClock,
  MemoryArtifactFiles,
  MemoryBackend,
  MemoryCaseBook,
  MemoryCases,
  MemoryChannelStore,
  MemoryDeploymentFiles,
  MemoryEventLog,
  MemoryLedgerStore,
  type MemoryLog,
  MemoryObjectStore,
} from "@tau-edge/adapter-memory";
import { type Digest, decodeUtf8, encodeUtf8, type JsonValue, sha256, startSha256 } from "@tau-edge/encoding";
import type { StoredRow } from "@tau-edge/ports";
import { ACTOR } from "../packaging.test-helper.ts";
import type { CyclePorts } from "./cycle-ports.ts";
import type { CycleReport, RefusedCycle } from "./cycle-report.ts";
import type { CycleOptions, FixtureSource } from "./cycle-request.ts";
import { runCycle } from "./run-cycle.ts";

export type JsonMap = { readonly [key: string]: JsonValue };

/** What a process leaves behind. */
export class Disk {
  readonly objects = new Map<Digest, Uint8Array>();
  readonly rows = new Map<string, StoredRow[]>();
  cases = new MemoryCases();
  readonly files = new Map<string, Uint8Array>();
  readonly channels = new Map<string, Uint8Array>();
  readonly log: MemoryLog = { bytes: new Uint8Array(0) };

  get state(): JsonMap {
    return JSON.parse(this.text(".tau/deployment/state.json"));
  }

  text(path: string): string {
    return decodeUtf8(this.files.get(path) ?? this.channels.get(path) ?? new Uint8Array(0));
  }

  get events(): readonly JsonMap[] {
    return linesOf(decodeUtf8(this.log.bytes));
  }

  /** Lines of `log.jsonl`, by channel. */
  get channelLogs(): { readonly [channel: string]: readonly JsonMap[] } {
    const logs = [...this.channels.keys()].filter((path) => path.endsWith("/log.jsonl"));
    return Object.fromEntries(logs.map((path) => [path.split("/")[2] ?? "", linesOf(this.text(path))]));
  }
}

function linesOf(text: string): readonly JsonMap[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): JsonMap => JSON.parse(line));
}

export interface RunnerOptions {
  readonly disk?: Disk;
  readonly faults?: Faults;
  readonly clock?: ManualClock;
}

export interface MemoryRunner extends CyclePorts {
  readonly disk: Disk;
  readonly clock: ManualClock;
  readonly artifacts: MemoryArtifactFiles;
  readonly backend: MemoryBackend;
  readonly files: MemoryDeploymentFiles;
  readonly ledger: MemoryLedgerStore;
  /** Of every pause, in milliseconds. */
  readonly pauses: number[];
}

export function makeRunner({
  disk = new Disk(),
  faults = new Faults(),
  clock = new ManualClock(),
}: RunnerOptions = {}): MemoryRunner {
  const { objects, rows, cases } = disk;
  const pauses: number[] = [];
  return {
    disk,
    clock,
    pauses,
    objects: new MemoryObjectStore({ objects, faults }),
    ledger: new MemoryLedgerStore({ rows, objects, faults }),
    book: new MemoryCaseBook({ cases, faults }),
    files: new MemoryDeploymentFiles({ objects, files: disk.files, faults }),
    events: new MemoryEventLog({ log: disk.log, faults }),
    channels: new MemoryChannelStore({ files: disk.channels, faults }),
    artifacts: new MemoryArtifactFiles(),
    backend: new MemoryBackend(),
    pause: async (duration_ms) => {
      pauses.push(duration_ms);
      clock.advance(duration_ms);
    },
    sha256,
    startSha256,
  };
}

/** A container that is expected to succeed. */
export function containerCase(case_id: string, changes: { readonly [key: string]: JsonValue } = {}): JsonMap {
  const given = {
    deploy_target: "container",
    runtime_profile: "native",
    blueprint_id: "shop",
    environment: "staging",
    region: "iad",
    container_image: "registry.example/shop:1",
    replicas: 1,
    ...changes,
  };
  const { container_image: artifact, ...named } = given;
  const response_body = { status: "accepted", ...named, rollout_strategy: "recreate", artifact };
  return { case_id, ...given, expected: { outcome: "success", status_code: 202, response_body } };
}

/** A case for wasm that names a module or a manifest, and what is expected of it. */
export function wasmCase(case_id: string, changes: { readonly [key: string]: JsonValue }): JsonMap {
  const given = {
    deploy_target: "wasm",
    runtime_profile: "wasm_wasi",
    blueprint_id: "edge",
    environment: "staging",
    region: "iad",
    replicas: 1,
  };
  return { case_id, ...given, ...changes };
}

export function rejected(status_code: number, error_code: string, reason: string): JsonMap {
  return { outcome: "malformed_input", status_code, error_code, response_body: { status: "rejected", reason } };
}

/** Of a pair that S1 refuses, as its author expects. */
export function malformedCase(case_id: string): JsonMap {
  const expected = rejected(422, "deployment_unsupported_runtime", "runtime_target_mismatch");
  return { ...containerCase(case_id), runtime_profile: "wasm_wasi", expected };
}

/** Simulated. */
export function retryableCase(case_id: string): JsonMap {
  const response_body = { status: "retryable", reason: "control_plane_unavailable" };
  const error_code = "deployment_backend_unavailable";
  const expected = { outcome: "retryable_failure", status_code: 503, error_code, response_body };
  return { ...containerCase(case_id), simulate_retryable_failure: true, expected };
}

/** Comes to something else than its author expects. */
export function driftedCase(case_id: string): JsonMap {
  const given = containerCase(case_id);
  return { ...given, expected: { outcome: "success", status_code: 200, response_body: {} } };
}

export function fixture(cases: readonly JsonMap[], file = "fixture.json"): FixtureSource {
  return fixtureOf(encodeUtf8(JSON.stringify({ schema_version: 1, name: "a fixture", cases })), file);
}

export function fixtureOf(bytes: Uint8Array, file = "fixture.json", chunk_bytes = 1000): FixtureSource {
  return {
    file,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += chunk_bytes) yield bytes.subarray(at, at + chunk_bytes);
    },
  };
}

export function runCases(
  runner: CyclePorts,
  cases: readonly JsonMap[],
  options: Partial<CycleOptions> = {},
): Promise<CycleReport | RefusedCycle> {
  return runCycle({ actor: ACTOR, ...options, fixture: fixture(cases) }, runner);
}

/** Of a fixture that is not refused. */
export async function recorded(
  runner: CyclePorts,
  cases: readonly JsonMap[],
  options: Partial<CycleOptions> = {},
): Promise<CycleReport> {
  const report = await runCases(runner, cases, options);
  if (report.outcome === "refused") throw new Error(`${report.refusal.code} at ${report.refusal.at}`);
  return report;
}
