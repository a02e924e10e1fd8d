/** An agent is let in, and runs what it has verified; then it is told lies, loses its token, and is paused. All of it is real. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Agent,
  AgentError,
  type FollowHandlers,
  openAgent,
  type ReleaseResolution,
  type Running,
} from "@tau-edge/agent";
import { serve } from "@tau-edge/edge-node";
import { DEFAULT_PROFILE } from "@tau-edge/manifest";
import { GatewayDesk } from "../../gateway-client/gateway-desk.ts";
import { GatewayRollouts } from "../../gateway-client/gateway-rollouts.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { Packaging } from "../../packaging.ts";
import { type Paint, painter, plural } from "../../render/text.ts";
import { ADDING_MODULE } from "./adding-module.ts";
import { demoPlan, ENVIRONMENT } from "./demo-plan.ts";
import { type WatchedWire, watchWire } from "./watched-wire.ts";

export interface AgentShow {
  /** Everything is written below it. */
  readonly dir: string;
  readonly signal: AbortSignal;
  title(text: string): void;
}

const BLUEPRINT = "adder";
const VERSION = "1.0.0";
const FROZEN_BECAUSE = "somebody looks at the numbers";
/** A gateway says how long an answer may be kept; the least that it says makes the demo short. */
const RESOLVE_SECONDS = 1;
const LABEL_CHARS = 11;
/** On a busy machine; each takes a second. */
const WAITED_MS_MAX = 30_000;
const LOOK_MS = 50;

export async function showAgent(show: AgentShow, io: CliIo): Promise<void> {
  show.title("An agent is let in by a link, and runs nothing that it has not verified");
  const stateDir = join(show.dir, "agent");
  const manifest_digest = await packageAdder(stateDir, show, io);
  const options = { stateDir, host: "127.0.0.1", port: 0, resolveSeconds: RESOLVE_SECONDS };
  const gateway = await serve(options);
  const wire = watchWire();
  const agent = await openAgent({ gateway: gateway.url, fetch: wire.send });
  try {
    const owner = ownerOf(gateway.url, gateway.token);
    await release(manifest_digest, owner);
    await new AgentScenes({ show, io, wire, agent, url: gateway.url }).run(owner);
  } finally {
    await agent.close();
    await gateway.stop();
  }
}

async function packageAdder(stateDir: string, { dir }: AgentShow, io: CliIo) {
  const file = join(dir, `${BLUEPRINT}.wasm`);
  writeFileSync(file, ADDING_MODULE);
  const common = { stateDir, blueprint: BLUEPRINT, profile: DEFAULT_PROFILE, acceptClock: false };
  const packaging = new Packaging({ ...common, deep: false, dryRun: false }, io);
  try {
    const { manifest } = await packaging.run(file);
    if (manifest === undefined) throw new RangeError(`${BLUEPRINT} was not packaged`);
    return manifest;
  } finally {
    await packaging.close();
  }
}

interface Owner {
  readonly desk: GatewayDesk;
  readonly rollouts: GatewayRollouts;
}

/** Asks the gateway as the command line does. */
function ownerOf(baseUrl: string, token: string | undefined): Owner {
  if (token === undefined) throw new RangeError("the gateway told no token");
  const access = { baseUrl, token };
  return { desk: new GatewayDesk(access), rollouts: new GatewayRollouts(access) };
}

/** Exposed to everybody from its first stage on. */
async function release(manifest_digest: Awaited<ReturnType<typeof packageAdder>>, { rollouts }: Owner): Promise<void> {
  const created = await rollouts.createRelease({ manifest_digest, version: VERSION });
  if (created.outcome === "refused") throw new Error(`${created.code}: ${created.detail}`);
  const target = { release: created.release.release, manifest: manifest_digest };
  const whole = { baseline: "none", accept_capabilities: [], weights_bp: [10_000] } as const;
  const plan = demoPlan({ blueprint: BLUEPRINT, target, ...whole });
  const started = await rollouts.start({ plan, environment: ENVIRONMENT });
  if (started.outcome !== "done") throw new Error(`${started.code}: ${started.detail}`);
}

interface Stage {
  readonly show: AgentShow;
  readonly io: CliIo;
  readonly wire: WatchedWire;
  readonly agent: Agent;
  readonly url: string;
}

