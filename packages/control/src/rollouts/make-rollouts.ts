/** Rollouts of one state directory, in the name of one actor. Cheap to make: one for each request. */
import { type Actor, LedgerError, parseRolloutId, parseStream } from "@tau-edge/ledger";
import { type Environment, isEnvironment, preflightFailures, type TraceDocument, traceOf } from "@tau-edge/rollout";
import { unreadableStreams } from "../unreadable-streams.ts";
import { type Applied, type ApplyRequest, applyCommand } from "./apply-command.ts";
import { checkStart, placeIn, prepareStart, prepareUndo } from "./begin-rollout.ts";
import { createRelease, listReleases } from "./create-release.ts";
import { type FreezeRequest, type FreezeResult, makeFreezing } from "./freeze.ts";
import type { HistoryMoment } from "./history.ts";
import { prepareOperator } from "./operate.ts";
import { readHistory } from "./read-history.ts";
import { refuseAct } from "./refusals.ts";
import { recordsOf, replayRollout } from "./replay-rollout.ts";
import { prepareRevalidate } from "./revalidate.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutPlace, RolloutStream, RolloutTrack } from "./rollout-streams.ts";
import type {
  CommandOptions,
  CommandResult,
  CreateRelease,
  OperatorCommand,
  RevalidateRequest,
  RolloutList,
  Rollouts,
  StartRequest,
  UndoRequest,
} from "./rollouts.ts";
import { summaryOf, viewOf } from "./view-rollout.ts";
import { wouldBe } from "./would-be.ts";

export function makeRollouts(ports: RolloutPorts, actor: Actor): Rollouts {
  return new LocalRollouts(ports, actor);
}

class LocalRollouts implements Rollouts {
  readonly #ports: RolloutPorts;
  readonly #actor: Actor;

  constructor(ports: RolloutPorts, actor: Actor) {
    this.#ports = ports;
    this.#actor = actor;
  }

