/** Records as a rollout writes them: bodies of 256 to 400 bytes, chained, page after page. */
import { type CborValue, encodeUtf8, type Sha256 } from "@tau-edge/encoding";
import { emptyHead, type RecordDraft, type StoredRecord, sealDrafts } from "@tau-edge/ledger";

export const STREAM = "default/prod/checkout";
const START_UNIX_MS = 1_764_000_000_000;
const RECORD_EVERY_MS = 1_000;

/** The three kinds of which a long trace consists most. */
export function traceDraft(n: number, sha256: Sha256): RecordDraft {
  const hash = (what: string) => sha256(encodeUtf8(`${what} ${n}`));
  const body: { [key: string]: CborValue } = {
    rollout_id: "default~prod~checkout~12",
    attempt: 1,
    t: n,
    replay_token: hash("token"),
    stage: n % 5,
    window: n,
    release_hash: hash("release"),
  };
  const steps: readonly { readonly [key: string]: CborValue }[] = [
    { action: "frozen", metrics_snapshot_hash: hash("candidate"), baseline_snapshot_hash: hash("baseline") },
    {
      action: "judged",
      gate_result: "hold",
      code: "too_few_samples",
      gate_report_hash: hash("report"),
      preflight_report_hash: hash("preflight"),
      reason: "the candidate has 4,211 of 5,000 observations after 14 minutes",
    },
    {
      action: "entered",
      weight_bp: 2_500,
      preflight_report_hash: hash("preflight"),
      checkpoint_hash: hash("checkpoint"),
      trace_tail_hash: hash("tail"),
      lineage_root_hash: hash("lineage"),
    },
  ];
  return { type: "iter", actor: { kind: "system", id: "controller" }, body: { ...body, ...steps[n % steps.length] } };
}

/** @param count a multiple of `pageRecords` */
export function* tracePages(count: number, pageRecords: number, sha256: Sha256): Generator<readonly StoredRecord[]> {
  // Making bodies takes longer than reading records; the chain differs anyway.
  const drafts = Array.from({ length: pageRecords }, (_, n) => traceDraft(n, sha256));
  let head = emptyHead(STREAM, sha256);
  for (let made = 0; made < count; made += pageRecords) {
    const now_unix_ms = START_UNIX_MS + made * RECORD_EVERY_MS;
    const sealed = sealDrafts({ stream: STREAM, head, drafts, now_unix_ms, sha256 });
    if (sealed.outcome !== "sealed") throw new Error(`the samples were refused: ${sealed.outcome}`);
    head = sealed.head;
    yield sealed.records;
  }
}