class AgentScenes {
  readonly #stage: Stage;
  readonly #paint: Paint;
  #trouble: AgentError | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#paint = painter(usesColour(stage.io));
  }

  async run(owner: Owner): Promise<void> {
    await this.#comeIn(owner);
    const resolution = await this.#runVerified();
    await this.#refuseTampered(resolution);
    await this.#pause(await this.#rotate(owner));
  }

  async #comeIn({ desk }: Owner): Promise<void> {
    const { agent, url } = this.#stage;
    const made = await desk.createLink({ subject: "demo" });
    if (made.outcome === "refused") throw new Error(`${made.code}: ${made.detail}`);
    // The rest of it is a secret: whoever has it before the agent does is let in.
    this.#say("link", `${url}/boot#v1.… for one use, within five minutes`);
    const { did, gateway, scopes } = await agent.bootstrap(made.url);
    this.#say("agent", did);
    this.#say("", `its key was made in this process and cannot be exported; may ${scopes.join(", ")}`);
    this.#say("gateway", `${gateway}: it signed with the key that the link names`);
  }

  async #runVerified(): Promise<ReleaseResolution> {
    const { agent } = this.#stage;
    const resolution = await this.#given();
    this.#say("resolve", `${ENVIRONMENT}/${BLUEPRINT} is ${VERSION}; asked with a proof of the key (DPoP)`);
    const verified = await agent.fetchVerified(resolution);
    this.#say("verify", `manifest and ${verified.bytes.length} bytes of a ${verified.kind} are what their digests say`);
    const running = await agent.run(verified);
    this.#say("run", `add(20, 22) = ${await running.call("add", 20, 22)}`);
    await agent.flush();
    const { added } = agent.reported;
    this.#say("report", `${plural(added, "observation")} counted for the open rollout, in the agent's own name`);
    running.stop();
    return resolution;
  }

  /** The controller exposes the release within a second. */
  async #given(): Promise<ReleaseResolution> {
    const { agent } = this.#stage;
    return this.#until(async () => {
      const resolution = await agent.resolve(ENVIRONMENT, BLUEPRINT, { anew: true });
      return resolution.outcome === "release" && resolution.rollout !== undefined ? resolution : undefined;
    });
  }

  async #refuseTampered(resolution: ReleaseResolution): Promise<void> {
    const { agent, wire } = this.#stage;
    wire.tampering = true;
    const refused = await agent.fetchVerified(resolution).catch((error: unknown) => error);
    wire.tampering = false;
    if (!(refused instanceof AgentError)) throw refused instanceof Error ? refused : new Error("it took other bytes");
    this.#say("tamper", `one bit of it turned on the way: ${this.#paint("red", "refused")}, ${refused.code}`);
  }

  async #rotate({ desk }: Owner): Promise<Owner> {
    const { agent, wire, url } = this.#stage;
    const did = agent.did;
    const rotated = await desk.rotate({});
    if (rotated.outcome === "refused") throw new Error(`${rotated.code}: ${rotated.detail}`);
    this.#say(
      "rotate",
      `owner's token, links and ${plural(rotated.proof.access_tokens_voided, "access token")} are dead`,
    );
    wire.answered();
    await this.#given();
    const answers = wire.answered();
    const refused = answers.some((line) => line.startsWith("401") && line.endsWith("invalid_token"));
    if (!refused || !answers.includes("200 /v1/token") || agent.did !== did)
      throw new Error(`the old token was not refused and replaced: ${answers.join(", ")}`);
    this.#say("", "the agent's is refused with 401; it proves its key, gets another, and goes on as who it was");
    return ownerOf(url, rotated.new_token);
  }

  async #pause({ rollouts }: Owner): Promise<void> {
    const { agent } = this.#stage;
    const runs: Running[] = [];
    const reasons: string[] = [];
    const handlers: FollowHandlers = {
      onRun: (running) => void runs.push(running),
      onPaused: ({ reason }) => void reasons.push(reason),
      // It goes on trying; who waits for something else says at its end what stood in the way.
      onError: (error) => {
        this.#trouble = error;
      },
    };
    const followed = agent.follow(ENVIRONMENT, BLUEPRINT, handlers);
    const first = await this.#until(async () => runs[0]);
    const place = { environment: ENVIRONMENT, blueprint: BLUEPRINT } as const;
    await rollouts.freeze({ ...place, reason: FROZEN_BECAUSE });
    const reason = await this.#until(async () => reasons[0]);
    if (!first.stopped) throw new Error("it goes on although it is frozen");
    this.#say("freeze", `${this.#paint("yellow", "paused")}, "${reason}": the agent has stopped it`);
    await rollouts.unfreeze({ ...place, reason: "the numbers are good" });
    const second = await this.#until(async () => runs[1]);
    this.#say("unfreeze", `it runs again: add(40, 2) = ${await second.call("add", 40, 2)}`);
    await followed.stop();
  }

  async #until<T>(look: () => Promise<T | undefined>): Promise<T> {
    const { signal } = this.#stage.show;
    for (let waitedMs = 0; waitedMs < WAITED_MS_MAX; waitedMs += LOOK_MS) {
      signal.throwIfAborted();
      const seen = await look();
      if (seen !== undefined) return seen;
      await sleep(LOOK_MS);
    }
    throw new Error(`nothing came within ${WAITED_MS_MAX / 1_000} s`, { cause: this.#trouble });
  }

  #say(label: string, text: string): void {
    this.#stage.io.stdout(`  ${label.padEnd(LABEL_CHARS)}${text}\n`);
  }
}
