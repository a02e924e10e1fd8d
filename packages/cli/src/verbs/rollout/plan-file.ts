/** A plan from a file, whole and strictly read. */
import { type Plan, readPlan } from "@tau-edge/rollout";
import type { CliIo } from "../../io.ts";
import { readFileOnce } from "../../operands.ts";

/** Refused by size before it is read; the reader of plans has the exact limit. */
const PLAN_FILE_BYTES_MAX = 1024 * 1024;

/** @throws CliError `file_*`, RolloutError `plan_too_large`, `plan_syntax`, `plan_field` */
export function planFromFile(io: CliIo, file: string): Plan {
  return readPlan(readFileOnce(io, file, PLAN_FILE_BYTES_MAX));
}
