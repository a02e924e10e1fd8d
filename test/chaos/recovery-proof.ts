/**
 * The proof that a state came back: everything verifies, and the verdicts of its rollouts are the same. It is an object, in
 * RFC 8785 JSON, named by the record `recovery_proven` of the stream `system`.
 */
import { hashedTree, openState, startNativeSha256 } from "@tau-edge/adapter-node";
import { type Digest, digestBytes, digestOf, toHex, writeCanonicalJson } from "@tau-edge/encoding";
import { SYSTEM_STREAM, type TreeEntry, treeHash } from "@tau-edge/ledger";
import { type Chains, chainsIn, comparedTo, doctorSays, type House } from "./chaos-house.ts";
import type { ChaosCase, ChaosReport, Injected } from "./chaos-report.ts";

/**
 * @param whole every record that was acknowledged
 * @returns the report of the case, with what is wrong after its recovery among its problems
 */
export async function proveRecovery(
  name: ChaosCase,
  { injected, found, problems }: Injected,
  house: House,
  stateDir: string,
  whole: Chains,
): Promise<ChaosReport> {
  const wrong = [...problems];
  const { missing, strange } = comparedTo(whole, await chainsIn(stateDir));
  if (missing > 0) wrong.push(`${missing} acknowledged records are missing after the recovery`);
  wrong.push(...strange);
  const doctor = await doctorSays(house, stateDir);
  if (doctor.exitCode !== 0) wrong.push(`the doctor finds ${doctor.codes.join(", ")} after the recovery`);
  const replayed = await house.run("replay", house.committed, "--state-dir", stateDir, "--json");
  const verdicts_same = replayed.exitCode === 0 && (replayed.json() as { result?: string }).result === "same";
  if (!verdicts_same) wrong.push("the verdicts are not the same after the recovery");

  const tree_hash = await treeHashOf(stateDir);
  const state = await openState(stateDir);
  try {
    const heads = (await state.ledger.ends()).map(({ stream, seq, hash }) => ({ stream, seq, hash: toHex(hash) }));
    const recovered = { heads, tree_hash };
    const bytes = writeCanonicalJson({ v: 1, case: name, injected, found: [...found], recovered, verdicts_same });
    const object = digestOf(state.sha256(bytes));
    await state.objects.putIfAbsent(object, bytes);
    const { seq: expected_seq } = await state.ledger.head(SYSTEM_STREAM);
    const appended = await state.ledger.append({
      stream: SYSTEM_STREAM,
      expected_seq,
      drafts: [
        {
          type: "recovery_proven",
          actor: { kind: "system", id: "chaos" },
          body: { case: name, proof: digestBytes(object) },
        },
      ],
      objects: [object],
      now_unix_ms: state.clock.nowUnixMs(),
    });
    if (appended.outcome !== "appended") throw new Error("somebody else writes to the recovered state");
    const proof = { object, seq: appended.head.seq, verdicts_same };
    return { case: name, injected, found, problems: wrong, proof };
  } finally {
    await state.close();
  }
}

async function treeHashOf(stateDir: string): Promise<Digest> {
  const entries: TreeEntry[] = [];
  const leaveOut = (path: string) => /\.db-(?:wal|shm)$/.test(path) || path === "tau-edge/incoming/";
  for await (const entry of hashedTree(stateDir, { leaveOut })) entries.push(entry);
  return treeHash(entries, startNativeSha256);
}
