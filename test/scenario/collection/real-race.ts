/**
 * A race on a real state directory: several processes of one program, each with a state opened for itself, whose calls the
 * disk and the pool of threads interleave. What they do comes from a seed; when, from nobody.
 */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SeededChance } from "@tau-edge/adapter-memory";
import { openState } from "@tau-edge/adapter-node";
import { makeCollecting } from "@tau-edge/control";
import { COLLECTOR, replay, WORKER } from "../../simulation/collection/acts.ts";
import { Member, PERSON } from "../../simulation/collection/member.ts";
import { DAY_MS, MINUTE_MS } from "../../simulation/collection/plans.ts";
import { isLivedWith } from "../../simulation/collection/race.ts";
import { lookAt } from "./disk-check.ts";
import { portsOn, writeHistory } from "./real-ports.ts";

export interface RealSummary {
  readonly acts: number;
  readonly refused: number;
  readonly collected: number;
  readonly not_replayable: number;
}

/** State directories that races begin with. */
export interface Histories {
  readonly scratch: string;
  readonly kinds: readonly { readonly stateDir: string; readonly now_unix_ms: number }[];
}

const ACTS = 5;
const DAY_AND_HOUR_MS = DAY_MS + 60 * MINUTE_MS;
const CENTURY_MS = 36_525 * DAY_MS;
const PASSING_MS = [MINUTE_MS, MINUTE_MS, DAY_AND_HOUR_MS, 3 * DAY_MS, 31 * DAY_MS, 401 * DAY_MS];
/** Of a hundred acts. */
const PASSING = 30;
const SKEWED = 10;
const ACCEPTING = 60;
const PAUSE_MS_MAX = 4;

/** @param scratch an empty directory */
export async function tellHistories(scratch: string): Promise<Histories> {
  const kinds = [];
  for (const kind of [1, 2]) {
    const stateDir = join(scratch, `history-${kind}`);
    kinds.push({ stateDir, now_unix_ms: await writeHistory(stateDir, kind) });
  }
  return { scratch, kinds };
}

/** The time, the same for all but for what is wrong with their clocks. */
interface Time {
  now_unix_ms: number;
}

/** @throws when a promise is broken; the message names the seed */
export async function realRace(seed: number, { scratch, kinds }: Histories): Promise<RealSummary> {
  const history = kinds[seed % kinds.length];
  if (history === undefined) throw new Error("there is no history");
  const stateDir = join(scratch, `race-${seed}`);
  await cp(history.stateDir, stateDir, { recursive: true });
  const time: Time = { now_unix_ms: history.now_unix_ms + 401 * DAY_MS };
  try {
    await collectOnce(stateDir, time, "plan");
    time.now_unix_ms += DAY_AND_HOUR_MS;
    const lives = await Promise.all(
      ["collector", "collector", "worker", "worker", "worker"].map((role, nth) =>
        live(stateDir, time, new SeededChance(seed * 10 + nth), role === "collector"),
      ),
    );
    const found = [...(await lookAt(stateDir)).problems];
    const { collected, not_replayable } = await end(stateDir, time);
    const { problems, marked } = await lookAt(stateDir);
    found.push(...problems, ...(marked.collected > 0 ? ["what was collected is not swept"] : []));
    if (found.length > 0) throw new Error(found.join("; "));
    await rm(stateDir, { recursive: true });
    const refused = lives.reduce((total, one) => total + one.refused, 0);
    return { acts: lives.length * ACTS, refused, collected, not_replayable };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`seed ${seed}, see ${stateDir}: ${message}`, { cause });
  }
}

async function live(stateDir: string, time: Time, chance: SeededChance, collects: boolean) {
  let skew_ms = 0;
  const clock = { nowUnixMs: () => time.now_unix_ms + skew_ms };
  const state = await openState(stateDir, { clock });
  const member = new Member(portsOn(state, clock));
  const collecting = makeCollecting(member.ports, PERSON);
  const counts = { refused: 0 };
  const odds = (percent: number) => chance.below(100) < percent;
  try {
    for (let nth = 0; nth < ACTS; nth++) {
      if (odds(PASSING)) time.now_unix_ms += chance.pick(PASSING_MS);
      skew_ms = odds(SKEWED) ? chance.pick([CENTURY_MS, -CENTURY_MS]) : 0;
      await pause(chance.below(PAUSE_MS_MAX));
      try {
        const acting = { member, collecting, chance, accept_clock: odds(ACCEPTING) };
        await chance.pick(collects ? COLLECTOR : WORKER)(acting);
      } catch (error) {
        if (!isLivedWith(error)) throw error;
        counts.refused += 1;
      }
    }
  } finally {
    await state.close();
  }
  return counts;
}

async function collectOnce(stateDir: string, time: Time, command: "plan" | "run"): Promise<void> {
  const clock = { nowUnixMs: () => time.now_unix_ms };
  const state = await openState(stateDir, { clock });
  try {
    await makeCollecting(portsOn(state, clock), PERSON)[command]({ accept_clock: true });
  } finally {
    await state.close();
  }
}

/** All clocks are right, and nobody is in the way. @returns what was collected over all, and what cannot be replayed */
async function end(stateDir: string, time: Time): Promise<Pick<RealSummary, "collected" | "not_replayable">> {
  await collectOnce(stateDir, time, "plan");
  time.now_unix_ms += DAY_AND_HOUR_MS;
  await collectOnce(stateDir, time, "run");
  const clock = { nowUnixMs: () => time.now_unix_ms };
  const state = await openState(stateDir, { clock });
  try {
    const member = new Member(portsOn(state, clock));
    let [collected, not_replayable] = [0, 0];
    for await (const { objects } of makeCollecting(member.ports, PERSON).log()) collected += objects.length;
    for (const { rollout_id } of (await member.rollouts.list()).rollouts)
      if ((await replay(member, rollout_id)) === "not_replayable") not_replayable += 1;
    return { collected, not_replayable };
  } finally {
    await state.close();
  }
}
