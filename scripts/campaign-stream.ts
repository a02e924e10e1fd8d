/**
 * Proves that watchers of a rollout lose nothing and cost little: a stream that is cut 50 times, on Node, Deno and workerd; and
 * 1,000 watchers for ten minutes, a few of whom never read, with the memory of the gateway at the beginning and at the end.
 *
 * `npm run campaign:stream -- [--watchers N] [--minutes N] [--runtime node|deno] [--cuts N]`
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openState } from "@tau-edge/adapter-node";
import { DENO, DENO_MAIN, NODE_MAIN } from "../test/runtimes/gateway-commands.ts";
import { checkNumbers, watchThroughCuts } from "../test/runtimes/gateway-events-suite.ts";
import { type GatewayProcess, startGateway } from "../test/runtimes/gateway-process.ts";
import { watchWithMany } from "../test/runtimes/many-watchers.ts";
import { type PlantedStory, plantStory } from "../test/runtimes/planted-story.ts";
import { openStory } from "../test/runtimes/rollout-story.ts";

const { values } = parseArgs({
  options: {
    watchers: { type: "string", default: "1000" },
    minutes: { type: "string", default: "10" },
    runtime: { type: "string", default: "node" },
    cuts: { type: "string", default: "50" },
  },
});
const CUTS = Number(values.cuts);
const WATCHERS = Number(values.watchers);
const SECONDS = Number(values.minutes) * 60;
/** Of the watchers, one in fifty never reads. */
const DEAF_SHARE = 1 / 50;
/** Records that there are before, 11 MB of events: more than the sockets of both sides take in for whoever does not read. */
const BACKLOG = 8_000;
const BACKLOG_REASON = "it hurts ".repeat(100);
/** Between the means of the first and the last third. */
const GROWTH_MIB_MAX = 16;

const RUNTIMES = new Map([
  ["node", [process.execPath, [NODE_MAIN]]],
  ["deno", [DENO, ["run", "-A", "--no-check", "--quiet", DENO_MAIN]]],
] as const);

interface Stage {
  readonly story: PlantedStory;
  readonly gateways: readonly GatewayProcess[];
  /** By this process, beside the gateways; nobody drives the rollout, so that it stays open. */
  tell(nth: number, reason?: string): Promise<void>;
}

async function onStage<Result>(
  runtime: "node" | "deno",
  count: number,
  act: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const [command, run] = RUNTIMES.get(runtime) ?? [process.execPath, [NODE_MAIN]];
  const story = await plantStory();
  const state = await openState(story.stateDir);
  const operator = openStory(state).as?.({ kind: "local", id: "tester" });
  const options = ["--state-dir", story.stateDir, "--port", "0", "--read-only"];
  const gateways = await Promise.all(Array.from({ length: count }, () => startGateway(command, [...run, ...options])));
  try {
    return await act({
      story,
      gateways,
      async tell(nth, reason = `${nth}`) {
        const command = nth % 2 === 0 ? ({ do: "pause", reason } as const) : ({ do: "resume" } as const);
        const result = await operator?.command(story.rollout_id, command);
        if (result?.outcome !== "done") throw new Error(JSON.stringify(result));
      },
    });
  } finally {
    for (const gateway of gateways) await gateway.end("SIGTERM");
    await state.close();
    await story.remove();
  }
}

async function cutOn(runtime: "node" | "deno"): Promise<void> {
  await onStage(runtime, 2, async ({ story, gateways, tell }) => {
    let turn = 0;
    const send = (path: string, init?: RequestInit) => fetch(`${gateways[turn++ % 2]?.url}${path}`, init ?? {});
    const seen = await watchThroughCuts({ send, story: () => story, tell, cuts: CUTS });
    checkNumbers(seen, 0);
    console.log(`${runtime}: ${seen.length} events through ${CUTS} cuts between two gateways, each once and in order`);
  });
}

function cutOnWorkerd(): boolean {
  const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
  const args = [vitest, "run", "--project", "workerd", "edge/cloudflare/src/events.workerd.test.ts"];
  const env = { ...process.env, STREAM_CUTS: String(CUTS) };
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit", env });
  console.log(`workerd: ${CUTS} cuts between two isolates, ${status === 0 ? "each once and in order" : "FAILED"}`);
  return status === 0;
}

async function watchOn(runtime: "node" | "deno"): Promise<boolean> {
  return onStage(runtime, 1, async ({ story, gateways: [gateway], tell }) => {
    const pid = gateway?.child.pid;
    if (gateway === undefined || pid === undefined) throw new Error("the gateway has no process");
    for (let nth = 0; nth < BACKLOG; nth++) await tell(nth, BACKLOG_REASON);
    const figures = await watchWithMany({
      url: gateway.url,
      rollout_id: story.rollout_id,
      pid,
      watchers: WATCHERS,
      // The story has two events before.
      last_n: BACKLOG + 1,
      deaf: Math.round(WATCHERS * DEAF_SHARE),
      seconds: SECONDS,
      tell,
      onSample: ({ at_s, rss_mib, records }) => {
        if (at_s % 60 < 5) console.log(`${runtime}: ${at_s} s, ${rss_mib} MiB, ${records} records`);
      },
    });
    const { samples, ...rest } = figures;
    const [first, middle, last] = [samples[0], samples[samples.length >> 1], samples.at(-1)];
    const rss = { start: first?.rss_mib, middle: middle?.rss_mib, end: last?.rss_mib };
    const grew = figures.last_third_mib - figures.first_third_mib > GROWTH_MIB_MAX;
    console.log(`${runtime}: ${JSON.stringify({ ...rest, rss_mib: rss })}${grew ? " GREW" : ""}`);
    return !grew && figures.cut === 0;
  });
}

const runtime = values.runtime === "deno" ? "deno" : "node";
let good = true;
if (CUTS > 0) {
  await cutOn("node");
  await cutOn("deno");
  good = cutOnWorkerd();
}
if (WATCHERS > 0 && SECONDS > 0) good = (await watchOn(runtime)) && good;
process.exitCode = good ? 0 : 1;
