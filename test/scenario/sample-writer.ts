// Stores small deliverables in a state directory and says on stdout what has been acknowledged, one JSON line each.
// Arguments: the state directory, then the numbers of the samples. Killed and run in crowds by the tests beside it.
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type OpenState, openState } from "@tau-edge/adapter-node";
import type { DeliverableEntry } from "@tau-edge/contract";
import { digestHex, digestOf, encodeUtf8, toHex } from "@tau-edge/encoding";
import { type LedgerDeliverables, PortError } from "@tau-edge/ports";

export const SAMPLE_WRITER = fileURLToPath(import.meta.url);

export type Acknowledged =
  | { readonly object: string }
  | { readonly record: string; readonly seq: number }
  | { readonly files: string }
  | { readonly error: string; readonly again: string };

export function sampleArtifact(nth: number): Uint8Array {
  return encodeUtf8(`artifact ${nth} `.repeat(800));
}

export function sampleBlueprint(nth: number): string {
  return `sample-${nth}`;
}

/** Everything that packaging does with a state: objects, the record that names them, the files for people. */
export async function storeSample(
  state: OpenState,
  nth: number,
  acknowledge: (what: Acknowledged) => void,
): Promise<void> {
  const blueprint_id = sampleBlueprint(nth);
  const stream = `default/dev/${blueprint_id}`;
  const [bytes, manifestBytes] = [sampleArtifact(nth), encodeUtf8(`{"sample":${nth}}`)];
  const [artifact, manifest] = [digestOf(state.sha256(bytes)), digestOf(state.sha256(manifestBytes))];
  await state.files.check({ blueprint_id, artifact, manifest });
  for (const [digest, object] of [
    [artifact, bytes],
    [manifest, manifestBytes],
  ] as const) {
    await state.objects.putIfAbsent(digest, object);
    acknowledge({ object: digest });
  }
  const { seq } = await state.ledger.head(stream);
  if (seq < 0) {
    const appended = await state.ledger.append({
      stream,
      expected_seq: -1,
      drafts: [
        {
          type: "sample_stored",
          actor: { kind: "local", id: "tester" },
          body: { nth, artifact, size_bytes: bytes.length },
        },
      ],
      objects: [artifact, manifest],
      now_unix_ms: state.clock.nowUnixMs(),
    });
    if (appended.outcome === "appended") acknowledge({ record: stream, seq: appended.head.seq });
  }
  const { artifact_path } = await state.files.link({ blueprint_id, artifact, manifest });
  await state.files.refresh(() => deliverables(state));
  acknowledge({ files: artifact_path });
}

async function deliverables(state: OpenState): Promise<LedgerDeliverables> {
  const entries: DeliverableEntry[] = [];
  let record_hash = "";
  for (const stream of await state.ledger.streams())
    for (const { record, hash } of await state.ledger.read(stream, 0, 1)) {
      record_hash = toHex(hash);
      entries.push(entryOf(Number(record.body["nth"]), String(record.body["artifact"]), state));
    }
  return { seq: entries.length, record_hash, entries };
}

function entryOf(nth: number, artifact: string, state: OpenState): DeliverableEntry {
  const hex = digestHex(artifact as `sha256:${string}`);
  const stem = `${state.default_output_dir}/${sampleBlueprint(nth)}/${hex}`;
  return {
    schema_version: 1,
    blueprint_id: sampleBlueprint(nth),
    deploy_target: "wasm",
    runtime_profile: "wasm_wasi",
    constraint_profile_id: "sample",
    required_abi: "none",
    required_feature_gates: [],
    artifact_path: `${stem}.wasm`,
    manifest_path: `${stem}.manifest.json`,
    artifact_sha256: hex,
    artifact_size_bytes: sampleArtifact(nth).length,
    generated_unix_ms: 315_532_800_000,
  };
}

function say(what: Acknowledged): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

const codeOf = (error: unknown): string => (error instanceof PortError ? error.code : String(error));

async function main([stateDir = "", ...nths]: readonly string[]): Promise<void> {
  const state = await openState(stateDir);
  for (const nth of nths)
    await storeSample(state, Number(nth), say).catch(async (error: unknown) => {
      // A poisoned writer must stay poisoned, whatever it is asked next.
      const other = encodeUtf8("another object");
      const again = await state.objects.putIfAbsent(digestOf(state.sha256(other)), other).then(String, codeOf);
      say({ error: codeOf(error), again });
    });
  await state.close();
}

if (process.argv[1] === SAMPLE_WRITER) await main(process.argv.slice(2));
