/**
 * Looks at a state directory as the next process finds it, and at what it has made of it in the end, beside what an
 * undisturbed process made. Times are part of the story, so the chains of both are the same byte for byte.
 */
import { ManualClock } from "@tau-edge/adapter-memory";
import { nativeSha256, openState, openStateReader, type StateReader } from "@tau-edge/adapter-node";
import { ARTIFACT_PACKAGED, makeReports, makeRollouts, readPackaged } from "@tau-edge/control";
import { digestHex, equalBytes, toHex } from "@tau-edge/encoding";
import { emptyHead, headOf, type StoredRecord, verifyRecord } from "@tau-edge/ledger";
import { emptyState, evolveAll, namedObjects, readTrace, type WindowId } from "@tau-edge/rollout";
import { type Golden, nameOf, OBJECT_BYTES_MAX, pointersIn, recordsIn, snapshotsIn } from "./rollout-golden.ts";
import type { RolloutAcknowledged } from "./rollout-saying.ts";
import { makeTeller, RELEASES, reportsOf, STREAM, WINDOW_OBSERVATIONS } from "./rollout-story.ts";
import { deliverables, tornFiles } from "./state-check.ts";

/** Before anybody goes on. @returns what is wrong, in words */
export async function problemsAfterKill(
  stateDir: string,
  golden: Golden,
  said: readonly RolloutAcknowledged[],
): Promise<readonly string[]> {
  const state = openStateReader(stateDir);
  try {
    const records = await recordsIn(state);
    return [
      ...(await state.ledger.integrityProblems()),
      ...(await tornFiles(stateDir)),
      ...chainProblems(records, golden),
      ...(await objectProblems(state, records)),
      ...(await pointerProblems(state, records, golden)),
      ...(await missing(state, records, golden, said)),
    ];
  } catch (error) {
    return [`the state does not open: ${String(error)}`];
  } finally {
    await state.close();
  }
}

/** After another process has come to the end. */
export async function problemsAtEnd(stateDir: string, golden: Golden): Promise<readonly string[]> {
  const clock = new ManualClock();
  const state = await openState(stateDir, { clock });
  try {
    const records = await recordsIn(state);
    const pointers = await pointersIn(state);
    const unequal = [...golden.pointers].filter(
      ([key, bytes]) => !equalBytes(pointers.get(key) ?? new Uint8Array(), bytes),
    );
    return [
      ...chainProblems(records, golden),
      ...(records.length === golden.records.length ? [] : [`${records.length} records, not ${golden.records.length}`]),
      ...unequal.map(([key]) => `the pointer ${key} is missing or another`),
      ...(await stateFileProblems(stateDir, records)),
      ...(await replayProblems(makeTeller(state, clock, state).ports, golden)),
      ...(await resendProblems(makeTeller(state, clock, state).ports, golden)),
      ...(await windowProblems(state, records)),
    ];
  } catch (error) {
    return [`the end cannot be read: ${String(error)}`];
  } finally {
    await state.close();
  }
}

type Ports = ReturnType<typeof makeTeller>["ports"];

async function replayProblems(ports: Ports, { traces }: Golden): Promise<readonly string[]> {
  const rollouts = makeRollouts(ports, { kind: "local", id: "checker" });
  const problems: string[] = [];
  for (const [rollout_id, trace] of traces) {
    const report = await rollouts.replay(rollout_id, trace);
    if (report?.result !== "same" || report.against?.result !== "same")
      problems.push(`${rollout_id} replays otherwise: ${JSON.stringify(report)}`);
  }
  return problems;
}

/** `state.json` names the deliverable that was packaged last. */
async function stateFileProblems(stateDir: string, records: readonly StoredRecord[]): Promise<readonly string[]> {
  const packaged = records.findLast(({ record }) => record.type === ARTIFACT_PACKAGED);
  const [listed, ...others] = await deliverables(stateDir);
  const isListed = packaged !== undefined && listed?.artifact_path.includes(digestHex(readPackaged(packaged).artifact));
  return isListed && others.length === 0 ? [] : ["state.json does not name what was packaged last"];
}

/** Every batch of every window once more: late, and nothing is decided by it. */
async function resendProblems(ports: Ports, { rollout_ids }: Golden): Promise<readonly string[]> {
  const rollouts = makeRollouts(ports, { kind: "local", id: "checker" });
  const reports = makeReports(ports);
  const outcomes = new Set<string>();
  for (const nth of RELEASES) {
    const view = await rollouts.get(rollout_ids[nth - 1] ?? "");
    for (const { stage, window } of view?.judgements ?? [])
      for (const report of view === undefined ? [] : reportsOf({ ...view, stage }, window, nth))
        outcomes.add((await reports.add(report)).outcome);
  }
  return [...outcomes].join() === "late" ? [] : [`batches that were sent again are ${[...outcomes].join()}`];
}

