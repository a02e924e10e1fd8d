/** What the environment before this one has COMMITTED, as evidence for this one (decisions 5). */
import { digestOf } from "@tau-edge/encoding";
import { type CommitObject, encodeCommitPointer, pointerKey, type RecordDraft } from "@tau-edge/ledger";
import { environmentBefore, lastCommit, type Plan, type PreflightFacts } from "@tau-edge/rollout";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutPlace } from "./rollout-streams.ts";
import { pointerOf, recoveryRow } from "./settle-pointers.ts";

export interface Promotion {
  /** The end of the other stream when it was looked at. */
  readonly seen?: NonNullable<RecordDraft["seen"]>;
  readonly fact?: NonNullable<PreflightFacts["promoted_from"]>;
  /** The COMMITTED pointer, to be kept beside what it let in. */
  readonly object?: CommitObject;
}

/**
 * To start, what was committed last counts: what was taken back since goes no further. To go on, it counts that the
 * manifest was committed at all: the next release in staging is no reason to stop this one.
 * @returns nothing where the plan begins here; a head and no fact where nothing was committed before
 */
export async function promotionOf(
  place: RolloutPlace,
  plan: Plan,
  goesOn: boolean,
  ports: RolloutPorts,
): Promise<Promotion> {
  const environment = environmentBefore(plan, place.environment);
  if (environment === undefined) return {};
  const { state, head } = await ports.streams.stream({ ...place, environment });
  if (head === undefined) return {};
  const seen = { stream: state.stream, ...head };
  const ofManifest = state.committed.findLast(({ target }) => target.manifest === plan.manifest);
  const commit = goesOn && ofManifest !== undefined ? ofManifest : lastCommit(state);
  if (commit === undefined) return { seen };
  const { code } = await recoveryRow(pointerKey(state.stream, commit.rollout_id), commit, ports.pointers);
  // Without its pointer it is not COMMITTED yet, and with another one nobody knows what it is.
  if (code !== "committed") return { seen };
  const bytes = encodeCommitPointer(pointerOf(commit));
  const pointer = digestOf(ports.sha256(bytes));
  const { manifest } = commit.target;
  return { seen, fact: { environment, manifest, pointer }, object: { digest: pointer, bytes } };
}
