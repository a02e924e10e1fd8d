/**
 * A process that writes into the case book, turn after turn, and prints how far each came once it is committed. It is
 * killed somewhere, inside a turn more often than not.
 */
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { openState } from "./open-state.ts";

const [stateDir = "", turns = "1"] = process.argv.slice(2);
const state = await openState(stateDir);
for (let turn = 0; turn < Number(turns); turn++) {
  const seq = await state.book.exclusively(async (book) => {
    const next = (book.position()?.seq ?? -1) + 1;
    book.setPosition({ seq: next, record_hash: "ab".repeat(32) });
    for (let nth = 0; nth < 10; nth++) {
      const case_key = `case-${next}-${nth}`;
      book.addKey(case_key);
      book.put({ identity: case_key, case_key, blueprint_id: "edge", applied: true, record: "{}" });
      await pause(1);
    }
    return next;
  });
  writeSync(1, `${seq}\n`);
}
await state.close();
