/**
 * A process that adds batches, eight at a time, and prints a line with the outcome of each: what was acknowledged, or
 * the code of the failure. It is killed, or its disk fails.
 */
import { writeSync } from "node:fs";
import { PortError } from "@tau-edge/ports";
import { openMetricWindows } from "./open-state.ts";
import { BATCHES, requestOf } from "./windows-batches.test-helper.ts";

const [stateDir = "", from = "0"] = process.argv.slice(2);
const windows = openMetricWindows(stateDir);
let next = 0;
await Promise.all(
  Array.from({ length: 8 }, async () => {
    while (next < BATCHES) {
      const nth = (Number(from) + next++) % BATCHES;
      const outcome = await windows.add(requestOf(nth)).catch((error: unknown) => {
        if (error instanceof PortError) return error.code;
        throw error;
      });
      writeSync(1, `${nth} ${outcome}\n`);
    }
  }),
);
await windows.close();
