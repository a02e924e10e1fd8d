/**
 * Who gets what: over HTTP beside a Hono route that sends the same bytes and header fields as constants, and in process
 * beside the bare SHA-256 of the key (decisions 11).
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nativeSha256, openState } from "@tau-edge/adapter-node";
import { makeResolver, openRolloutStreams } from "@tau-edge/control";
import { encodeUtf8, sha256 as portableSha256, type Sha256 } from "@tau-edge/encoding";
import { resolve } from "@tau-edge/rollout";
import { prepareAnswers } from "../../edge/gateway/src/resolve/prepared-answers.ts";
import { startGateway } from "../runtimes/gateway-process.ts";
import { RESOLVE_PATH } from "../runtimes/gateway-rollouts-suite.ts";
import { type PlantedStory, plantStory } from "../runtimes/planted-story.ts";
import { load } from "./gateway/load.ts";
import { type BenchRow, printRows } from "./row.ts";

const ROUNDS = 9;
const ROUND_MS = 500;
/** In process: enough for the ledger to be asked several times in each round. */
const CALLS = 200_000;
/**
 * The rule by itself, with nothing remembered, and what the gateway does before it writes an answer: for as many keys as
 * a crowd has, and for more than are remembered.
 */
const WAYS = [
  { name: "the rule", by: "rule", count: 50_000, hasBar: true },
  { name: "a key that asks again", by: "gateway", count: 1_000, hasBar: true },
  { name: "a new key each time", by: "gateway", count: 50_000, hasBar: false },
] as const;

const MAIN = fileURLToPath(new URL("../../edge/node/src/main.ts", import.meta.url));
const BARE = fileURLToPath(new URL("gateway/bare-server.ts", import.meta.url));
const FIELDS = ["Cloudflare-Workers-Version-Key: user-1"];

export async function bench(): Promise<BenchRow[]> {
  const story = await plantStory();
  try {
    const rows = [await overHttp(story)];
    for (const [name, sha256] of [
      ["native", nativeSha256],
      ["portable", portableSha256],
    ] as const)
      for (const way of WAYS) rows.push(await inProcess(story, `${name} hash`, way, sha256));
    return rows;
  } finally {
    await story.remove();
  }
}

async function overHttp({ stateDir }: PlantedStory): Promise<BenchRow> {
  const gateway = await startGateway(process.execPath, [MAIN, "--state-dir", stateDir, "--port", "0", "--read-only"]);
  const answer = await fetch(gateway.url + RESOLVE_PATH, { headers: { "cloudflare-workers-version-key": "user-1" } });
  const file = join(stateDir, "answer.json");
  await writeFile(file, await answer.text());
  const perConnection = new Set(["connection", "date", "keep-alive", "transfer-encoding"]);
  const headers = JSON.stringify(Object.fromEntries([...answer.headers].filter(([name]) => !perConnection.has(name))));
  const bare = await startGateway(process.execPath, [BARE, "constant", file, headers]);
  try {
    const arms = [
      () => load(gateway.url, RESOLVE_PATH, ROUND_MS, FIELDS),
      () => load(bare.url, RESOLVE_PATH, ROUND_MS, FIELDS),
    ];
    const [figure, baseline_figure] = await inTurn(arms);
    const ratio = figure / baseline_figure;
    const baseline = "bare Hono route, constants";
    const name = "resolve over HTTP";
    return { name, figure, unit: "requests/s", baseline, baseline_figure, ratio, bar: ">= 0.8 x", pass: ratio >= 0.8 };
  } finally {
    await gateway.end("SIGTERM");
    await bare.end("SIGTERM");
  }
}

async function inProcess(
  { stateDir, rollout_id }: PlantedStory,
  hash: string,
  { name, by, count, hasBar }: (typeof WAYS)[number],
  sha256: Sha256,
): Promise<BenchRow> {
  const state = await openState(stateDir);
  const streams = openRolloutStreams(state.ledger);
  const resolver = makeResolver({ streams, clock: state.clock, sha256 });
  const answers = prepareAnswers({ maxAgeMs: 5_000, sha256, derivedOf: () => undefined, fields: {} });
  const place = { environment: "dev", blueprint: "shop" } as const;
  const keys = Array.from({ length: count }, (_, nth) => `user-${nth}`);
  const hashed = keys.map((key) => encodeUtf8(`${rollout_id}\n${key}`));
  let kept = 0;
  const { assignment } = await streams.stream({ tenant: "default", ...place });
  const byRule = (version_key: string) => ({ resolved: resolve(assignment, { version_key }, sha256) });
  const byGateway = (version_key: string) => resolver.resolve(place.environment, place.blueprint, { version_key });
  const ask = by === "rule" ? byRule : byGateway;
  const resolveAll = async (): Promise<number> => {
    const start = performance.now();
    for (let nth = 0; nth < CALLS; nth++) {
      const answer = ask(keys[nth % count] ?? "");
      const { resolved } = answer instanceof Promise ? await answer : answer;
      if (resolved.outcome !== "release") throw new Error("nothing was resolved");
      kept += by === "rule" ? (resolved.bucket ?? 0) : answers.of(place, resolved).text.length;
    }
    return (CALLS * 1_000) / (performance.now() - start);
  };
  const hashAll = async (): Promise<number> => {
    const start = performance.now();
    for (let nth = 0; nth < CALLS; nth++) kept += sha256(hashed[nth % count] ?? new Uint8Array())[0] ?? 0;
    return (CALLS * 1_000) / (performance.now() - start);
  };
  try {
    const [figure, baseline_figure] = await inTurn([resolveAll, hashAll]);
    if (kept === 0) throw new Error("nothing was resolved");
    const ratio = figure / baseline_figure;
    const bar = hasBar ? { bar: ">= 0.6 x", pass: ratio >= 0.6 } : {};
    const row = { name: `resolve in process, ${hash}, ${name}`, figure, unit: "calls/s", baseline: "bare SHA-256" };
    return { ...row, baseline_figure, ratio, ...bar };
  } finally {
    await state.close();
  }
}

/** Medians of all arms, each round one after the other, so that a drift of the machine hits all alike. */
async function inTurn(arms: readonly (() => Promise<number>)[]): Promise<readonly [number, number]> {
  for (const arm of arms) await arm();
  const figures: number[][] = arms.map(() => []);
  for (let round = 0; round < ROUNDS; round++) for (const [nth, arm] of arms.entries()) figures[nth]?.push(await arm());
  const [ours = 0, theirs = 0] = figures.map((all) => all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0);
  return [ours, theirs];
}

if (import.meta.main) printRows(await bench());
