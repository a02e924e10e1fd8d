/** The rollouts of a gateway, behind the interface that the state directory has. */
import {
  CONTROL_REFUSALS,
  type CommandOptions,
  type CommandResult,
  type ControlRefusalCode,
  type CreateRelease,
  type CreateReleaseResult,
  type FreezeRequest,
  type FreezeResult,
  type HistoryEntry,
  type HistoryMoment,
  type OperatorCommand,
  type PreflightResult,
  type ReleaseView,
  type ReplayReport,
  type RevalidateRequest,
  type RolloutList,
  type RolloutSummary,
  type Rollouts,
  type RolloutView,
  type StartRequest,
  type UndoRequest,
} from "@tau-edge/control";
import { type Asking, type Environment, REFUSALS, type RefusalCode, type TraceDocument } from "@tau-edge/rollout";
import type { z } from "zod";
import type { Resolution } from "../resolution.ts";
import type { GatewayAccess } from "./access.ts";
import { documentIn } from "./answer-document.ts";
import { ANSWERS } from "./answers.ts";
import { LISTED_MAX } from "./limits.ts";
import { type Problem, problemOf } from "./problem.ts";
import { askGateway, type GatewayAnswer, type GatewayRequest, malformed } from "./request.ts";

/** @throws from every method CliError `gateway_unreachable`, `gateway_malformed`; GatewayProblem with the gateway's code */
export class GatewayRollouts implements Rollouts {
  readonly #access: GatewayAccess;

  constructor(access: GatewayAccess) {
    this.#access = access;
  }

  async createRelease(request: CreateRelease): Promise<CreateReleaseResult> {
    const answer = await this.#ask({ method: "POST", path: "/v1/releases", body: request });
    const refused = refusalIn(answer, RELEASE_REFUSALS);
    return refused ?? documentIn(answer, ANSWERS.created);
  }

