/**
 * Where a window breaches its limit of failures, as if each observation were looked at when it comes, without drawing each
 * of them: blocks of observations get their number of failures at once, and only where a breach could lie inside a block
 * is it halved, down to the observation.
 */
import { failingIsCertain, type Policy } from "@tau-edge/rollout";
import type { Chance } from "./chance.ts";
import { drawBinomial } from "./samplers/binomial.ts";
import { drawSplit } from "./samplers/split.ts";

export interface Failures {
  readonly failed: number;
  /** The observation with which failing became certain, counted from 1. */
  readonly breached_at?: number;
}

export interface FailureRequest {
  readonly policy: Policy;
  readonly stage: number;
  readonly min_samples: number;
  /** The tightest limit of the policy; absent where no gate looks at failures. */
  readonly errors_ppm?: number;
  readonly samples: number;
  /** Chance of a failure, in 0..1. */
  readonly failing: number;
}

/** Failures that a block has at least on average. */
const BLOCK_FAILURES_MIN = 4;
/** Deviations of its failures that a block leaves as room, so that it is hardly ever halved. */
const ROOM_DEVIATIONS = 3;
const MILLION = 1_000_000;

export function drawFailures(chance: Chance, request: FailureRequest): Failures {
  const { samples, failing } = request;
  let at = 0;
  let failed = 0;
  while (at < samples) {
    const length = Math.min(samples - at, blockLength(request, at, failed));
    const more = drawBinomial(chance, length, failing);
    const found = breachIn(chance, request, { at, failed, length, more });
    if (found !== undefined) return found;
    at += length;
    failed += more;
  }
  return { failed };
}

/** As long as its failures will hardly fill the room that is left before a breach; any length gives the same chances. */
function blockLength(
  { failing, samples, errors_ppm, min_samples }: FailureRequest,
  at: number,
  failed: number,
): number {
  if (failing === 0 || errors_ppm === undefined) return samples;
  const room = Math.max(0, (errors_ppm / MILLION) * Math.max(at + 1, min_samples) - failed);
  const root = (Math.sqrt(ROOM_DEVIATIONS * ROOM_DEVIATIONS + 4 * room) - ROOM_DEVIATIONS) / 2;
  return Math.ceil(Math.max(BLOCK_FAILURES_MIN, root * root) / failing);
}

interface Block {
  /** Observations before it, and failures among them. */
  readonly at: number;
  readonly failed: number;
  readonly length: number;
  /** Failures in it. */
  readonly more: number;
}

function breachIn(chance: Chance, request: FailureRequest, { at, failed, length, more }: Block): Failures | undefined {
  // If all of them came with its first observation and that is no breach, there is none in it.
  if (more === 0 || !failingIsCertain(request.policy, request.stage, { failed: failed + more, total: at + 1 }))
    return undefined;
  if (length === 1) return { failed: failed + 1, breached_at: at + 1 };
  const half = Math.floor(length / 2);
  const early = drawSplit(chance, more, half, length);
  return (
    breachIn(chance, request, { at, failed, length: half, more: early }) ??
    breachIn(chance, request, {
      at: at + half,
      failed: failed + early,
      length: length - half,
      more: more - early,
    })
  );
}