/** Frozen counters contain each batch once, and nobody keeps them when they are recorded. */
async function windowProblems(state: StateReader, records: readonly StoredRecord[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { id, total, lanes } of await snapshotsIn(state, records)) {
    const counted = lanes.reduce((sum, { ok, failed }) => sum + ok + failed, 0);
    if (total !== WINDOW_OBSERVATIONS || counted !== total) problems.push(`${nameOf(id)} has ${total} observations`);
    if ((await state.windows.progress(id, 0, 1)).total > 0) problems.push(`${nameOf(id)} is still kept`);
  }
  return problems;
}

/** The records are those of the undisturbed run, and end where one of its appends ended. */
function chainProblems(records: readonly StoredRecord[], golden: Golden): readonly string[] {
  const problems: string[] = [];
  let head = emptyHead(STREAM, nativeSha256);
  for (const { bytes } of records) head = headOf(verifyRecord(head, bytes, STREAM, nativeSha256));
  for (const [seq, { bytes }] of records.entries()) {
    const expected = golden.records[seq]?.bytes;
    if (expected === undefined || !equalBytes(bytes, expected)) problems.push(`record ${seq} is another one`);
  }
  if (records.length > 0 && !golden.ends.has(records.length - 1))
    problems.push(`half of a decision is recorded: up to ${records.length - 1}`);
  return problems.slice(0, 3);
}

async function objectProblems(state: StateReader, records: readonly StoredRecord[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const stored of records) {
    const body = readTrace(stored);
    for (const { field, digest } of body === undefined ? [] : namedObjects(body))
      if ((await state.objects.read(digest, OBJECT_BYTES_MAX)) === undefined)
        problems.push(`record ${stored.record.seq} names ${field}, which is not stored`);
  }
  return problems;
}

/** No pointer without its FINALIZE, and each of them says what that says. */
async function pointerProblems(
  state: StateReader,
  records: readonly StoredRecord[],
  golden: Golden,
): Promise<readonly string[]> {
  const committed = new Set(evolveAll(emptyState(STREAM), records).committed.map(({ rollout_id }) => rollout_id));
  const problems: string[] = [];
  for (const [key, bytes] of await pointersIn(state)) {
    if (!committed.has(key.slice(STREAM.length + 1))) problems.push(`the pointer ${key} has no FINALIZE`);
    else if (!equalBytes(bytes, golden.pointers.get(key) ?? new Uint8Array()))
      problems.push(`the pointer ${key} differs`);
  }
  return problems;
}

/** What was acknowledged and is not there. */
async function missing(
  state: StateReader,
  records: readonly StoredRecord[],
  golden: Golden,
  said: readonly RolloutAcknowledged[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  const pointers = await pointersIn(state);
  for (const what of said) {
    if (what.said === "records") {
      const found = records[what.seq];
      if (found === undefined || (what.hash !== "" && toHex(found.hash) !== what.hash))
        problems.push(`the acknowledged record ${what.seq} is missing`);
    }
    if (what.said === "pointer" && !pointers.has(what.key)) problems.push(`the pointer ${what.key} is missing`);
    if (what.said === "ended") {
      if (golden.statuses.get(what.rollout_id) !== what.status) problems.push(`${what.rollout_id} is ${what.status}`);
      if (what.status === "success" && !pointers.has(`${STREAM}/${what.rollout_id}`))
        problems.push(`${what.rollout_id} has ended without its pointer`);
    }
  }
  return [...problems, ...(await missingBatches(state, records, said))];
}

async function missingBatches(
  state: StateReader,
  records: readonly StoredRecord[],
  said: readonly RolloutAcknowledged[],
): Promise<readonly string[]> {
  const acknowledged = new Map<string, { id: WindowId; observations: Map<string, number> }>();
  for (const what of said) {
    if (what.said !== "batch" || what.outcome === "late") continue;
    const window = acknowledged.get(nameOf(what.id)) ?? { id: what.id, observations: new Map() };
    window.observations.set(what.reporter, what.observations);
    acknowledged.set(nameOf(what.id), window);
  }
  const frozen = new Map((await snapshotsIn(state, records)).map(({ id, total }) => [nameOf(id), total]));
  const problems: string[] = [];
  for (const [name, { id, observations }] of acknowledged) {
    const expected = [...observations.values()].reduce((sum, count) => sum + count, 0);
    const counted = frozen.get(name) ?? (await state.windows.progress(id, 0, 1)).total;
    if (counted < expected) problems.push(`${name} has ${counted} of ${expected} acknowledged observations`);
    if (counted > WINDOW_OBSERVATIONS) problems.push(`${name} has ${counted} observations, some of them twice`);
  }
  return problems;
}
