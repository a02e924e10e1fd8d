/**
 * How is the deployment? The shape that S1's clients read (`service`, `deployment`, `gateway`), for anybody: it holds
 * counts and states, no names of files or people. A gate without evidence holds.
 */
import type { RolloutList, UnreadableStream } from "@tau-edge/control";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { knownDeployment } from "../memory/known-deployment.ts";
import { HEALTH_PROBLEMS, LEDGER_PROBLEMS } from "../problems/problem-sets.ts";
import { UnreadableSchema } from "../rollouts/rollout-documents.ts";
import type { Route } from "../route.ts";
import { DeploymentSectionSchema, describeDeployment } from "./deployment-section.ts";

const GateSchema = z.enum(["pass", "hold"]);

export const StatusSchema = z.object({
  schema_version: z.literal(1),
  generated_unix_ms: z.int(),
  health_state: z.enum(["healthy", "degraded", "failing"]),
  rollout_gate: GateSchema.meta({ description: "`pass` only when every part below passes" }),
  reason_codes: z.array(z.string()),
  service: z.object({
    service_status: z.literal("running"),
    version: z.string(),
    rollout_gate: GateSchema,
    rollout_reason_code: z.string(),
    service_last_started_unix_ms: z.int(),
  }),
  deployment: DeploymentSectionSchema,
  rollouts: z.object({
    open_count: z.int().min(0),
    open: z
      .array(
        z.object({
          rollout_id: z.string(),
          environment: z.string(),
          blueprint: z.string(),
          phase: z.string(),
          stage: z.int().min(-1),
          stages: z.int().min(1),
          weight_bp: z.int().min(0).max(10_000),
          paused: z.boolean(),
          held: z.string().optional().meta({ description: "Why it does not go on by itself" }),
        }),
      )
      .meta({ description: `Newest first, at most ${LIMITS.status_rollouts_max}` }),
    frozen_count: z.int().min(0),
    frozen: z
      .array(z.object({ environment: z.string(), blueprint: z.string(), since_unix_ms: z.int() }))
      .meta({ description: `Blueprints that nobody is to run, at most ${LIMITS.status_rollouts_max}` }),
  }),
  unreadable: UnreadableSchema,
  gateway: z.object({
    public_base_url: z.string().optional(),
    livez_endpoint: z.string(),
    readyz_endpoint: z.string(),
    status_endpoint: z.string(),
    openapi_endpoint: z.string(),
    blueprints_endpoint: z.string(),
    deliverables_endpoint_template: z.string(),
    resolve_endpoint_template: z.string(),
    reports_endpoint: z.string(),
    rollouts_endpoint: z.string(),
    artifact_endpoint_template: z.string(),
    manifest_endpoint_template: z.string(),
    object_endpoint_template: z.string(),
  }),
});

export type Status = z.infer<typeof StatusSchema>;

export const statusRoute: Route = {
  method: "GET",
  path: "/gateway/status",
  operationId: "getStatus",
  summary: "Health, gate and counts of the deployment",
  audience: "listing",
  reads: "status:read",
  answers: { 200: { description: "The summary", content: { "application/json": { schema: "Status" } } } },
  problems: [...LEDGER_PROBLEMS, ...HEALTH_PROBLEMS],
  async answer(call) {
    const { config, clock, ledger, startedUnixMs } = call.services;
    const packaged = await call.services.catalog.readable();
    const listed = await call.services.rollouts.reading.list();
    const known = await knownDeployment(call.services.deployment, ledger);
    const unreadable = eachOnce([...packaged.unreadable, ...listed.unreadable, ...known.unreadable]);
    const deployment = describeDeployment(known.facts, packaged.deliverables, clock.nowUnixMs());
    const status: Status = {
      schema_version: 1,
      generated_unix_ms: clock.nowUnixMs(),
      ...healthOf(deployment, unreadable),
      service: {
        service_status: "running",
        version: config.version,
        rollout_gate: "pass",
        rollout_reason_code: "service_running",
        service_last_started_unix_ms: startedUnixMs(),
      },
      deployment,
      rollouts: rolloutsOf(listed),
      unreadable: unreadable.slice(0, LIMITS.status_streams_max),
      gateway: endpoints(config.publicBaseUrl),
    };
    return call.json(200, status);
  },
};

/** What cannot be read is a gate without evidence. */
function healthOf(
  { health_state, rollout_gate, reason_codes }: Status["deployment"],
  unreadable: readonly UnreadableStream[],
): Pick<Status, "health_state" | "rollout_gate" | "reason_codes"> {
  const reasons = reason_codes.map((code) => `deployment:${code}`);
  if (unreadable.length === 0) return { health_state, rollout_gate, reason_codes: reasons };
  return {
    health_state: health_state === "healthy" ? "degraded" : health_state,
    rollout_gate: "hold",
    reason_codes: [...reasons, "ledger:stream_unreadable"],
  };
}

/** Packaging and rollouts read the same streams. */
function eachOnce(unreadable: readonly UnreadableStream[]): readonly UnreadableStream[] {
  return [...new Map(unreadable.map((one) => [one.stream, one])).values()];
}

/** Nothing that a person wrote: reasons are for those who ask for the rollout. */
function rolloutsOf({ rollouts, frozen }: RolloutList): Status["rollouts"] {
  const open = rollouts.filter(({ status }) => status === "open");
  return {
    open_count: open.length,
    open: open.slice(0, LIMITS.status_rollouts_max).map((rollout) => ({
      rollout_id: rollout.rollout_id,
      environment: rollout.environment,
      blueprint: rollout.blueprint,
      phase: rollout.phase,
      stage: rollout.stage,
      stages: rollout.stages,
      weight_bp: rollout.weight_bp,
      paused: rollout.paused !== undefined,
      ...(rollout.held === undefined ? {} : { held: rollout.held.code }),
    })),
    frozen_count: frozen.length,
    frozen: frozen
      .slice(0, LIMITS.status_rollouts_max)
      .map(({ environment, blueprint, since_unix_ms }) => ({ environment, blueprint, since_unix_ms })),
  };
}

function endpoints(publicBaseUrl: string | undefined): Status["gateway"] {
  const base = publicBaseUrl ?? "";
  return {
    ...(publicBaseUrl === undefined ? {} : { public_base_url: publicBaseUrl }),
    livez_endpoint: `${base}/livez`,
    readyz_endpoint: `${base}/readyz`,
    status_endpoint: `${base}/gateway/status`,
    openapi_endpoint: `${base}/openapi.json`,
    blueprints_endpoint: `${base}/v1/blueprints`,
    deliverables_endpoint_template: `${base}/v1/blueprints/{blueprint_id}/deliverables`,
    resolve_endpoint_template: `${base}/v1/resolve/{environment}/{blueprint}`,
    reports_endpoint: `${base}/v1/reports`,
    rollouts_endpoint: `${base}/v1/rollouts`,
    artifact_endpoint_template: `${base}/v1/artifacts/{digest}`,
    manifest_endpoint_template: `${base}/v1/manifests/{digest}`,
    object_endpoint_template: `${base}/v1/objects/{digest}`,
  };
}
