/**
 * Stops a blueprint wherever it runs, whatever its rollouts say, and lets it go on. Freezing moves towards safety: no
 * clock keeps anybody from it (decisions 19).
 */

import { utf8Length } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import type { Environment } from "@tau-edge/rollout";
import { appendVouched } from "../clock-record.ts";
import { APPEND_ATTEMPTS_MAX, FREEZE_REASON_BYTES_MAX } from "../limits.ts";
import { placeIn } from "./begin-rollout.ts";
import { isExpectedGap } from "./clock-gaps.ts";
import { draftFrozen, draftReleased, type Frozen } from "./freeze-record.ts";
import { type RefusedAct, refuseAct } from "./refusals.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutPlace, RolloutStream } from "./rollout-streams.ts";
import type { CommandOptions } from "./rollouts.ts";

export interface FreezeRequest {
  readonly environment: Environment;
  readonly blueprint: string;
  /** For agents and people; at most FREEZE_REASON_BYTES_MAX. */
  readonly reason: string;
}

export type FreezeResult =
  | {
      /** `unchanged`: it was so before, and no record was written. */
      readonly outcome: "done" | "unchanged";
      readonly dry_run: boolean;
      readonly environment: Environment;
      readonly blueprint: string;
      /** As it is now; of a dry run, as it would be. Absent: the blueprint is not frozen. */
      readonly frozen?: Frozen;
    }
  | RefusedAct<"blueprint_unknown" | "reason_length">;

interface FreezeCall extends CommandOptions {
  readonly place: RolloutPlace;
  readonly reason: string;
  readonly actor: Actor;
  readonly to: "frozen" | "released";
}

/** Needs no more of a platform than a ledger that can be written: stopping is possible where nothing can be started. */
export interface Freezing {
  /** @throws PortError what the ledger throws; `store_unavailable` when others were first every time */
  freeze(request: FreezeRequest, options?: CommandOptions): Promise<FreezeResult>;
  unfreeze(request: FreezeRequest, options?: CommandOptions): Promise<FreezeResult>;
}

export type FreezePorts = Pick<RolloutPorts, "ledger" | "streams" | "clock">;

export function makeFreezing(ports: FreezePorts, actor: Actor): Freezing {
  const set = (to: FreezeCall["to"], { environment, blueprint, reason }: FreezeRequest, options: CommandOptions = {}) =>
    setFrozen({ ...options, place: placeIn(environment, blueprint), reason, actor, to }, ports);
  return {
    freeze: (request, options) => set("frozen", request, options),
    unfreeze: (request, options) => set("released", request, options),
  };
}

async function setFrozen(call: FreezeCall, ports: FreezePorts): Promise<FreezeResult> {
  const { place, reason, to, dry_run = false } = call;
  const { environment, blueprint } = place;
  if (reason.length === 0 || utf8Length(reason) > FREEZE_REASON_BYTES_MAX) return refuseAct("reason_length");
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const known = await ports.streams.stream(place);
    // A name with a slip in it must not look as if something had been stopped.
    if (known.head === undefined) return refuseAct("blueprint_unknown");
    const now_unix_ms = ports.clock.nowUnixMs();
    const answer = (outcome: "done" | "unchanged", frozen: Frozen | undefined): FreezeResult => ({
      ...{ outcome, dry_run, environment, blueprint },
      ...(frozen === undefined ? {} : { frozen }),
    });
    if ((known.frozen === undefined) === (to === "released")) return answer("unchanged", known.frozen);
    const since_unix_ms = Math.max(now_unix_ms, known.state.at_unix_ms);
    const after = to === "frozen" ? { reason, since_unix_ms } : undefined;
    if (dry_run || (await append(call, known, now_unix_ms, ports))) return answer("done", after);
  }
  throw new PortError("store_unavailable", blueprint, "Other writers were first every time", { remedy: "Ask again." });
}

/** @returns whether nobody else was first */
async function append(call: FreezeCall, { state }: RolloutStream, now_unix_ms: number, ports: FreezePorts) {
  const { reason, actor, to, accept_clock = false } = call;
  const vouches = accept_clock || to === "frozen" || isExpectedGap(state, now_unix_ms);
  const result = await appendVouched(
    ports.ledger,
    {
      stream: state.stream,
      expected_seq: state.next_seq - 1,
      drafts: [to === "frozen" ? draftFrozen(reason, actor) : draftReleased(reason, actor)],
      objects: [],
      now_unix_ms,
    },
    vouches ? { actor, previous_at_unix_ms: state.at_unix_ms } : undefined,
  );
  return result.outcome === "appended";
}
