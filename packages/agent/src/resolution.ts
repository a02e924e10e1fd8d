/** What a gateway answers to "what do I run now?", read strictly: a field that is wrong is no answer. */
import { type Digest, isDigest, type JsonValue } from "@tau-edge/encoding";
import { isObject, type JsonObject } from "./answers.ts";
import { AgentError } from "./errors.ts";
import { AGENT_LIMITS } from "./limits.ts";

/** What observations of a release belong to. */
export interface RolloutPlace {
  readonly rollout_id: string;
  readonly attempt: number;
  readonly stage: number;
  readonly window: number;
  readonly arm: "candidate" | "baseline";
}

interface Asked {
  readonly environment: string;
  readonly blueprint: string;
  /** Ask again before it is older. */
  readonly max_age_ms: number;
}

export interface ReleaseResolution extends Asked {
  readonly outcome: "release";
  readonly release: Digest;
  readonly manifest: Digest;
  readonly artifact: Digest;
  /** Names the files that were made from the artifact for engines that do not read components. */
  readonly derived?: Digest;
  /** Absent where observations are nobody's sample. */
  readonly rollout?: RolloutPlace;
}

/** The blueprint is frozen: run nothing of it until this ends. */
export interface PausedResolution extends Asked {
  readonly outcome: "paused";
  readonly reason: string;
  readonly since_unix_ms: number;
}

/** There is nothing to run, also where there was something before. */
export interface NoneResolution extends Asked {
  readonly outcome: "none";
}

export type Resolution = ReleaseResolution | PausedResolution | NoneResolution;

const TEXT_CHARS_MAX = 1_024;

/** @throws AgentError `answer_malformed` */
export function readResolution(answer: JsonObject, environment: string, blueprint: string): Resolution {
  if (answer["schema_version"] !== 1) throw malformed("schema_version");
  if (answer["environment"] !== environment) throw malformed("environment");
  if (answer["blueprint"] !== blueprint) throw malformed("blueprint");
  const max_age_ms = Math.min(count(answer, "max_age_ms"), AGENT_LIMITS.max_age_ms_max);
  const asked = { environment, blueprint, max_age_ms };
  const outcome = answer["outcome"];
  if (outcome === "paused")
    return { ...asked, outcome, reason: text(answer, "reason"), since_unix_ms: count(answer, "since_unix_ms") };
  // Another outcome may mean that nothing is to run; an agent that does not know it must not go on.
  if (outcome !== undefined && outcome !== "release") throw malformed("outcome");
  const derived = answer["derived"];
  const rollout = answer["rollout"];
  return {
    ...asked,
    outcome: "release",
    release: digest(answer, "release"),
    manifest: digest(answer, "manifest"),
    artifact: digest(answer, "artifact"),
    ...(derived === undefined ? {} : { derived: digest(answer, "derived") }),
    ...(rollout === undefined ? {} : { rollout: readPlace(rollout) }),
  };
}

function readPlace(value: JsonValue): RolloutPlace {
  if (!isObject(value)) throw malformed("rollout");
  const arm = value["arm"];
  if (arm !== "candidate" && arm !== "baseline") throw malformed("rollout.arm");
  return {
    rollout_id: text(value, "rollout_id"),
    attempt: count(value, "attempt"),
    stage: count(value, "stage"),
    window: count(value, "window"),
    arm,
  };
}

function digest(object: JsonObject, name: string): Digest {
  const value = object[name];
  if (typeof value !== "string" || !isDigest(value)) throw malformed(name);
  return value;
}

function count(object: JsonObject, name: string): number {
  const value = object[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw malformed(name);
  return value;
}

function text(object: JsonObject, name: string): string {
  const value = object[name];
  if (typeof value !== "string" || value.length > TEXT_CHARS_MAX) throw malformed(name);
  return value;
}

function malformed(name: string): AgentError {
  return new AgentError("answer_malformed", `\`${name}\` of the resolution is missing or wrong`);
}
