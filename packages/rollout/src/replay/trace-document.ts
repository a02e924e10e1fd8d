/**
 * The trace of a rollout without what differs from run to run: its transitions, to compare other runs with. Neither
 * times nor hashes nor names stand in it.
 */
import { z } from "zod";
import { FINAL_STATUSES, RUN_KINDS } from "../trace/trace-body.ts";

const transitionSchema = z.strictObject({
  /** `run_header`, `rollback`, `prepare`, `run_end`, `finalize`, or the action of an `iter`. */
  step: z.string().max(63),
  /** Where the run stands after it. */
  stage: z.int().min(-1),
  weight_bp: z.int().min(0).max(10_000),
  /** Of a verdict or a health check. */
  result: z.enum(["pass", "fail", "hold"]).exactOptional(),
  code: z.string().max(63).exactOptional(),
});

export const traceDocumentSchema = z.strictObject({
  schema_version: z.literal(1),
  attempts: z
    .array(
      z.strictObject({
        kind: z.enum(RUN_KINDS),
        /** Absent while it is open. */
        final_status: z.enum(FINAL_STATUSES).exactOptional(),
        transitions: z.array(transitionSchema).max(100_000),
      }),
    )
    .max(10_000),
});

export type Transition = z.output<typeof transitionSchema>;
export type TraceDocument = z.output<typeof traceDocumentSchema>;

/** The first transition that differs, as JSON path and texts. */
export interface TraceDifference {
  readonly at: string;
  readonly golden: string;
  readonly actual: string;
}
