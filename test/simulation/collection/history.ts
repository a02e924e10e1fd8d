/** Years of releases and rollouts, told once for each kind of schedule: most of it is old enough to go. */
import { SeededChance } from "@tau-edge/adapter-memory";
import type { RetentionClass } from "@tau-edge/ledger";
import type { Environment } from "@tau-edge/rollout";
import { Member } from "./member.ts";
import { BLUEPRINTS, DAY_MS, MINUTE_MS, planFor } from "./plans.ts";
import type { MemberPorts } from "./shared-disk.ts";

const ROUNDS_MAX = 12;
const CLASSES: readonly RetentionClass[] = ["certified_release", "experimental", "experimental", "ephemeral"];
interface Place {
  readonly blueprint: string;
  readonly environment: Environment;
  readonly rollouts: number;
  /** Releases that nobody rolled out. */
  readonly idle?: number;
  /** The last rollout was aborted, and can be tried again. */
  readonly aborted?: boolean;
}

const [SHOP, TILL] = BLUEPRINTS;
/** Few rollouts, because each process reads all of them; and more commits in one stream than the ten that are kept. */
const HISTORIES: readonly (readonly Place[])[] = [
  [
    { blueprint: SHOP, environment: "dev", rollouts: 1, idle: 3 },
    { blueprint: SHOP, environment: "staging", rollouts: 2, aborted: true },
  ],
  [
    { blueprint: SHOP, environment: "staging", rollouts: 2, idle: 3 },
    { blueprint: TILL, environment: "dev", rollouts: 1, aborted: true },
  ],
  [{ blueprint: SHOP, environment: "dev", rollouts: 12, idle: 1 }],
];
const LONG = HISTORIES.length - 1;

/** Every eighth is long. */
export const HISTORY_KINDS = 8;

/** Where it is told: in memory or on a disk. */
export interface Telling {
  portsOf(actor: string): MemberPorts;
  pass(by_ms: number): void;
}

/** Some of it is committed, some rolled back, and one is still open. */
export async function tellHistory(world: Telling, kind: number): Promise<void> {
  const chance = new SeededChance(kind);
  const member = new Member(world.portsOf("history"));
  let made = 0;
  const release = async (blueprint: string, derives: boolean) => {
    made += 1;
    const manifest = await member.package(blueprint, made);
    const target = await member.release(manifest, `1.0.${made}`, derives);
    if (target === undefined) throw new Error("a release was refused");
    return target;
  };
  for (const { blueprint, environment, rollouts, idle = 0, aborted = false } of HISTORIES[placesOf(kind)] ?? []) {
    for (let number = 0; number < rollouts; number++) {
      const target = await release(blueprint, chance.below(2) === 0);
      const baseline = number === 0 ? "none" : "committed";
      const plan = planFor({ blueprint, environment, target, baseline, retention_class: chance.pick(CLASSES) });
      const id = await member.start(plan, environment);
      if (id === undefined) throw new Error("a start was refused");
      const isAborted = aborted && number === rollouts - 1;
      const isStopped = isAborted || (number > 0 && chance.below(6) === 0);
      await finish(world, member, id, isStopped ? (isAborted ? "abort" : "roll_back") : undefined);
      world.pass(chance.pick([1, 20, 60, 200]) * DAY_MS);
    }
    for (let number = 0; number < idle; number++) {
      await release(blueprint, true);
      world.pass(16 * DAY_MS);
    }
  }
}

function placesOf(kind: number): number {
  return kind === 0 ? LONG : kind % LONG;
}

async function finish(world: Telling, member: Member, rollout_id: string, stop?: "abort" | "roll_back"): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await member.drive();
    if (stop !== undefined && round === 1) await member.rollouts.command(rollout_id, { do: stop, reason: "told so" });
    world.pass(MINUTE_MS);
    await member.tick();
    if ((await member.rollouts.get(rollout_id))?.status !== "open") return;
  }
  throw new Error(`${rollout_id} does not end`);
}
