/**
 * Does what records say and a crash left undone. A rotation that was broken off ends what it was to end; its new credential
 * was told to nobody, so the owner keeps the one there is and rotates again.
 */
import type { Actor } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import { SETTLE_GRACE_MS, SETTLE_INTERVAL_MS } from "../limits.ts";
import type { AccessContext } from "./access-context.ts";
import { appendAct } from "./append-act.ts";
import { enforceAgentRevoked, enforceLinkRevoked, enforceTokensRevoked } from "./enforce.ts";
import { effectOf } from "./rotation-effect.ts";
import { draftRotationSettled, type RotationFacts } from "./rotation-records.ts";
import type { RecordedEffect } from "./system-facts.ts";

const SETTLER: Actor = { kind: "system", id: "settle" };

export interface Settled {
  /** What had been left undone. */
  readonly settled: number;
  /** Of other processes that are at work, perhaps: too young to be taken for broken off. */
  readonly waiting: number;
}

type Outcome = "enforced" | "was_so" | "too_young";

export async function settle(context: AccessContext): Promise<Settled> {
  const known = await context.system.refresh();
  let settled = 0;
  let waiting = 0;
  for (const recorded of known.effects) {
    const outcome = await enforce(recorded, context);
    if (outcome === "too_young") {
      waiting += 1;
      continue;
    }
    known.done(recorded);
    if (outcome === "was_so") continue;
    settled += 1;
    context.ports.onEvent?.({ code: "settled", record: recorded.record, seq: recorded.seq });
  }
  return { settled, waiting };
}

/** Of a moment, so that it is cheap to ask for with each request. */
export class Settling {
  readonly #settle: () => Promise<Settled>;
  readonly #context: AccessContext;
  #settled_unix_ms: number | undefined;
  #interval_ms = SETTLE_INTERVAL_MS;
  #running: Promise<void> | undefined;

  constructor(settle: () => Promise<Settled>, context: AccessContext) {
    this.#settle = settle;
    this.#context = context;
  }

  /** @returns undefined where it is too early to look again */
  keep(): Promise<void> | undefined {
    const since_ms = this.#context.ports.clock.nowUnixMs() - (this.#settled_unix_ms ?? -Infinity);
    // A clock that was turned back says nothing.
    if (since_ms >= 0 && since_ms < this.#interval_ms) return undefined;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    const { waiting } = await this.#settle();
    this.#settled_unix_ms = this.#context.ports.clock.nowUnixMs();
    this.#interval_ms = waiting === 0 ? SETTLE_INTERVAL_MS : SETTLE_GRACE_MS;
  }
}

async function enforce(recorded: RecordedEffect, context: AccessContext): Promise<Outcome> {
  const { effect } = recorded;
  switch (effect.kind) {
    case "link_revoked":
      return outcomeOf(await enforceLinkRevoked(effect.link_ref, context));
    case "agent_revoked":
      return outcomeOf(await enforceAgentRevoked(effect.did, context));
    case "token_revoked":
      return outcomeOf((await enforceTokensRevoked(effect.token_refs, context)) > 0);
    case "rotated":
      return enforceRotated(effect.rotation, recorded.at_unix_ms, context);
  }
}

function outcomeOf(had_to_be_done: boolean): Outcome {
  return had_to_be_done ? "enforced" : "was_so";
}

async function enforceRotated(rotation: RotationFacts, at_unix_ms: number, context: AccessContext): Promise<Outcome> {
  const { directory, clock } = context.ports;
  if ((await directory.facts()).epoch >= rotation.epoch) return "was_so";
  const age_ms = clock.nowUnixMs() - at_unix_ms;
  if (age_ms >= 0 && age_ms < SETTLE_GRACE_MS) return "too_young";
  await recordSettled(rotation.epoch, context);
  const { applied } = await directory.rotate(await effectOf(rotation, context));
  return outcomeOf(applied);
}

/** The rotation itself is on record: a clock that nobody vouches for does not keep it from being enforced. */
async function recordSettled(epoch: number, context: AccessContext): Promise<void> {
  try {
    await appendAct(
      { actor: SETTLER },
      ({ settledEpochs }) => (settledEpochs.has(epoch) ? undefined : draftRotationSettled(epoch, SETTLER)),
      context,
    );
  } catch (error) {
    if (!(error instanceof PortError) || error.code !== "clock_jump") throw error;
  }
}