  createRelease(request: CreateRelease) {
    return createRelease(request, this.#actor, this.#ports);
  }

  releases(blueprint: string) {
    return listReleases(blueprint, this.#ports);
  }

  preflight(request: StartRequest) {
    return checkStart(request, this.#ports);
  }

  start(request: StartRequest, options: CommandOptions = {}): Promise<CommandResult> {
    const place = placeIn(request.environment, request.plan.blueprint);
    return this.#apply(place, (known) => prepareStart(request, known, this.#ports), options);
  }

  async command(rollout_id: string, command: OperatorCommand, options: CommandOptions = {}): Promise<CommandResult> {
    const place = placeOf(rollout_id);
    if (place === undefined) return refuseAct("rollout_unknown");
    const prepare = (known: RolloutStream) => prepareOperator(rollout_id, command, place, known, this.#ports);
    return this.#apply(place, prepare, options, rollout_id);
  }

  undo(request: UndoRequest, options: CommandOptions = {}): Promise<CommandResult> {
    const place = placeIn(request.environment, request.blueprint);
    return this.#apply(place, (known) => prepareUndo(request, known, this.#ports), options);
  }

  revalidate(request: RevalidateRequest, options: CommandOptions = {}): Promise<CommandResult> {
    const place = placeIn(request.environment, request.blueprint);
    return this.#apply(place, () => prepareRevalidate(request, this.#ports), options);
  }

  freeze(request: FreezeRequest, options?: CommandOptions): Promise<FreezeResult> {
    return makeFreezing(this.#ports, this.#actor).freeze(request, options);
  }

  unfreeze(request: FreezeRequest, options?: CommandOptions): Promise<FreezeResult> {
    return makeFreezing(this.#ports, this.#actor).unfreeze(request, options);
  }

  async list(filter: { readonly environment?: Environment; readonly blueprint?: string } = {}): Promise<RolloutList> {
    const { streams, failures } = await this.#ports.streams.all();
    const isAskedFor = (name: { readonly environment: string; readonly blueprint: string }) =>
      (filter.environment === undefined || filter.environment === name.environment) &&
      (filter.blueprint === undefined || filter.blueprint === name.blueprint);
    const failed = [...failures].filter(([stream]) => {
      const name = parseStream(stream);
      return name === "system" || isAskedFor(name);
    });
    const asked = streams.filter((known) => isAskedFor(known) && !failures.has(known.state.stream));
    const rollouts = asked
      .flatMap((known) => [...known.rollouts.values()].map((track) => summaryOf(known, track)))
      .sort((a, b) => b.started_unix_ms - a.started_unix_ms);
    const frozen = asked.flatMap(({ environment, blueprint, frozen }) =>
      frozen === undefined ? [] : [{ environment, blueprint, ...frozen }],
    );
    return { rollouts, frozen, unreadable: unreadableStreams(failed) };
  }

  async get(rollout_id: string) {
    const found = await this.#find(rollout_id);
    return found && viewOf(found.known, found.track, this.#ports, this.#ports.clock.nowUnixMs());
  }

  history(environment: Environment, at?: HistoryMoment) {
    return readHistory(environment, at, this.#ports);
  }

  async replay(rollout_id: string, against?: TraceDocument) {
    const found = await this.#find(rollout_id);
    return found && replayRollout(found.known, found.track, against, this.#ports);
  }

  async trace(rollout_id: string): Promise<TraceDocument | undefined> {
    const found = await this.#find(rollout_id);
    return found && traceOf(await recordsOf(found.known, found.track.last_seq, this.#ports), rollout_id);
  }

  async #apply(
    place: RolloutPlace,
    prepare: ApplyRequest["prepare"],
    options: CommandOptions,
    rollout_id?: string,
  ): Promise<CommandResult> {
    const applied = await applyCommand({ place, actor: this.#actor, prepare, ...options }, this.#ports);
    return this.#answer(place, applied, options.dry_run ?? false, rollout_id);
  }

  async #answer(
    place: RolloutPlace,
    applied: Applied,
    dry_run: boolean,
    asked: string | undefined,
  ): Promise<CommandResult> {
    const now_unix_ms = this.#ports.clock.nowUnixMs();
    if (applied.outcome === "refused") {
      const { before, ...refused } = applied;
      const rollout = await this.#view(before, asked ?? before.state.run?.rollout_id, now_unix_ms);
      return { ...refused, ...(rollout === undefined ? {} : { rollout }) };
    }
    const { before, decision } = applied;
    const after = dry_run
      ? wouldBe(before, decision.drafts, now_unix_ms, this.#ports.sha256)
      : await this.#ports.streams.stream(place);
    const rollout = await this.#view(after, asked ?? after.state.run?.rollout_id, now_unix_ms);
    if (rollout === undefined) throw new TypeError("a command that is accepted is about a rollout");
    const { preflight, drafts } = decision;
    const report = preflight === undefined ? {} : { preflight };
    const failures = preflightFailures(preflight?.checks ?? []);
    if (failures.length > 0)
      return { ...refuseAct("preflight_failed"), detail: failures.join(" "), ...report, rollout };
    return { outcome: "done", dry_run, records: drafts.map(({ type }) => type), rollout, ...report };
  }

  async #view(known: RolloutStream, rollout_id: string | undefined, now_unix_ms: number) {
    const track = rollout_id === undefined ? undefined : known.rollouts.get(rollout_id);
    return track && viewOf(known, track, this.#ports, now_unix_ms);
  }

  async #find(rollout_id: string): Promise<{ known: RolloutStream; track: RolloutTrack } | undefined> {
    const place = placeOf(rollout_id);
    const known = place && (await this.#ports.streams.stream(place));
    const track = known?.rollouts.get(rollout_id);
    return known === undefined || track === undefined ? undefined : { known, track };
  }
}

/** @returns undefined for what is no id of a rollout */
function placeOf(rollout_id: string): RolloutPlace | undefined {
  try {
    const name = parseStream(parseRolloutId(rollout_id).stream);
    if (name === "system" || !isEnvironment(name.environment)) return undefined;
    return { ...name, environment: name.environment };
  } catch (error) {
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}
