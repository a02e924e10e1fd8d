/** One rollout from its start to its end: traffic, the controller's turn, and again. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ManualClock } from "@tau-edge/adapter-memory";
import type { RolloutView } from "@tau-edge/control";
import type { Plan } from "@tau-edge/rollout";
import type { Paint } from "../../render/text.ts";
import { ENVIRONMENT } from "./demo-plan.ts";
import type { DemoState } from "./demo-state.ts";
import type { Fleet } from "./fleet.ts";
import { judgementLine } from "./judgement-line.ts";

/** Between one group of agents and the next, on the simulated clock. */
const TURN_MS = 3_000;
/** A gateway asks the ledger every 100 ms, on the real clock, however fast the simulated one goes. */
const GATEWAY_LAG_MS = 110;

export interface Conductor {
  readonly state: DemoState;
  readonly clock: ManualClock;
  readonly signal: AbortSignal;
  readonly paint: Paint;
  print(text: string): void;
}

export async function conduct(plan: Plan, fleet: Fleet, conductor: Conductor): Promise<RolloutView> {
  const { state, clock } = conductor;
  const started = await state.rollouts.start({ plan, environment: ENVIRONMENT });
  if (started.outcome !== "done") throw new Error(`${started.code}: ${started.detail}`);
  let view = await turn(started.rollout, conductor);
  while (view.status === "open") {
    clock.advance(TURN_MS);
    await fleet.serve();
    view = await turn(view, conductor);
  }
  return view;
}

/** The controller does what is due; what it judged is printed. */
async function turn(before: RolloutView, conductor: Conductor): Promise<RolloutView> {
  const { state, clock, signal, paint, print } = conductor;
  signal.throwIfAborted();
  const ticks = await state.controller.tick(clock.nowUnixMs());
  for (const { error, refused } of ticks) {
    if (error !== undefined) throw error;
    if (refused !== undefined) throw new Error(`${refused.step} refused: ${refused.detail} (${refused.code})`);
  }
  if (!ticks.some(({ done }) => done.length > 0)) return before;
  const view = await state.rollouts.get(before.rollout_id);
  if (view === undefined) throw new RangeError(`${before.rollout_id} is gone`);
  for (const judgement of view.judgements.slice(before.judgements.length))
    print(await judgementLine(judgement, view.plan, state.objects, paint));
  await sleep(GATEWAY_LAG_MS);
  return view;
}

/** How finely the time to stop is measured. */
const LOOK_MS = 250;

export interface TimeToStop {
  /** Who still got the release when it was withdrawn. */
  readonly users: number;
  readonly stopped_after_ms: number;
  /** What agents may keep an answer for, and a second (decisions 19). */
  readonly bound_ms: number;
}

/**
 * On the simulated clock, from the record that withdrew the release until no agent gives it to any user. The gateway's
 * lag on the real clock comes on top.
 */
export async function timeToStop(
  { release, rollback }: RolloutView,
  fleet: Fleet,
  { clock, signal }: Pick<Conductor, "clock" | "signal">,
): Promise<TimeToStop> {
  if (rollback === undefined) throw new RangeError("nothing was rolled back");
  const users = await fleet.usersWith(release);
  for (let left = users; left > 0; left = await fleet.usersWith(release)) {
    signal.throwIfAborted();
    clock.advance(LOOK_MS);
  }
  return { users, stopped_after_ms: clock.nowUnixMs() - rollback.at_unix_ms, bound_ms: fleet.maxAgeMs + 1_000 };
}
