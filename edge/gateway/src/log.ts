/** One line of JSON for each fault: what a log collector reads and a person can grep by request id. */
import type { Fault } from "./ports.ts";

export type GatewayLog = (fault: Fault) => void;

export function jsonLog(write: (line: string) => void): GatewayLog {
  return ({ request_id, code, error, level = "error" }) => {
    const message = error instanceof Error ? error.message : String(error);
    // Known failures explain themselves; only a bug needs its stack.
    const stack = code === "internal_error" && error instanceof Error ? { stack: error.stack } : {};
    write(JSON.stringify({ level, request_id, code, message, ...stack }));
  };
}
