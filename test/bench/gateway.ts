/** GET of an artifact beside a bare Hono route that sends the same file with the same header fields, on Node over loopback. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { objectPath, openState } from "@tau-edge/adapter-node";
import { draftPackaged, packagingStream } from "@tau-edge/control";
import { type Digest, digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import { sampleBytes } from "@tau-edge/ports/suites";
import { startGateway } from "../runtimes/gateway-process.ts";
import { load } from "./gateway/load.ts";
import { type BenchRow, printRows } from "./row.ts";

const SIZES = [
  ["28 KB", 28 * 1024],
  ["1 MB", 1024 * 1024],
  ["12 MB", 12 * 1024 * 1024],
] as const;
const ROUNDS = 9;
const ROUND_MS = 500;

const MAIN = fileURLToPath(new URL("../../edge/node/src/main.ts", import.meta.url));
const BARE = fileURLToPath(new URL("gateway/bare-server.ts", import.meta.url));

export async function bench(): Promise<BenchRow[]> {
  const stateDir = await mkdtemp(join(tmpdir(), "tau-edge-bench-"));
  const options = [MAIN, "--state-dir", stateDir, "--port", "0", "--read-only"];
  const gateway = await startGateway(process.execPath, options);
  const streaming = await startGateway(process.execPath, [...options, "--memory-bytes", "0"]);
  try {
    const rows: BenchRow[] = [];
    let digest: Digest | undefined;
    for (const [label, sizeBytes] of SIZES) {
      digest = await plant(stateDir, sizeBytes);
      // Reading the file whole or streaming it: the better baseline is the bar.
      const row = await compare(gateway.url, digest, objectPath(stateDir, digest), ["read", "stream"]);
      rows.push({ name: `GET of a ${label} artifact`, ...row, bar: ">= 0.8 x", pass: row.ratio >= 0.8 });
    }
    if (digest !== undefined) {
      const row = await compare(streaming.url, digest, objectPath(stateDir, digest), ["stream"]);
      rows.push({ name: "the last one, memory off", ...row });
    }
    return rows;
  } finally {
    await gateway.end("SIGTERM");
    await streaming.end("SIGTERM");
    await rm(stateDir, { recursive: true, force: true });
  }
}

type Comparison = Pick<BenchRow, "figure" | "unit" | "baseline" | "baseline_figure"> & { readonly ratio: number };

async function compare(url: string, digest: Digest, file: string, ways: readonly string[]): Promise<Comparison> {
  const path = `/v1/artifacts/${digest}`;
  const headers = await headersOf(url + path);
  const bares = await Promise.all(ways.map((how) => startGateway(process.execPath, [BARE, how, file, headers])));
  try {
    const targets = [{ url, path }, ...bares.map((bare) => ({ url: bare.url, path: "/file" }))];
    const figures: number[][] = targets.map(() => []);
    for (const target of targets) await load(target.url, target.path, ROUND_MS);
    // In turn, so that a drift of the machine hits all alike.
    for (let round = 0; round < ROUNDS; round++)
      for (const [nth, target] of targets.entries()) figures[nth]?.push(await load(target.url, target.path, ROUND_MS));
    const [ours = 0, ...theirs] = figures.map(median);
    const best = Math.max(...theirs);
    const how = ways[theirs.indexOf(best)] === "read" ? "readFile" : "createReadStream";
    const baseline = `bare Hono route, ${how}`;
    return { figure: ours, unit: "requests/s", baseline, baseline_figure: best, ratio: ours / best };
  } finally {
    for (const bare of bares) await bare.end("SIGTERM");
  }
}

/** The header fields of the gateway's answer, for the baseline to send as constants. */
async function headersOf(url: string): Promise<string> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  const perConnection = new Set(["connection", "date", "keep-alive", "transfer-encoding"]);
  return JSON.stringify(Object.fromEntries([...answer.headers].filter(([name]) => !perConnection.has(name))));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

async function plant(stateDir: string, sizeBytes: number): Promise<Digest> {
  const state = await openState(stateDir);
  const bytes = sampleBytes(sizeBytes, sizeBytes);
  const manifest = encodeUtf8("{}");
  const [artifact, manifestDigest] = [digestOf(sha256(bytes)), digestOf(sha256(manifest))];
  await state.objects.putIfAbsent(artifact, bytes);
  await state.objects.putIfAbsent(manifestDigest, manifest);
  const blueprint_id = `bench-${sizeBytes}`;
  const facts = {
    blueprint_id,
    artifact,
    manifest: manifestDigest,
    artifact_size_bytes: bytes.length,
    manifest_size_bytes: manifest.length,
    artifact_kind: "component",
    profile_id: "bench",
    runtime_profile: "wasm_wasi",
    file_name: "bench.wasm",
    policy_revision: "bench",
    generated_unix_ms: 0,
    constraint_profile_id: "bench",
    required_abi: "bench",
    required_feature_gates: [],
  } as const;
  await state.ledger.append({
    stream: packagingStream(blueprint_id),
    expected_seq: -1,
    drafts: [draftPackaged(facts, { kind: "local", id: "bench" })],
    objects: [artifact, manifestDigest],
    now_unix_ms: state.clock.nowUnixMs(),
  });
  await state.close();
  return artifact;
}

if (import.meta.main) printRows(await bench());
