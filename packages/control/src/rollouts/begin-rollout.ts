/** The commands that begin a run, with the facts of their preflight: start, retry, undo. */
import { formatRolloutId, LedgerError } from "@tau-edge/ledger";
import type { ObjectReader } from "@tau-edge/ports";
import {
  defaultEnvironmentProfile,
  type Environment,
  type EnvironmentProfile,
  type PreflightFacts,
  type PreflightReport,
  planObject,
  preflight,
  preflightFailures,
  type Run,
  readEnvironmentProfileObject,
  readPlanObject,
  readPreflightReport,
} from "@tau-edge/rollout";
import { STRUCTURED_OBJECT_BYTES_MAX } from "../limits.ts";
import type { Prepared } from "./apply-command.ts";
import { derivedOf, findRelease } from "./create-release.ts";
import { findObject, readFound } from "./found-object.ts";
import { gatherFacts } from "./preflight-facts.ts";
import { type RefusedAct, refuseAct } from "./refusals.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutPlace, RolloutStream } from "./rollout-streams.ts";
import type { OperatorCommand, PreflightResult, StartRequest, UndoRequest } from "./rollouts.ts";

export function placeIn(environment: Environment, blueprint: string): RolloutPlace {
  return { tenant: "default", environment, blueprint };
}

export async function prepareStart(
  request: StartRequest,
  known: RolloutStream,
  ports: RolloutPorts,
): Promise<Prepared | RefusedAct<"release_unknown">> {
  const { plan, environment, lockfile_hash, accept_noise = false } = request;
  const profile = request.profile ?? defaultEnvironmentProfile(environment);
  const target = await findRelease(plan.blueprint, plan.release, ports);
  if (target === undefined) return refuseAct("release_unknown");
  const subject = {
    kind: "rollout",
    plan,
    target,
    configuration: configurationOf(profile, environment),
    accept_noise,
    ...(lockfile_hash === undefined ? {} : { lockfile_hash }),
  } as const;
  const { facts, ...gathered } = await gatherFacts(placeIn(environment, plan.blueprint), known, subject, ports);
  const needs = await derivedOf(plan.blueprint, target.release, ports);
  return { command: { do: "start", plan, profile, target, facts }, needs, ...gathered };
}

/** The same plan and release once more; what was given to the attempt before need not be given again. */
export async function prepareRetry(
  request: Extract<OperatorCommand, { do: "retry" }>,
  place: RolloutPlace,
  known: RolloutStream,
  run: Run,
  ports: RolloutPorts,
): Promise<Prepared> {
  const { plan, target, environment } = run;
  const earlier = await earlierFacts(run, ports.objects);
  const named = [...(known.rollouts.get(run.rollout_id)?.named ?? [])];
  const profile = request.profile ?? (await profileOf(run, ports.objects)) ?? defaultEnvironmentProfile(environment);
  const subject = {
    kind: "rollout",
    plan,
    target,
    configuration: configurationOf(profile, environment),
    accept_noise: false,
    ...(request.lockfile_hash === undefined ? {} : { lockfile_hash: request.lockfile_hash }),
    ...(earlier === undefined ? {} : { earlier }),
    // It goes on under the same id, so what is gone would stop it at its first stage.
    named,
  } as const;
  const { facts, ...gathered } = await gatherFacts(place, known, subject, ports);
  const needs = [...named, ...(await derivedOf(plan.blueprint, target.release, ports))];
  return { command: { do: "retry", profile, facts }, needs, ...gathered };
}

export async function prepareUndo(
  request: UndoRequest,
  known: RolloutStream,
  ports: RolloutPorts,
): Promise<Prepared | RefusedAct> {
  const { environment, blueprint, release } = request;
  const commit = known.state.committed.findLast(({ target }) => target.release === release);
  const found = commit && (await findObject(commit.plan_hash, STRUCTURED_OBJECT_BYTES_MAX, ports.objects));
  const plan = found && readFound(found, readPlanObject, isLedgerError);
  if (commit === undefined) return refuseAct("undo_unknown");
  // Without the plan that it was committed by, nobody can tell by what it would be judged.
  if (plan === undefined) {
    const isCollected = (await ports.catalog.collected(commit.plan_hash)) !== undefined;
    return refuseAct(isCollected ? "evidence_collected" : "evidence_differs");
  }
  const run = known.rollouts.get(commit.rollout_id)?.run;
  const earlier = run && (await earlierFacts(run, ports.objects));
  const profile = request.profile ?? defaultEnvironmentProfile(environment);
  const subject = {
    kind: "undo",
    plan,
    target: commit.target,
    configuration: configurationOf(profile, environment),
    accept_noise: false,
    ...(earlier === undefined ? {} : { earlier }),
  } as const;
  const { facts, ...gathered } = await gatherFacts(placeIn(environment, blueprint), known, subject, ports);
  const needs = await derivedOf(blueprint, release, ports);
  return { command: { do: "undo", release, plan, profile, facts }, needs, ...gathered };
}

/** What a start would be judged by, without starting anything. */
export async function checkStart(request: StartRequest, ports: RolloutPorts): Promise<PreflightResult> {
  const { plan, environment } = request;
  const known = await ports.streams.stream(placeIn(environment, plan.blueprint));
  const prepared = await prepareStart(request, known, ports);
  if ("outcome" in prepared) return prepared;
  const { command } = prepared;
  if (command.do !== "start") throw new TypeError("a start is prepared as a start");
  const { state } = known;
  const checks = preflight(command.facts, { plan, environment, stage: -1, approved: [], kind: "rollout" });
  const report: PreflightReport = {
    v: 1,
    rollout_id: formatRolloutId({ stream: state.stream, seq: state.next_seq }),
    attempt: 1,
    environment,
    stage: -1,
    release: plan.release,
    plan_hash: planObject(plan, ports.sha256).digest,
    at_unix_ms: Math.max(state.at_unix_ms, ports.clock.nowUnixMs()),
    facts: command.facts,
    checks,
  };
  return { outcome: "checked", passed: preflightFailures(checks).length === 0, report };
}

/** The facts by which this attempt was let in. */
export async function earlierFacts(run: Run, objects: ObjectReader): Promise<PreflightFacts | undefined> {
  const found = await findObject(run.preflight_report, STRUCTURED_OBJECT_BYTES_MAX, objects);
  return readFound(found, readPreflightReport, isLedgerError)?.facts;
}

/** By which this attempt began. */
export async function profileOf(run: Run, objects: ObjectReader): Promise<EnvironmentProfile | undefined> {
  const found = await findObject(run.environment_profile_hash, STRUCTURED_OBJECT_BYTES_MAX, objects);
  return readFound(found, readEnvironmentProfileObject, isLedgerError);
}

export function configurationOf(
  profile: EnvironmentProfile | undefined,
  environment: Environment,
): PreflightFacts["configuration"] {
  if (profile === undefined) return "missing";
  return profile.environment === environment ? "valid" : "invalid";
}

const isLedgerError = (error: unknown) => error instanceof LedgerError;
