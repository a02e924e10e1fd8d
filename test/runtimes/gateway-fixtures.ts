/**
 * A small deployment for the gateway suite: what is packaged, what was damaged since, and what nobody named. Made the
 * same way for every runtime; each runner only plants it into its own stores.
 */
import { draftPackaged, packagingStream } from "@tau-edge/control";
import { type Digest, digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import { emptyHead, type RecordDraft, type StoredRecord, sealDrafts } from "@tau-edge/ledger";
import { sampleBytes } from "@tau-edge/ports/suites";

export interface NamedBytes {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

export interface GatewayFixtures {
  /** What the object store holds, damaged bytes included. */
  readonly objects: readonly NamedBytes[];
  readonly drafts: ReadonlyMap<string, readonly RecordDraft[]>;
  readonly records: ReadonlyMap<string, readonly StoredRecord[]>;
  readonly now_unix_ms: number;
  /** Kept in memory by the gateway, and streamed by it. */
  readonly small: NamedBytes;
  readonly big: NamedBytes;
  readonly manifest: NamedBytes;
  readonly damaged: readonly Digest[];
  /** A record names it, the store does not have it. */
  readonly missing: Digest;
  /** The store has it, no record names it. */
  readonly unnamed: Digest;
  readonly deliverable_counts: ReadonlyMap<string, number>;
}

const NOW_UNIX_MS = 1_767_225_600_000;
const SMALL_BYTES = 28 * 1024;
const BIG_BYTES = 700_001;

function named(bytes: Uint8Array): NamedBytes {
  return { digest: digestOf(sha256(bytes)), bytes };
}

export function makeGatewayFixtures({ big_bytes = BIG_BYTES } = {}): GatewayFixtures {
  const small = named(sampleBytes(1, SMALL_BYTES));
  const big = named(sampleBytes(2, big_bytes));
  const hurtSmall = named(sampleBytes(3, 5_000));
  const hurtBig = named(sampleBytes(4, 300_000));
  const missing = named(sampleBytes(5, 100));
  const unnamed = named(sampleBytes(6, 100));
  const objects: NamedBytes[] = [small, big, flipped(hurtSmall), flipped(hurtBig), unnamed];
  const drafts = new Map<string, RecordDraft[]>();

  function deliver(blueprint_id: string, artifact: NamedBytes, nth = 0): NamedBytes {
    const manifest = named(encodeUtf8(`{"blueprint_id":"${blueprint_id}","nth":${nth}}`));
    objects.push(manifest);
    const stream = packagingStream(blueprint_id);
    drafts.set(stream, [...(drafts.get(stream) ?? []), draftOf(blueprint_id, artifact, manifest)]);
    return manifest;
  }

  const manifest = deliver("edge-wasm", small);
  deliver("edge-wasm", big, 1);
  for (const [nth, artifact] of [hurtSmall, hurtBig, missing].entries()) deliver("hurt", artifact, nth);
  for (let nth = 0; nth < 7; nth++) deliver("many", small, nth);
  for (let nth = 0; nth < 4; nth++) deliver(`one-${nth}`, small);
  return {
    objects,
    drafts,
    records: new Map([...drafts].map(([stream, list]) => [stream, sealed(stream, list)])),
    now_unix_ms: NOW_UNIX_MS,
    small,
    big,
    manifest,
    damaged: [hurtSmall.digest, hurtBig.digest],
    missing: missing.digest,
    unnamed: unnamed.digest,
    deliverable_counts: new Map([
      ["edge-wasm", 2],
      ["hurt", 3],
      ["many", 7],
      ...Array.from({ length: 4 }, (_, nth): [string, number] => [`one-${nth}`, 1]),
    ]),
  };
}

function draftOf(blueprint_id: string, artifact: NamedBytes, manifest: NamedBytes): RecordDraft {
  return draftPackaged(
    {
      blueprint_id,
      artifact: artifact.digest,
      manifest: manifest.digest,
      artifact_size_bytes: artifact.bytes.length,
      manifest_size_bytes: manifest.bytes.length,
      artifact_kind: "component",
      profile_id: "tau-edge/wasi-0.2",
      runtime_profile: "wasm_wasi",
      file_name: `${blueprint_id}.wasm`,
      policy_revision: "test+1",
      generated_unix_ms: 315_532_800_000,
      constraint_profile_id: "wasm_wasi_constraints",
      required_abi: "wasi_snapshot_preview2",
      required_feature_gates: [],
    },
    { kind: "local", id: "tester" },
  );
}

/** Other bytes under the digest: one bit in the middle. */
function flipped({ digest, bytes }: NamedBytes): NamedBytes {
  const copy = bytes.slice();
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return { digest, bytes: copy };
}

function sealed(stream: string, drafts: readonly RecordDraft[]): readonly StoredRecord[] {
  const result = sealDrafts({ stream, head: emptyHead(stream, sha256), drafts, now_unix_ms: NOW_UNIX_MS, sha256 });
  if (result.outcome !== "sealed") throw new Error("an empty stream has no clock to disagree with");
  return result.records;
}
