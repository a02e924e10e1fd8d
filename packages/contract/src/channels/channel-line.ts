/** What a channel says about one case: a line for `log.jsonl`, and mostly one for `context.jsonl`. */
import type { CaseResult } from "../cases/result.ts";
import { readCounter } from "../health.ts";
import { CONTRACT_LIMITS } from "../limits.ts";
import { readLineObject } from "../line-object.ts";
import { own } from "../state-document.ts";
import { keyValueLine } from "../text/key-value-line.ts";

/** Where a line belongs: asked for twice, it is written once. */
export interface ChannelPosition {
  /** Of the cycle's record. */
  readonly seq: number;
  /** Grows from line to line of one record. */
  readonly nth: number;
}

/** Both texts are one JSON object without a line break and carry `seq` and `nth`. */
export interface ChannelLine extends ChannelPosition {
  readonly log: string;
  /** Absent where S1 says nothing in `context.jsonl`: where nothing was decided about the case. */
  readonly context?: string;
}

/** @param endedUnixMs when the cycle ended */
export function channelLine(result: CaseResult, endedUnixMs: number, position: ChannelPosition): ChannelLine {
  const { seq, nth } = position;
  const log = {
    timestamp_unix_ms: endedUnixMs,
    direction: "system",
    event_key: result.case_key,
    source: "tau-deployment-runner",
    payload: payloadOf(result),
    seq,
    nth,
  };
  const context = { timestamp_unix_ms: endedUnixMs, role: "system", text: summaryOf(result), seq, nth };
  const decided = result.outcome === "success" || result.outcome === "malformed_input";
  return { seq, nth, log: JSON.stringify(log), ...(decided && { context: JSON.stringify(context) }) };
}

/** @returns undefined for a line of the original's, and for what is no JSON object */
export function channelPositionOf(line: string): ChannelPosition | undefined {
  const object = readLineObject(line, CONTRACT_LIMITS.channel_line_chars_max);
  if (object === undefined) return undefined;
  const seq = readCounter(own(object, "seq"));
  const nth = readCounter(own(object, "nth"));
  return seq === undefined || nth === undefined ? undefined : { seq, nth };
}

/** S1's keys, and those that tell two rollouts of one case apart; by key, as the original writes free objects. */
function payloadOf(result: CaseResult): object {
  const { case_id, deploy_target, runtime_profile, blueprint_id, environment, region, replicas } = result;
  const { outcome, status_code } = result;
  if (outcome !== "success") {
    const { error_code, reason, detail } = result;
    return {
      ...{ blueprint_id, case_id, deploy_target },
      ...(detail !== "" && { detail }),
      ...{ environment, error_code, outcome, reason, region, replicas, runtime_profile, status_code },
    };
  }
  const { artifact, artifact_manifest, artifact_sha256, artifact_size_bytes } = result;
  const { rollout_strategy, runtime_constraints } = result;
  return {
    ...{ artifact, artifact_manifest, artifact_sha256, artifact_size_bytes, blueprint_id, case_id, deploy_target },
    ...{ environment, outcome, region, replicas, rollout_strategy, runtime_constraints, runtime_profile, status_code },
  };
}

function summaryOf(result: CaseResult): string {
  const { case_id, outcome, deploy_target, runtime_profile, environment, region, status_code } = result;
  const about = { case: case_id, outcome, target: deploy_target, runtime: runtime_profile, environment, region };
  const end =
    outcome === "success"
      ? { status: status_code, artifact: result.artifact, replicas: result.replicas }
      : { status: status_code, error: result.error_code, reason: result.reason };
  return `deployment ${keyValueLine({ ...about, ...end })}`;
}
