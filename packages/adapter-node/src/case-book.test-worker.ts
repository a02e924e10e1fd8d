/**
 * A process that writes into the case book, turn after turn, says the same in the event log and in a channel, and prints
 * how far each turn came once it is committed. It is killed somewhere, inside a turn more often than not.
 */
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { channelNameOf } from "@tau-edge/contract";
import { channelLineOf, eventOf } from "@tau-edge/ports/suites";
import { openState } from "./open-state.ts";

const [stateDir = "", turns = "1"] = process.argv.slice(2);
const state = await openState(stateDir);
const channel = channelNameOf("edge", state.sha256);
for (let turn = 0; turn < Number(turns); turn++) {
  const seq = await state.book.exclusively(async (book) => {
    const next = (book.position()?.seq ?? -1) + 1;
    book.setPosition({ seq: next, record_hash: "ab".repeat(32) });
    for (let nth = 0; nth < 5; nth++) {
      const case_key = `case-${next}-${nth}`;
      book.addKey(case_key);
      book.put({ identity: case_key, case_key, blueprint_id: "edge", applied: true, record: "{}" });
      await state.channels.append(channel, [channelLineOf(nth, next)]);
      await pause(1);
    }
    await state.channels.writeMemory(channel, [`# page ${next}\n`]);
    await state.channels.sync();
    await state.events.append(next, eventOf(next));
    return next;
  });
  writeSync(1, `${seq}\n`);
}
await state.close();
