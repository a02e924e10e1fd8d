/** What the files of a deployment say: `state.json` and the event log, counted while they are read. */
import {
  type DeploymentHealth,
  EMPTY_HEALTH,
  type EventLogFacts,
  makeEventLogFacts,
  makeStatusCounts,
  type StatusCounts,
} from "@tau-edge/contract";
import type { CyclePosition } from "./case-book.ts";

/** Says nothing about the time: whoever has read it once may judge it again later. */
export interface DeploymentFacts {
  /** Whether there is a `state.json`. */
  readonly state_present: boolean;
  readonly processed_case_count: number;
  readonly deliverable_count: number;
  /** Of `rollouts` and `failed_cases`. */
  readonly counts: StatusCounts;
  readonly health: DeploymentHealth;
  /** The cycle's record that `state.json` is up to; absent until a runner of ours has written it. */
  readonly cycles?: CyclePosition;
  readonly events_log: {
    /** Whether the live log is there; rotated ones may stand without it. */
    readonly present: boolean;
    readonly rotated_files: number;
    /** Of the live log and of the rotated ones. */
    readonly facts: EventLogFacts;
  };
}

export interface DeploymentFactsReader {
  /**
   * Files that nobody has changed are not read again; none is ever whole in memory.
   * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`: such a file proves nothing; `store_unavailable`
   */
  facts(): Promise<DeploymentFacts>;
}

/** Where no cycle has run, and where there are no files. */
export const NO_DEPLOYMENT_FACTS: DeploymentFacts = {
  state_present: false,
  processed_case_count: 0,
  deliverable_count: 0,
  counts: makeStatusCounts().counts(),
  health: EMPTY_HEALTH,
  events_log: { present: false, rotated_files: 0, facts: makeEventLogFacts().facts() },
};
