/**
 * `decide(state, command) -> objects and records, or a refusal`: total, and the same on every runtime. It reads no
 * clock: time comes with the command, and only the differences between records' times count (decisions 17).
 */
import type { StreamState } from "../state.ts";
import { advance } from "./advance.ts";
import type { Asked, Command, Decision } from "./command.ts";
import { freeze, judge } from "./evidence.ts";
import { override } from "./override.ts";
import { revalidate } from "./revalidate.ts";
import { retry, start, undo } from "./start.ts";
import { approve, pause, promote, resume } from "./steer.ts";
import { abort, rollBack, verifyRollback } from "./stop.ts";

export function decide(state: StreamState, command: Command, asked: Asked): Decision {
  switch (command.do) {
    case "start":
      return start(state, command, asked);
    case "retry":
      return retry(state, command, asked);
    case "undo":
      return undo(state, command, asked);
    case "freeze":
      return freeze(state, command, asked);
    case "judge":
      return judge(state, command, asked);
    case "advance":
      return advance(state, command, asked);
    case "override":
      return override(state, command, asked);
    case "approve":
      return approve(state, command, asked);
    case "pause":
      return pause(state, command.reason, asked);
    case "resume":
      return resume(state, asked);
    case "promote":
      return promote(state, asked);
    case "abort":
      return abort(state, command, asked);
    case "roll_back":
      return rollBack(state, command, asked);
    case "verify_rollback":
      return verifyRollback(state, command.checks, asked);
    case "revalidate":
      return revalidate(state, command, asked);
  }
}
