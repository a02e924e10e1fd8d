import { Faults, SimulatedCrash } from "@tau-edge/adapter-memory";
import { describe, expect, it } from "vitest";
import { type Disk, diskWithStable, MINUTE_MS, Process, planFor } from "./rollouts.test-helper.ts";

/** Runs a rollout to its end; whenever the process dies, another one does the same again. */
async function rollOut(disk: Disk, faults: Faults, failed: number): Promise<string> {
  let process = new Process(disk, faults);
  const survive = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
      process = new Process(disk);
      return act();
    }
  };
  const release = await survive(() => process.release(2));
  const id = await survive(async () => {
    const [open] = (await process.rollouts.list()).rollouts;
    return open?.status === "open" ? open.rollout_id : process.start(planFor(release));
  });
  for (let minute = 0; minute < 30; minute++) {
    await survive(() => process.tick());
    await survive(() => process.tick());
    const view = await process.rollouts.get(id);
    if (view?.status !== "open") return id;
    disk.clock.advance(MINUTE_MS);
    await survive(() => process.reportAll(id, failed));
  }
  throw new Error("it does not end");
}

/** Counters that nobody needs any more. */
function windowsOn({ arms }: Disk): readonly string[] {
  return [...arms.values()].flatMap((releases) => [...releases.values()]).flatMap(({ windows }) => [...windows.keys()]);
}

describe.each([
  ["is COMMITTED", 0],
  ["is rolled back", 9],
])("a rollout that %s", (_end, failed) => {
  it("ends the same wherever a process dies, before a write or after it", async () => {
    const { disk } = await diskWithStable();
    const undisturbed = disk.copy();
    const counted = new Faults();
    const id = await rollOut(undisturbed, counted, failed);
    const trace = await undisturbed.trace();
    expect(counted.writes).toBeGreaterThan(20);
    for (let nth = 1; nth <= counted.writes; nth++)
      for (const fault of ["crash_before", "crash_after"] as const) {
        const crashed = disk.copy();
        expect(await rollOut(crashed, new Faults().plan(nth, fault), failed), `${fault} ${nth}`).toBe(id);
        expect(await crashed.trace(), `${fault} ${nth}`).toEqual(trace);
        expect(windowsOn(crashed), `${fault} ${nth}`).toEqual([]);
        expect([...crashed.pointers.keys()], `${fault} ${nth}`).toEqual([...undisturbed.pointers.keys()]);
        expect(await new Process(crashed).rollouts.replay(id), `${fault} ${nth}`).toMatchObject({ result: "same" });
      }
  });
});
