/** The commands that take a run further, with the facts of their preflight: advance and override. */
import type { Run } from "@tau-edge/rollout";
import type { Prepared } from "./apply-command.ts";
import { configurationOf, earlierFacts, profileOf } from "./begin-rollout.ts";
import { evidenceNow } from "./evidence-now.ts";
import { type GatheredFacts, gatherFacts } from "./preflight-facts.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutPlace, RolloutStream } from "./rollout-streams.ts";
import type { OperatorCommand } from "./rollouts.ts";

export async function prepareAdvance(
  place: RolloutPlace,
  known: RolloutStream,
  run: Run,
  ports: RolloutPorts,
): Promise<Prepared> {
  const { attempt, stage } = run;
  const { facts, ...gathered } = await factsOf(place, known, run, ports);
  return { command: { do: "advance", attempt, stage, facts }, ...gathered };
}

export async function prepareOverride(
  { role, reason }: Extract<OperatorCommand, { do: "override" }>,
  place: RolloutPlace,
  known: RolloutStream,
  run: Run,
  ports: RolloutPorts,
): Promise<Prepared> {
  const { facts, ...gathered } = await factsOf(place, known, run, ports);
  const evidence = await evidenceNow(run, ports.windows, ports.clock.nowUnixMs());
  const progress = evidence?.source === "counted" ? { progress: evidence.candidate } : {};
  return { command: { do: "override", role, reason, facts, ...progress }, ...gathered };
}

async function factsOf(
  place: RolloutPlace,
  known: RolloutStream,
  run: Run,
  ports: RolloutPorts,
): Promise<GatheredFacts> {
  const { plan, target, kind } = run;
  const profile = await profileOf(run, ports.objects);
  const earlier = await earlierFacts(run, ports.objects);
  const subject = {
    kind,
    plan,
    target,
    configuration: configurationOf(profile, run.environment),
    accept_noise: false,
    ...(earlier === undefined ? {} : { earlier }),
    named: known.rollouts.get(run.rollout_id)?.named ?? [],
  };
  return gatherFacts(place, known, subject, ports);
}
