/**
 * Changes a stream: read, decide, put the objects, append the records, publish what follows from them. Whoever was second
 * reads and decides again; a crash after any step leaves a state that the next look completes.
 */
import type { Digest } from "@tau-edge/encoding";
import type { Actor, CommitObject, RecordDraft } from "@tau-edge/ledger";
import { type AppendResult, type CommitPointers, PortError } from "@tau-edge/ports";
import { type Command, type Decided, decide, preflightFailures, type Refused } from "@tau-edge/rollout";
import { appendVouched } from "../clock-record.ts";
import { APPEND_ATTEMPTS_MAX } from "../limits.ts";
import { putThenAppend } from "../put-then-append.ts";
import { isExpectedGap } from "./clock-gaps.ts";
import type { RefusedAct } from "./refusals.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutPlace, RolloutStream } from "./rollout-streams.ts";
import { settlePointers, withoutPublishing } from "./settle-pointers.ts";

/** A command with what it was made from. */
export interface Prepared {
  readonly command: Command;
  /** To be stored with those of the decision. */
  readonly objects?: readonly CommitObject[];
  /**
   * What it needs, and neither stores nor names otherwise. The records name it too: a collection may have let go of it since
   * it was looked at. Not of a start whose preflight fails, which needs nothing.
   */
  readonly needs?: readonly Digest[];
  /** The head of another stream that the command depends on. */
  readonly seen?: NonNullable<RecordDraft["seen"]>;
}

export interface ApplyRequest {
  readonly place: RolloutPlace;
  readonly actor: Actor;
  /** Makes the command for this state; asked again whenever somebody else was first. */
  prepare(known: RolloutStream): Promise<Prepared | RefusedAct>;
  readonly dry_run?: boolean;
  readonly accept_clock?: boolean;
  /** The caller has seen that every commit has its pointer. */
  readonly settled?: boolean;
  /** Default: the clock's. */
  readonly now_unix_ms?: number;
}

export type Applied =
  | { readonly outcome: "applied"; readonly decision: Decided; readonly before: RolloutStream }
  | ((RefusedAct | Refused) & { readonly before: RolloutStream });

/** @throws PortError what the stores throw; `store_unavailable` when others were first every time */
export async function applyCommand(request: ApplyRequest, ports: RolloutPorts): Promise<Applied> {
  const { place, dry_run = false } = request;
  const stream = `${place.tenant}/${place.environment}/${place.blueprint}`;
  const read = () => ports.streams.stream(place);
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const { before, fault } = await look(request, stream, read, ports.pointers);
    const prepared = await request.prepare(before);
    const isSafe = "command" in prepared && isTowardsSafety(prepared.command);
    if (fault !== undefined && !isSafe) throw fault;
    if ("outcome" in prepared) return { ...prepared, before };
    const now_unix_ms = request.now_unix_ms ?? ports.clock.nowUnixMs();
    const asked = { actor: request.actor, now_unix_ms, sha256: ports.sha256 };
    const decision = decide(before.state, prepared.command, asked);
    if (decision.outcome === "refused") return { ...decision, before };
    const applied = { outcome: "applied", decision, before } as const;
    if (dry_run || decision.drafts.length === 0) return applied;
    const result = await write(request, before, prepared, decision, now_unix_ms, ports);
    if (result.outcome === "conflict") continue;
    if (decision.drafts.some(({ type }) => type === "finalize")) await settlePointers(stream, ports.pointers, read);
    return applied;
  }
  throw new PortError("store_unavailable", stream, "Other writers were first every time", {
    remedy: "Ask again.",
  });
}

/** The stream, whose commits have their pointers now, or what is wrong with these. A dry run publishes none. */
async function look(
  { settled = false, dry_run = false }: ApplyRequest,
  stream: string,
  read: () => Promise<RolloutStream>,
  pointers: CommitPointers,
): Promise<{ readonly before: RolloutStream; readonly fault?: PortError }> {
  if (settled) return { before: await read() };
  try {
    return { before: await settlePointers(stream, dry_run ? withoutPublishing(pointers) : pointers, read) };
  } catch (fault) {
    if (!(fault instanceof PortError)) throw fault;
    // A ledger that cannot be read says so here once more.
    return { before: await read(), fault };
  }
}

async function write(
  { actor, accept_clock = false }: ApplyRequest,
  { state }: RolloutStream,
  { command, objects = [], needs = [], seen }: Prepared,
  decision: Decided,
  now_unix_ms: number,
  ports: RolloutPorts,
): Promise<AppendResult> {
  const stored = [...objects, ...decision.objects];
  const put = () => Promise.all(stored.map(({ digest, bytes }) => ports.objects.putIfAbsent(digest, bytes)));
  const [first, ...rest] = decision.drafts;
  if (first === undefined) throw new TypeError("nothing to append");
  const request = {
    stream: state.stream,
    expected_seq: state.next_seq - 1,
    drafts: seen === undefined ? decision.drafts : [{ ...first, seen }, ...rest],
    objects: namesOf(decision, objects, needs),
    now_unix_ms,
  };
  const vouches = accept_clock || isTowardsSafety(command) || isExpectedGap(state, now_unix_ms);
  const vouching = vouches ? { actor, previous_at_unix_ms: state.at_unix_ms } : undefined;
  return putThenAppend(put, () => appendVouched(ports.ledger, request, vouching));
}

function namesOf(
  { names, preflight }: Decided,
  objects: readonly CommitObject[],
  needs: readonly Digest[],
): readonly Digest[] {
  const passed = preflightFailures(preflight?.checks ?? []).length === 0;
  return [...new Set([...names, ...objects.map(({ digest }) => digest), ...(passed ? needs : [])])];
}

/** No clock and no pointer of an earlier commit keeps anybody from withdrawing a release (decisions 19). */
function isTowardsSafety(command: Command): boolean {
  return command.do === "abort" || command.do === "roll_back" || command.do === "pause";
}
