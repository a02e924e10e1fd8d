import { describe, expect, it } from "vitest";
import { EXIT } from "./exit-codes.ts";
import { Interruption } from "./interruption.ts";

function make() {
  const exits: number[] = [];
  return { exits, interruption: new Interruption((exitCode) => exits.push(exitCode)) };
}

describe("a signal", () => {
  it("ends at once a verb that neither waits nor writes; asked to end is not done", () => {
    const { exits, interruption } = make();
    interruption.onSignal(EXIT.interrupted);
    interruption.onSignal(EXIT.done);
    expect(exits).toEqual([130, 1]);
  });

  it("stops a verb that waits for it, and the second one ends at once", async () => {
    const { exits, interruption } = make();
    const stopped = interruption.untilStopped();
    interruption.onSignal(EXIT.done);
    expect(await stopped).toBe(0);
    expect(exits).toEqual([]);
    interruption.onSignal(EXIT.interrupted);
    expect(exits).toEqual([130]);
  });

  it("waits for the end of every write that has begun, also of one that fails", async () => {
    const { exits, interruption } = make();
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const writes = [first, second].map(({ promise }) => interruption.uninterrupted(() => promise));
    interruption.onSignal(EXIT.interrupted);
    first.resolve("written");
    expect(await writes[0]).toBe("written");
    expect(exits).toEqual([]);
    second.reject(new Error("disk"));
    await expect(writes[1]).rejects.toThrow("disk");
    expect(exits).toEqual([130]);
  });

  it("ends a write that hangs when it comes twice", () => {
    const { exits, interruption } = make();
    void interruption.uninterrupted(() => new Promise(() => undefined));
    interruption.onSignal(EXIT.interrupted);
    interruption.onSignal(EXIT.interrupted);
    expect(exits).toEqual([130]);
  });
});
