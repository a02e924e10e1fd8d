/**
 * Computes a rollout again: each command is reconstructed from its record and the objects that it names, decided again,
 * and compared with what was recorded, byte for byte. Plans, tokens, preflights, verdicts, stages, lineage and
 * checkpoints are all part of what is decided.
 */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import { LedgerError, type StoredRecord } from "@tau-edge/ledger";
import { decide } from "../decide/decide.ts";
import { RolloutError } from "../errors.ts";
import { evolve, evolveAll } from "../evolve.ts";
import { traceRoot } from "../hashes.ts";
import { emptyState, type StreamState } from "../state.ts";
import { readTrace } from "../trace/read-trace.ts";
import type { RunEnd, TraceBody, TracePosition } from "../trace/trace-body.ts";
import { commandOf, type Evidence, MissingEvidence } from "./command-of.ts";
import { compareDrafts } from "./compare-drafts.ts";
import type { NotReplayable, ReplayDiffers, ReplayResult } from "./replay-result.ts";

export interface ReplayRequest {
  readonly stream: string;
  readonly rollout_id: string;
  /** Of the stream, from its first on; that they chain is the caller's to prove. */
  readonly records: readonly StoredRecord[];
  /** Those that the rollout's records name; the caller has compared each with its digest. */
  readonly objects: ReadonlyMap<Digest, Uint8Array>;
  readonly sha256: Sha256;
}

/** An append has three records at most: PREPARE, the end, FINALIZE. */
const APPEND_RECORDS_MAX = 3;

/** @throws RolloutError `trace_out_of_order`, LedgerError `field_malformed` for records that do not fold */
export function replay(input: ReplayRequest): ReplayResult {
  const { records, rollout_id, sha256 } = input;
  const hashes: Uint8Array[] = [];
  let [attempts, verdicts] = [0, 0];
  let state = emptyState(input.stream);
  for (let index = 0; index < records.length; ) {
    const append = records.slice(index, index + APPEND_RECORDS_MAX);
    const [first] = append;
    if (first === undefined) break;
    const body = readTrace(first);
    if (body === undefined || body.type === "revalidated" || body.rollout_id !== rollout_id) {
      state = evolve(state, first);
      index += 1;
      continue;
    }
    const decided = decideAgain(state, body, append, input);
    if (typeof decided !== "number") return decided;
    const taken = append.slice(0, decided);
    state = evolveAll(state, taken);
    if (body.type === "run_header") attempts += 1;
    if (body.type === "iter" && body.action === "judged") verdicts += 1;
    hashes.push(...taken.map(({ hash }) => hash));
    index += decided;
  }
  const replay_token = state.run?.rollout_id === rollout_id ? state.run.replay_token : lastToken(records, rollout_id);
  if (replay_token === undefined) throw new RolloutError("rollout_unknown", rollout_id, "No record is of this rollout");
  const trace_root = traceRoot(hashes, sha256);
  return { result: "same", attempts, records: hashes.length, verdicts, replay_token, trace_root };
}

/** @returns how many records the append has that begins here, when all of them come out as they were recorded */
function decideAgain(
  state: StreamState,
  body: TraceBody & TracePosition,
  append: readonly StoredRecord[],
  { objects, sha256 }: ReplayRequest,
): number | ReplayDiffers | NotReplayable {
  const [first] = append;
  if (first === undefined) return 0;
  const { seq, actor, at_unix_ms, type } = first.record;
  const evidence: Evidence = (digest, field) => {
    const bytes = objects.get(digest);
    if (bytes === undefined) throw new MissingEvidence(digest, field);
    return bytes;
  };
  try {
    const command = commandOf(state, body, endOf(append), evidence);
    if (command === undefined) return differs(seq, "type", type, "nothing that leads to it");
    const decision = decide(state, command, { actor, now_unix_ms: at_unix_ms, sha256 });
    if (decision.outcome === "refused") return differs(seq, "record", type, `refused: ${decision.code}`);
    if (decision.drafts.length === 0) return differs(seq, "record", type, "nothing");
    return compareDrafts(append, decision.drafts) ?? decision.drafts.length;
  } catch (error) {
    if (error instanceof MissingEvidence)
      return { result: "not_replayable", missing: error.missing, seq, field: error.field };
    // The object has its digest, so its bytes are those that were recorded: nobody who decides can have made them.
    if (error instanceof LedgerError || error instanceof RolloutError)
      return differs(seq, "object", "readable", `${error.code} ${error.at}`);
    throw error;
  }
}

/** The end of the run, where it stands in the same append as what led to it. */
function endOf(append: readonly StoredRecord[]): RunEnd | undefined {
  for (const stored of append.slice(1)) {
    const body = readTrace(stored);
    if (body?.type === "run_end") return body;
  }
  return undefined;
}

function lastToken(records: readonly StoredRecord[], rollout_id: string): Digest | undefined {
  for (const stored of records.toReversed()) {
    const body = readTrace(stored);
    if (body?.type === "run_header" && body.rollout_id === rollout_id) return body.replay_token;
  }
  return undefined;
}

function differs(seq: number, field: string, recorded: string, recomputed: string): ReplayDiffers {
  return { result: "differs", seq, field, recorded, recomputed };
}
