/** Appends a record of the collection to the stream that it is about, or says why that stream has to wait. */
import type { Actor, RecordDraft } from "@tau-edge/ledger";
import { type AppendRequest, type CollectResult, type ObjectStore, PortError } from "@tau-edge/ports";
import { draftClockAccepted } from "../clock-record.ts";
import { APPEND_ATTEMPTS_MAX } from "../limits.ts";
import type { LeftStream } from "./collection.ts";
import { type CollectorClock, nextRecord } from "./collector-clock.ts";
import type { ObjectList } from "./object-list.ts";
import type { StreamRoots } from "./stream-roots.ts";

export interface ListAppend {
  readonly roots: StreamRoots;
  readonly draft: RecordDraft;
  /** That the draft names; stored only where the draft can be appended. */
  readonly list?: ObjectList;
  readonly objects: Pick<ObjectStore, "putIfAbsent">;
  readonly clock: CollectorClock;
  readonly actor: Actor;
  write(request: AppendRequest): Promise<CollectResult>;
  /** Brings `roots` up to the end of its stream. */
  follow(): Promise<unknown>;
}

export type ListAppended =
  | { readonly outcome: "appended"; readonly seq: number }
  | { readonly outcome: "left"; readonly left: LeftStream }
  | Extract<CollectResult, { outcome: "overtaken" }>;

export async function appendList(append: ListAppend): Promise<ListAppended> {
  const { roots, draft, list, clock, actor } = append;
  const { stream } = roots;
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const next = nextRecord(roots, clock);
    if (next.clock === "refused") return leave(stream, "clock_jump", whyRefused(roots, clock));
    if (list !== undefined) await append.objects.putIfAbsent(list.digest, list.bytes);
    const objects = list === undefined ? [] : [list.digest];
    const { now_unix_ms } = clock;
    const vouched = next.clock === "vouched";
    // Before it: marks are named after the last record of an append.
    const said = vouched ? [draftClockAccepted(actor, now_unix_ms, roots.at_unix_ms)] : [];
    const request = { stream, expected_seq: roots.next_seq - 1, drafts: [...said, draft], objects, now_unix_ms };
    const result = await tryToWrite(append, vouched ? { ...request, accept_clock_jump: true } : request);
    if (result === "refused") return leave(stream, "clock_jump", whyRefused(roots, clock));
    if (result.outcome === "overtaken") return result;
    await append.follow();
    if (result.outcome === "appended") return { outcome: "appended", seq: result.head.seq };
  }
  return leave(stream, "busy", "Other writers were first every time.");
}

async function tryToWrite({ write }: ListAppend, request: AppendRequest): Promise<CollectResult | "refused"> {
  try {
    return await write(request);
  } catch (error) {
    if (error instanceof PortError && error.code === "clock_jump") return "refused";
    throw error;
  }
}

function whyRefused({ at_unix_ms, isOpen }: StreamRoots, { now_unix_ms }: CollectorClock): string {
  const ahead_ms = now_unix_ms - at_unix_ms;
  const distance = `${Math.abs(ahead_ms)} ms ${ahead_ms > 0 ? "ahead of" : "behind"} its last record`;
  return isOpen ? `The clock is ${distance}, and a rollout is open there.` : `The clock is ${distance}.`;
}

function leave(stream: string, code: LeftStream["code"], detail: string): ListAppended {
  return { outcome: "left", left: { stream, code, detail } };
}
