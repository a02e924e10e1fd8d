/** Runs rollouts: does what the agenda says, again and again, until it says that there is nothing to do now. */
import type { Step } from "@tau-edge/rollout";

export interface Controller {
  /**
   * Looks at every stream once and does everything that is due. May be called while an earlier call is still at work:
   * streams that are being worked on are left to it. Never throws for what one stream does.
   */
  tick(now_unix_ms: number): Promise<readonly StreamTick[]>;
}

/** What happened in one stream; streams in which nothing is open and nothing happened are left out. */
export interface StreamTick {
  readonly stream: string;
  readonly rollout_id?: string;
  /** What was done, in this order. */
  readonly done: readonly Exclude<Step["do"], "wait" | "nothing">[];
  /** What it waits for now. */
  readonly waits?: Extract<Step, { do: "wait" }>;
  /** A step that was refused, with the code; it is tried again later. */
  readonly refused?: { readonly step: Step["do"]; readonly code: string; readonly detail: string };
  readonly error?: unknown;
}
