/**
 * `network_partition_primary_quorum`, as far as one machine shows it: two writers, one of which is cut off from the ledger,
 * by a network that drops its connections or its answers, and by a lock that nobody lets go of. The one that is cut off says
 * no; what either of them was told is there; no rollout is committed twice.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { SeededChance } from "@tau-edge/adapter-memory";
import { ledgerPath, openStateReader } from "@tau-edge/adapter-node";
import { fixture } from "../../packages/cli/src/cli.test-helper.ts";
import { openShop, QUICK_POLICY } from "../../packages/cli/src/verbs/rollout/rollout.test-helper.ts";
import { NODE_MAIN } from "../runtimes/gateway-commands.ts";
import { startGateway } from "../runtimes/gateway-process.ts";
import { type Chains, chainsIn, type House, must, openChaosHouse } from "./chaos-house.ts";
import { type ChaosReport, type Extent, Findings } from "./chaos-report.ts";
import { openDroppingProxy, type Weather } from "./dropping-proxy.ts";
import { proveRecovery } from "./recovery-proof.ts";

const TOKEN = "chaos-owner-token-of-forty-characters-aaaa";
const MAIN = join(import.meta.dirname, "../../packages/cli/src/main.ts");
/** Blueprints that each writer freezes in each weather. */
const ACTS = { short: 1, full: 25 } as const;
const COMMITS = { short: 1, full: 10 } as const;
const SEED = 20_261_123;
const STANDS_STILL_MS = 2_000;
const LOCK_HELD_MS = { short: 500, full: 20_000 } as const;

export async function partition(extent: Extent): Promise<ChaosReport> {
  const house = await openChaosHouse();
  const findings = new Findings();
  for (const blueprint of ["far", "waiting"])
    await must(house.run("package", fixture("c-component"), "--blueprint", blueprint, "--no-deep"));
  await cutByNetwork(house, ACTS[extent], findings);
  await cutByLock(house, LOCK_HELD_MS[extent], findings);
  const chance = new SeededChance(SEED);
  for (let nth = 0; nth < COMMITS[extent]; nth++) await twoCommitters(chance, findings);
  const whole = await chainsIn(house.state);
  const report = await proveRecovery("network_partition_primary_quorum", findings.all, house, house.state, whole);
  house.leave();
  return report;
}

/** One writer works on the directory, the other one through a gateway behind a network. */
async function cutByNetwork(house: House, acts: number, findings: Findings): Promise<void> {
  const token = join(house.dir, "owner.token");
  writeFileSync(token, TOKEN, { mode: 0o600 });
  const gateway = await startGateway(process.execPath, [NODE_MAIN, "--state-dir", house.state, "--port", "0"], {
    env: { TAU_EDGE_GATEWAY_TOKEN: TOKEN },
  });
  const proxy = await openDroppingProxy(gateway.url);
  const acknowledged: string[] = [];
  const act = async (nth: number, blueprint: string, reason: string, ...way: readonly string[]) => {
    const verb = nth % 2 === 0 ? "freeze" : "unfreeze";
    const run = await house.run(verb, `dev/${blueprint}`, "--reason", reason, ...way, "--json");
    const { outcome, code } = run.json() as { readonly outcome?: string; readonly code?: string };
    if (outcome === "done") acknowledged.push(reason);
    if (code !== undefined) findings.code(code);
    return run.exitCode;
  };
  try {
    for (const [round, weather] of (["fair", "cut", "deaf", "fair"] as const satisfies readonly Weather[]).entries()) {
      proxy.weather = weather;
      for (let nth = 0; nth < acts; nth++) {
        findings.inject(`act while the network is ${weather}`);
        const near = await act(nth, "shop", `near ${round} ${nth}`);
        findings.expect(near === 0, `the writer beside the ledger ends with ${near} in ${weather}`);
        const far = await act(nth, "far", `far ${round} ${nth}`, "--gateway", proxy.url, "--token-file", token);
        const isHeard = weather === "fair";
        findings.expect((far === 0) === isHeard, `the writer behind the network ends with ${far} in ${weather}`);
      }
    }
    const reasons = [...(await reasonsIn(house, "shop")), ...(await reasonsIn(house, "far"))];
    for (const reason of acknowledged) {
      const times = reasons.filter((found) => found === reason).length;
      findings.expect(times === 1, `${reason} was acknowledged, and is recorded ${times} times`);
    }
    findings.expect(acknowledged.length >= 2 * acts, `only ${acknowledged.length} acts were acknowledged`);
  } finally {
    await proxy.close();
    await gateway.end("SIGTERM");
  }
}