  async releases(blueprint: string): Promise<readonly ReleaseView[]> {
    const path = `/v1/blueprints/${encodeURIComponent(blueprint)}/releases`;
    return documentIn(await this.#ask({ method: "GET", path }), ANSWERS.releases);
  }

  async preflight(request: StartRequest): Promise<PreflightResult> {
    const answer = await this.#ask({ method: "POST", path: "/v1/preflights", body: request });
    const refused = refusalIn(answer, ["release_unknown"]);
    return refused ?? documentIn(answer, ANSWERS.checked);
  }

  start(request: StartRequest, options?: CommandOptions): Promise<CommandResult> {
    return this.#act("/v1/rollouts", request, options);
  }

  command(rollout_id: string, command: OperatorCommand, options?: CommandOptions): Promise<CommandResult> {
    return this.#act(`/v1/rollouts/${encodeURIComponent(rollout_id)}/commands`, command, options);
  }

  undo(request: UndoRequest, options?: CommandOptions): Promise<CommandResult> {
    return this.#act("/v1/undos", request, options);
  }

  revalidate(request: RevalidateRequest, options?: CommandOptions): Promise<CommandResult> {
    return this.#act("/v1/revalidations", request, options);
  }

  freeze(request: FreezeRequest, options?: CommandOptions): Promise<FreezeResult> {
    return this.#setFrozen("/v1/freezes", request, options);
  }

  unfreeze(request: FreezeRequest, options?: CommandOptions): Promise<FreezeResult> {
    return this.#setFrozen("/v1/unfreezes", request, options);
  }

  async list(filter: { environment?: Environment; blueprint?: string } = {}): Promise<RolloutList> {
    const listed: RolloutSummary[] = [];
    for (;;) {
      const cursor = listed.at(-1)?.rollout_id;
      const answer = await this.#ask({ method: "GET", path: "/v1/rollouts", query: { ...filter, cursor } });
      const { rollouts, ...rest } = documentIn(answer, ANSWERS.list);
      listed.push(...rollouts);
      if (!answer.hasNext || rollouts.length === 0) return { ...rest, rollouts: listed };
      if (listed.length > LISTED_MAX) throw malformed(answer.url, `more than ${LISTED_MAX} entries`);
    }
  }

  async get(rollout_id: string): Promise<RolloutView | undefined> {
    return knownOr(await this.#ask({ method: "GET", path: rolloutPath(rollout_id) }), ANSWERS.view);
  }

  async history(environment: Environment, at?: HistoryMoment): Promise<readonly HistoryEntry[]> {
    const query = at === undefined ? {} : "seq" in at ? { at_seq: String(at.seq) } : { at_unix_ms: String(at.unix_ms) };
    return documentIn(await this.#ask({ method: "GET", path: `/v1/history/${environment}`, query }), ANSWERS.history);
  }

  async replay(rollout_id: string, against?: TraceDocument): Promise<ReplayReport | undefined> {
    const path = `${rolloutPath(rollout_id)}/replay`;
    const asked: GatewayRequest =
      against === undefined ? { method: "GET", path } : { method: "POST", path, body: against };
    return knownOr(await this.#ask(asked), ANSWERS.replay);
  }

  async trace(rollout_id: string): Promise<TraceDocument | undefined> {
    return knownOr(await this.#ask({ method: "GET", path: `${rolloutPath(rollout_id)}/trace` }), ANSWERS.trace);
  }

  /** @throws GatewayProblem `no_release`, `override_unknown` */
  async resolve(environment: Environment, blueprint: string, asking: Asking): Promise<Resolution> {
    const path = `/v1/resolve/${environment}/${encodeURIComponent(blueprint)}`;
    const query = { key: asking.version_key, release: asking.override };
    return documentIn(await this.#ask({ method: "GET", path, query }), ANSWERS.resolution);
  }

  async #act(path: string, body: object, options?: CommandOptions): Promise<CommandResult> {
    const answer = await this.#ask({ method: "POST", path, body, query: queryOf(options) });
    const refused = refusalIn(answer);
    return refused ?? documentIn(answer, ANSWERS.done);
  }

  async #setFrozen(path: string, body: FreezeRequest, options?: CommandOptions): Promise<FreezeResult> {
    const answer = await this.#ask({ method: "POST", path, body, query: queryOf(options) });
    const refused = refusalIn(answer, ["blueprint_unknown", "reason_length"]);
    return refused ?? documentIn(answer, ANSWERS.freezing);
  }

  #ask(request: GatewayRequest): Promise<GatewayAnswer> {
    return askGateway(this.#access, request);
  }
}

function queryOf({ dry_run, accept_clock }: CommandOptions = {}) {
  return {
    dry_run: dry_run === true ? "true" : undefined,
    accept_clock: accept_clock === true ? "true" : undefined,
  };
}

function rolloutPath(rollout_id: string): string {
  return `/v1/rollouts/${encodeURIComponent(rollout_id)}`;
}

/** @returns undefined for a rollout that the gateway does not know */
function knownOr<Schema extends z.ZodType>(answer: GatewayAnswer, schema: Schema): z.output<Schema> | undefined {
  if (answer.status === 404 && problemOf(answer).code === "rollout_unknown") return undefined;
  return documentIn(answer, schema);
}

type AnyRefusal = RefusalCode | ControlRefusalCode;
type RefusedAnswer<Code extends AnyRefusal> = Pick<Problem, "detail" | "until_unix_ms" | "preflight" | "rollout"> & {
  readonly outcome: "refused";
  readonly code: Code;
  readonly remedy: string;
};

/**
 * The gateway understood, and says no: the refusal as the state directory would have given it.
 * @param only the codes that this act can be refused with; without them, any
 */
function refusalIn<Code extends AnyRefusal = AnyRefusal>(
  answer: GatewayAnswer,
  only?: readonly Code[],
): RefusedAnswer<Code> | undefined {
  if (answer.status !== 409 && answer.status !== 404) return undefined;
  const { detail, code, remedy, until_unix_ms, preflight, rollout } = problemOf(answer);
  if (!isRefusal(code, only)) return undefined;
  return {
    outcome: "refused",
    code,
    detail,
    remedy: remedy ?? CODES[code].remedy,
    ...(until_unix_ms === undefined ? {} : { until_unix_ms }),
    ...(preflight === undefined ? {} : { preflight }),
    ...(rollout === undefined ? {} : { rollout }),
  };
}

const RELEASE_REFUSALS = [
  "manifest_unknown",
  "package_collected",
  "derived_unknown",
  "derived_of_another",
  "derived_incomplete",
] as const;

const CODES: Readonly<Record<AnyRefusal, { readonly remedy: string }>> = { ...REFUSALS, ...CONTROL_REFUSALS };

function isRefusal<Code extends AnyRefusal>(code: string, only: readonly Code[] | undefined): code is Code {
  return only === undefined ? Object.hasOwn(CODES, code) : only.some((known) => known === code);
}
