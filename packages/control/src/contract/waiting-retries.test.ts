import { SeededChance } from "@tau-edge/adapter-memory";
import { describe, expect, it } from "vitest";
import { WaitingRetries } from "./waiting-retries.ts";

function takeAll<Item>(waiting: WaitingRetries<Item>): Item[] {
  const taken: Item[] = [];
  for (let item = waiting.take(); item !== undefined; item = waiting.take()) taken.push(item);
  return taken;
}

describe("waiting retries", () => {
  it("come out by the time at which they are due, and of the same time in the order in which they came", () => {
    const chance = new SeededChance(7);
    for (let round = 0; round < 50; round++) {
      const waiting = new WaitingRetries<{ readonly due: number; readonly nth: number }>();
      const added = Array.from({ length: round * 3 }, (_, nth) => ({ due: chance.below(20), nth }));
      for (const item of added) waiting.add(item, item.due);
      expect(waiting.size).toBe(added.length);
      expect(takeAll(waiting)).toEqual(added.toSorted((a, b) => a.due - b.due || a.nth - b.nth));
    }
  });

  it("say when the next one is due", () => {
    const waiting = new WaitingRetries<string>();
    expect(waiting.next_unix_ms).toBeUndefined();
    waiting.add("late", 90);
    waiting.add("soon", 10);
    expect(waiting.next_unix_ms).toBe(10);
    expect(waiting.take()).toBe("soon");
    expect([waiting.next_unix_ms, waiting.size]).toEqual([90, 1]);
  });
});
