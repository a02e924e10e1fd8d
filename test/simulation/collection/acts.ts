/** What the processes of a schedule do, one act after another, as chance has it. */
import type { SeededChance } from "@tau-edge/adapter-memory";
import type { Collecting, CommandOptions, OperatorCommand } from "@tau-edge/control";
import { RETENTION_CLASSES } from "@tau-edge/ledger";
import { type Environment, lastCommit, type ReleaseRef } from "@tau-edge/rollout";
import type { Member } from "./member.ts";
import { BLUEPRINTS, DAY_MS, planFor } from "./plans.ts";

/** Old ones among them, which may have been collected. */
const MODULES = 24;
const ENVIRONMENTS: readonly Environment[] = ["dev", "dev", "staging"];

export interface Acting {
  readonly member: Member;
  readonly collecting: Collecting;
  readonly chance: SeededChance;
  /** Somebody vouches for the clock in this act. */
  readonly accept_clock: boolean;
}

export type Act = (acting: Acting) => Promise<unknown>;

const packageModule: Act = ({ member, chance, accept_clock }) =>
  member.package(chance.pick(BLUEPRINTS), chance.below(MODULES), { accept_clock });

const createRelease: Act = async ({ member, chance }) => {
  const deliverables = await member.ports.catalog.deliverables(chance.pick(BLUEPRINTS));
  if (deliverables.length === 0) return;
  const { manifest } = chance.pick(deliverables);
  await member.release(manifest, `2.${chance.below(3)}.0`, chance.below(2) === 0);
};

const startRollout: Act = async ({ member, chance, accept_clock }) => {
  const blueprint = chance.pick(BLUEPRINTS);
  const environment = chance.pick(ENVIRONMENTS);
  const target = await anyRelease(member, chance, blueprint);
  if (target === undefined) return;
  const { state } = await member.ports.streams.stream({ tenant: "default", environment, blueprint });
  const baseline = lastCommit(state) === undefined ? "none" : "committed";
  const retention_class = chance.pick(RETENTION_CLASSES);
  const plan = planFor({ blueprint, environment, target, baseline, retention_class });
  await member.start(plan, environment, { accept_clock });
};

const drive: Act = ({ member, chance }) => member.drive(chance.below(8) === 0 ? 8 : 0);

const steer: Act = async ({ member, chance, accept_clock }) => {
  const { rollouts } = await member.rollouts.list();
  if (rollouts.length === 0) return;
  const open = rollouts.filter(({ status }) => status === "open");
  const { rollout_id } = chance.pick(open.length > 0 && chance.below(3) > 0 ? open : rollouts);
  await member.rollouts.command(rollout_id, chance.pick(COMMANDS), { accept_clock });
};

const COMMANDS: readonly OperatorCommand[] = [
  { do: "abort", reason: "told so" },
  { do: "roll_back", reason: "told so" },
  { do: "promote" },
  { do: "pause", reason: "told so" },
  { do: "resume" },
  { do: "retry" },
  { do: "retry" },
];

/** Stops what is open and begins it anew, which needs again what its earlier attempts left behind. */
const retry: Act = async (acting) => {
  const { member, chance, accept_clock } = acting;
  const options: CommandOptions = { accept_clock };
  const { rollouts } = await member.rollouts.list();
  const last = rollouts.filter(({ status }) => status !== "success");
  if (last.length === 0) return;
  const { rollout_id, environment, blueprint, manifest } = chance.pick(last);
  await member.rollouts.revalidate(
    { environment, blueprint, manifest, validation: "profile:wasi_preview2_v1" },
    options,
  );
  await member.rollouts.command(rollout_id, { do: "retry" }, options);
};

const undo: Act = async ({ member, chance, accept_clock }) => {
  const blueprint = chance.pick(BLUEPRINTS);
  const environment = chance.pick(ENVIRONMENTS);
  const { state } = await member.ports.streams.stream({ tenant: "default", environment, blueprint });
  if (state.committed.length === 0) return;
  const { release } = chance.pick(state.committed).target;
  await member.rollouts.undo({ environment, blueprint, release }, { accept_clock });
};

const pin: Act = async ({ member, collecting, chance, accept_clock }) => {
  const target = await anyRelease(member, chance, chance.pick(BLUEPRINTS));
  if (target === undefined) return;
  const request = { release: target.release, reason: "told so" };
  if (chance.below(3) > 0) await collecting.pin(request, { accept_clock });
  else await collecting.unpin(request, { accept_clock });
};

const lengthen: Act = ({ collecting, chance, accept_clock }) => {
  const term = chance.pick(["experimental", "evidence"] as const);
  const window_ms = (401 + chance.below(800)) * DAY_MS;
  return collecting.lengthen({ term, window_ms, reason: "told so" }, { accept_clock });
};

const replayOne: Act = async ({ member, chance }) => {
  const { rollouts } = await member.rollouts.list();
  if (rollouts.length > 0) await replay(member, chance.pick(rollouts).rollout_id);
};

/** @throws when it comes out different, or evidence is gone and nobody collected it */
export async function replay(member: Member, rollout_id: string): Promise<"same" | "not_replayable"> {
  const report = await member.rollouts.replay(rollout_id);
  if (report === undefined || report.result === "same") return "same";
  if (report.result === "differs") throw new Error(`the replay of ${rollout_id} differs: ${JSON.stringify(report)}`);
  if (report.lost === true)
    throw new Error(`the replay of ${rollout_id} misses ${report.missing}, which nobody collected`);
  return "not_replayable";
}

async function anyRelease(member: Member, chance: SeededChance, blueprint: string): Promise<ReleaseRef | undefined> {
  const { releases } = await member.ports.streams.stream({ tenant: "default", environment: "dev", blueprint });
  return releases.length === 0 ? undefined : chance.pick(releases);
}

export const WORKER: readonly Act[] = [
  ...[packageModule, packageModule, createRelease, createRelease],
  ...[startRollout, startRollout, startRollout, drive, drive, drive, drive],
  ...[steer, retry, undo, undo, pin, lengthen, lengthen, replayOne],
];

export const COLLECTOR: readonly Act[] = [
  ({ collecting, accept_clock }) => collecting.plan({ accept_clock }),
  ({ collecting, accept_clock }) => collecting.run({ accept_clock }),
  ({ collecting, accept_clock }) => collecting.run({ accept_clock }),
];
