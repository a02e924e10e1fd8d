import { describe, expect, it } from "vitest";
import { Faults, SimulatedCrash } from "./faults.ts";
import { MemoryObjectStore } from "./memory-objects.ts";

describe("planned faults", () => {
  const digest = `sha256:${"0".repeat(64)}` as const;

  it("fail the write that they name and no other", async () => {
    const store = new MemoryObjectStore({ faults: new Faults().plan(1, "store_full") });
    await expect(store.putIfAbsent(digest, new Uint8Array(1))).rejects.toMatchObject({ code: "store_full" });
    expect(store.objects.size).toBe(0);
    expect(await store.putIfAbsent(digest, new Uint8Array(1))).toBe(true);
  });

  it("end everything after a poison or a crash, and only a crash after the write leaves its effect", async () => {
    for (const [fault, error, size] of [
      ["store_poisoned", { code: "store_poisoned" }, 0],
      ["crash_before", { name: "SimulatedCrash" }, 0],
      ["crash_after", { name: "SimulatedCrash" }, 1],
    ] as const) {
      const store = new MemoryObjectStore({ faults: new Faults().plan(1, fault) });
      await expect(store.putIfAbsent(digest, new Uint8Array(1))).rejects.toMatchObject(error);
      await expect(store.putIfAbsent(digest, new Uint8Array(1))).rejects.toMatchObject(error);
      expect(store.objects.size).toBe(size);
    }
    expect(new SimulatedCrash("x")).not.toHaveProperty("code");
  });
});
