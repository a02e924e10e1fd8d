/** One record of a rollout in a line, for whoever watches it. */
import type { WatchedEvent } from "../rollouts-source.ts";
import { percentOfBp } from "./share.ts";
import { type Paint, printable } from "./text.ts";
import { instant } from "./time.ts";

export function renderEvent(event: WatchedEvent, paint: Paint): string {
  const { n, at_unix_ms, stage, weight_bp, attempt, actor, halt } = event;
  const parts = [
    `${deedOf(event)}${resultOf(event, paint)}`,
    `stage ${stage}, ${percentOfBp(weight_bp)}`,
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    `by ${printable(actor.id)}`,
    ...(halt === undefined ? [] : [paint("yellow", `does not go on by itself: ${printable(halt)}`)]),
    ...endOf(event, paint),
  ];
  return `${instant(at_unix_ms)}  ${String(n).padStart(3)}  ${parts.join("; ")}\n`;
}

function deedOf({ type, document }: WatchedEvent): string {
  const action = wordIn(document, "action") ?? type;
  return printable(action.replaceAll("_", " "));
}

function resultOf({ document }: WatchedEvent, paint: Paint): string {
  const result = wordIn(document, "gate_result");
  const code = wordIn(document, "code");
  const style = result === "pass" ? "green" : result === "hold" ? "yellow" : "red";
  const words = [
    ...(result === undefined ? [] : [paint(style, printable(result))]),
    ...(code === undefined ? [] : [printable(code)]),
  ];
  return words.length === 0 ? "" : ` ${words.join(" ")}`;
}

function endOf({ status, failure_code }: WatchedEvent, paint: Paint): readonly string[] {
  if (status === "open") return [];
  const why = failure_code === undefined ? "" : ` (${printable(failure_code)})`;
  return [`${paint(status === "success" ? "green" : "red", status)}${why}`];
}

function wordIn(document: object, field: string): string | undefined {
  const value: unknown = Reflect.get(document, field);
  return typeof value === "string" ? value : undefined;
}
