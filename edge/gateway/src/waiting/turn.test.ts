import { describe, expect, it } from "vitest";
import { Turn } from "./turn.ts";

describe("a turn", () => {
  it("is one watcher's at a time, and given back by whoever has it", () => {
    const turn = new Turn();
    const first = turn.take(1_000, 100);
    expect(first).toBeDefined();
    expect(turn.take(1_050, 100)).toBeUndefined();
    turn.giveBack(Symbol());
    expect(turn.take(1_050, 100)).toBeUndefined();
    if (first !== undefined) turn.giveBack(first);
    expect(turn.take(1_050, 100)).toBeDefined();
  });

  it("is anybody's when it is held for too long, and when the clock was put back", () => {
    const late = new Turn();
    const gone = late.take(1_000, 100);
    const next = late.take(1_100, 100);
    expect(next).toBeDefined();
    // Whoever comes back late takes nothing from the one after them.
    if (gone !== undefined) late.giveBack(gone);
    expect(late.take(1_150, 100)).toBeUndefined();
    expect(late.take(900, 100)).toBeDefined();
  });
});
