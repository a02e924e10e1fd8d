/** What the controller did in one stream, in a line. */
import type { StreamTick } from "@tau-edge/control";
import type { FailureDocument } from "../failure.ts";
import { type Paint, printable } from "./text.ts";
import { instant, instantFromNow } from "./time.ts";

export interface TickReport extends Omit<StreamTick, "error"> {
  readonly failure?: FailureDocument;
}

const UNREACHABLE = "the counters cannot be read; `tau-edge doctor` says why";

export function renderTick(tick: TickReport, paint: Paint, now_unix_ms: number): string {
  const { stream, rollout_id, done, ended, waits, unreachable, refused, failure } = tick;
  const until = waits?.until_unix_ms === undefined ? "" : ` until ${instantFromNow(waits.until_unix_ms, now_unix_ms)}`;
  const parts = [
    ...(done.length === 0 ? [] : [paint("green", done.join(", "))]),
    ...(ended === undefined ? [] : [endWords(ended, paint)]),
    ...(refused === undefined
      ? []
      : [paint("yellow", `${refused.step} refused: ${printable(refused.detail)} (${refused.code})`)]),
    ...(failure === undefined ? [] : [paint("red", `${printable(failure.message)} (${failure.code})`)]),
    ...(failure?.remedy === undefined ? [] : [`-> ${printable(failure.remedy)}`]),
    ...(unreachable === undefined ? [] : [paint("red", UNREACHABLE)]),
    ...(waits === undefined ? [] : [`waits for ${waits.reason}${until}`]),
  ];
  return `${instant(now_unix_ms)}  ${printable(rollout_id ?? stream)}  ${parts.join("; ") || "nothing to do"}\n`;
}

function endWords({ status, failure_code }: NonNullable<TickReport["ended"]>, paint: Paint): string {
  const why = failure_code === undefined ? "" : ` (${printable(failure_code)})`;
  return `${paint(status === "success" ? "green" : "red", status)}${why}`;
}
