/** Test double of the thread: the last byte of the file says how to misbehave. */
import { parentPort } from "node:worker_threads";
import type { ValidateRequest } from "./worker-protocol.ts";

/** Last byte of the file -> what happens. */
export const MISBEHAVIOUR = { trap: 1, exit: 2, hang: 3, throw: 4 } as const;

parentPort?.on("message", (request: ValidateRequest) => {
  switch (request.bytes.at(-1)) {
    case MISBEHAVIOUR.trap:
      return parentPort?.postMessage({ outcome: "crashed", detail: "unreachable" });
    case MISBEHAVIOUR.exit:
      return process.exit(7);
    case MISBEHAVIOUR.hang:
      for (;;);
    case MISBEHAVIOUR.throw:
      throw new Error("out of order");
    default:
      return parentPort?.postMessage({ outcome: "accepted" });
  }
});
