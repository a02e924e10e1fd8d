/** A process that adds batches, eight at a time, and prints a line for each one that was acknowledged; it is killed. */
import { writeSync } from "node:fs";
import { openMetricWindows } from "./open-state.ts";
import { BATCHES, requestOf } from "./windows-batches.test-helper.ts";

const [stateDir = "", from = "0"] = process.argv.slice(2);
const windows = await openMetricWindows(stateDir);
let next = 0;
await Promise.all(
  Array.from({ length: 8 }, async () => {
    while (next < BATCHES) {
      const nth = (Number(from) + next++) % BATCHES;
      writeSync(1, `${nth} ${await windows.add(requestOf(nth))}\n`);
    }
  }),
);
await windows.close();
