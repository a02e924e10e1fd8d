/**
 * Who gets what, asked by agents: over HTTP beside a Hono route that verifies the same proof once, natively, and sends the
 * same bytes (decisions 11). And how many agents get in by their links in a second, each of them written to the disk.
 */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { StrangersAgent, sha256OfText } from "../runtimes/gateway-agent.ts";
import { Owner } from "../runtimes/gateway-owner.ts";
import { type GatewayProcess, startGateway } from "../runtimes/gateway-process.ts";
import { RESOLVE_PATH } from "../runtimes/gateway-rollouts-suite.ts";
import { plantStory } from "../runtimes/planted-story.ts";
import { loadEach, requestText } from "./gateway/load.ts";
import { type BenchRow, printRows } from "./row.ts";

/** Short and many, so that a moment in which the machine is busy is one of many. */
const ROUNDS = 25;
const WARM_UP_ROUNDS = 3;
/** Of one round: all rounds together stay below what is remembered of one key, and of all. */
const PROOFS = 800;
const AGENTS = 40;
/** As many as a minute lets in, with those of the agents above. */
const EXCHANGES = 400;
const RATIO_MIN = 0.7;
const OWNER = "owner-of-a-bench-".padEnd(48, "z");

const MAIN = fileURLToPath(new URL("../../edge/node/src/main.ts", import.meta.url));
const BARE = fileURLToPath(new URL("gateway/bare-server.ts", import.meta.url));

export async function bench(): Promise<BenchRow[]> {
  const story = await plantStory();
  const config = `${story.stateDir}.json`;
  await writeFile(config, JSON.stringify({ gateway: { auth: { token: OWNER }, trusted_proxies: ["127.0.0.1"] } }));
  const gateway = await startGateway(process.execPath, [
    ...[MAIN, "--state-dir", story.stateDir, "--port", "0", "--config", config],
  ]);
  try {
    const agents = await letIn(gateway, AGENTS);
    return [await resolving(gateway, agents, story.stateDir), await exchanging(gateway)];
  } finally {
    await gateway.end("SIGTERM");
    await story.remove();
    await rm(config);
  }
}

let addresses = 0;

function fromElsewhere(): string {
  addresses += 1;
  return `10.1.${addresses >> 8}.${addresses & 255}`;
}

function gatewayAt({ url }: GatewayProcess) {
  return { base: url, send: (path: string, init?: RequestInit) => fetch(url + path, init ?? {}) };
}

async function letIn(gateway: GatewayProcess, count: number): Promise<StrangersAgent[]> {
  const owner = new Owner({ ...gatewayAt(gateway), owner: OWNER });
  const agents: StrangersAgent[] = [];
  for (let nth = 0; nth < count; nth++) {
    const agent = await StrangersAgent.born(gatewayAt(gateway));
    const answer = await agent.exchange(await owner.invite(), {}, {}, { "x-forwarded-for": fromElsewhere() });
    if (!answer.ok) throw new Error(await answer.text());
    await (await agent.ask(RESOLVE_PATH)).body?.cancel();
    agents.push(agent);
  }
  return agents;
}

async function resolving(
  gateway: GatewayProcess,
  agents: readonly StrangersAgent[],
  directory: string,
): Promise<BenchRow> {
  const answer = await agents[0]?.once(RESOLVE_PATH);
  if (answer?.status !== 200) throw new Error("an agent does not get an answer");
  const file = join(directory, "answer.json");
  await writeFile(file, await answer.text());
  const perConnection = new Set(["connection", "date", "keep-alive", "transfer-encoding"]);
  const headers = JSON.stringify(Object.fromEntries([...answer.headers].filter(([name]) => !perConnection.has(name))));
  const bare = await startGateway(process.execPath, [BARE, "verify", file, headers]);
  try {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      // Each proof counts once here, and twice nowhere: the baseline remembers none.
      const fields = await proofsOf(agents);
      const requests = fields.map((some) => requestText(gateway.url, "GET", RESOLVE_PATH, some));
      const arms = [
        async () => ours.push(await loadEach(gateway.url, requests)),
        async () => theirs.push(await loadEach(bare.url, requests)),
      ];
      for (const arm of round % 2 === 0 ? arms : arms.reverse()) await arm();
    }
    const [figure = 0, baseline_figure = 0] = [ours, theirs].map((all) => median(all.slice(WARM_UP_ROUNDS)));
    const ratio = figure / baseline_figure;
    return {
      ...{ name: "resolve with DPoP over HTTP", figure, unit: "requests/s" },
      ...{ baseline: "bare Hono route, one native verification of the same proof", baseline_figure, ratio },
      ...{ bar: `>= ${RATIO_MIN} x`, pass: ratio >= RATIO_MIN },
    };
  } finally {
    await bare.end("SIGTERM");
  }
}

async function proofsOf(agents: readonly StrangersAgent[]): Promise<readonly (readonly string[])[]> {
  return Promise.all(
    Array.from({ length: PROOFS }, async (_, nth) => {
      const agent = agents[nth % agents.length];
      if (agent === undefined) throw new Error("there is no agent");
      return [`Authorization: DPoP ${agent.token}`, `DPoP: ${await agent.proof("GET", RESOLVE_PATH)}`];
    }),
  );
}

async function exchanging(gateway: GatewayProcess): Promise<BenchRow> {
  const owner = new Owner({ ...gatewayAt(gateway), owner: OWNER });
  const path = "/v1/bootstrap/exchange";
  const requests: string[] = [];
  for (let nth = 0; nth < EXCHANGES; nth++) {
    const { link_id, secret } = await owner.invite();
    const agent = await StrangersAgent.born(gatewayAt(gateway));
    const body = JSON.stringify({ link_id, secret });
    const fields = ["Content-Type: application/json", `Content-Length: ${body.length}`];
    const proof = await agent.proof("POST", path, { claims: { lsh: sha256OfText(secret) } });
    const sent = [...fields, `X-Forwarded-For: ${fromElsewhere()}`, `DPoP: ${proof}`];
    requests.push(requestText(gateway.url, "POST", path, sent, body));
  }
  const figure = await loadEach(gateway.url, requests);
  return { name: "exchanges of links over HTTP, each on the disk", figure, unit: "exchanges/s" };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

if (import.meta.main) printRows(await bench());
