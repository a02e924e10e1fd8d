/** `dr/last-good.json`: of each stream what was committed last, and the checkpoint that says so (S3 II.F). */
import type { Digest } from "@tau-edge/encoding";
import { lastCommit } from "@tau-edge/rollout";
import type { RolloutStream } from "../rollouts/rollout-streams.ts";

export interface LastGood {
  readonly v: 1;
  /** Sorted by name; streams in which nothing was ever committed are left out. */
  readonly streams: readonly {
    readonly stream: string;
    readonly rollout_id: string;
    readonly committed_unix_ms: number;
    readonly release: Digest;
    readonly manifest: Digest;
    readonly checkpoint_hash: Digest;
    readonly lineage_root_hash: Digest;
    /** Of the record `finalize`. */
    readonly wal_terminal_hash: Digest;
  }[];
}

export function lastGoodOf(streams: readonly RolloutStream[]): LastGood {
  return {
    v: 1,
    streams: streams.flatMap(({ state }) => {
      const commit = lastCommit(state);
      if (commit === undefined) return [];
      const { rollout_id, at_unix_ms, target, checkpoint_hash, lineage_root_hash, wal_terminal_hash } = commit;
      const { release, manifest } = target;
      return {
        ...{ stream: state.stream, rollout_id, committed_unix_ms: at_unix_ms, release, manifest },
        ...{ checkpoint_hash, lineage_root_hash, wal_terminal_hash },
      };
    }),
  };
}