async function reasonsIn(house: House, blueprint: string): Promise<readonly unknown[]> {
  const state = openStateReader(house.state);
  try {
    const records = await state.ledger.read(`default/dev/${blueprint}`, 0, 256);
    return records
      .filter(({ record }) => record.type.startsWith("blueprint_"))
      .map(({ record }) => record.body["reason"]);
  } finally {
    await state.close();
  }
}

/** Who holds the lock is stopped: neither dead nor going on. */
async function cutByLock(house: House, held_ms: number, findings: Findings): Promise<void> {
  findings.inject("lock held by a process that stands still");
  const holder = new DatabaseSync(ledgerPath(house.state));
  holder.exec("BEGIN IMMEDIATE");
  const before = await chainsIn(house.state);
  let answered = false;
  const waiting = inProcess(house, "freeze", "dev/waiting", "--reason", "waited").then((exitCode) => {
    answered = true;
    return exitCode;
  });
  await pause(held_ms);
  findings.expect(!answered, "a writer was answered while another one held the lock");
  const during = await chainsIn(house.state);
  findings.expect(sizeOf(during) === sizeOf(before), "something was written past the lock");
  holder.exec("ROLLBACK");
  holder.close();
  findings.expect((await waiting) === 0, "the writer that waited did not come to its end");
  findings.expect((await reasonsIn(house, "waiting")).includes("waited"), "it was told so, and nothing is recorded");
}

function sizeOf(chains: Chains): number {
  return [...chains.values()].reduce((sum, { length }) => sum + length, 0);
}

/** Two controllers come to the same commit; one of them stands still for a moment, wherever it is then. */
async function twoCommitters(chance: SeededChance, findings: Findings): Promise<void> {
  findings.inject("two controllers at one commit, one stands still");
  const shop = await openShop();
  shop.plan({ policy: QUICK_POLICY });
  const id = await shop.start("--accept-noise");
  await must(shop.run("rollout", "run", "--once"));
  for (let window = 0; window < 2; window += 1) {
    await shop.observe(id, 10, 0);
    await must(shop.run("rollout", "run", "--once"));
  }
  await shop.observe(id, 10, 0);
  const [still, other] = [controller(shop.dir), controller(shop.dir)];
  await pause(100 + chance.below(500));
  still.child.kill("SIGSTOP");
  await Promise.race([other.ended, pause(STANDS_STILL_MS)]);
  still.child.kill("SIGCONT");
  const exits = [await still.ended, await other.ended];
  findings.expect(
    exits.every((code) => code === 0),
    `controllers end with ${exits.join()}`,
  );
  const { status } = await shop.status(id);
  findings.expect(status === "success", `the rollout is ${status}`);
  await must(shop.run("doctor"));
  const pointers = readdirSync(join(shop.dir, ".tau/deployment/tau-edge/committed"), {
    recursive: true,
    withFileTypes: true,
  }).filter((entry) => entry.isFile());
  findings.expect(pointers.length === 1, `${pointers.length} pointers of one commit`);
  const finals = (await recordTypes(join(shop.dir, ".tau/deployment"))).filter((type) => type === "finalize");
  findings.expect(finals.length === 1, `${finals.length} records finalize one rollout`);
  shop.leave();
}

async function recordTypes(stateDir: string): Promise<readonly string[]> {
  const state = openStateReader(stateDir);
  try {
    return (await state.ledger.read("default/dev/shop", 0, 256)).map(({ record }) => record.type);
  } finally {
    await state.close();
  }
}

function controller(cwd: string) {
  const child = spawn(process.execPath, [MAIN, "rollout", "run", "--once"], { cwd, stdio: "ignore" });
  return { child, ended: once(child, "exit").then(([exitCode]: unknown[]) => exitCode) };
}

async function inProcess(house: House, ...argv: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [MAIN, ...argv], { cwd: house.dir, stdio: "ignore" });
  const [exitCode]: unknown[] = await once(child, "exit");
  return exitCode;
}
