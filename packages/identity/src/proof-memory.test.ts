import { describe, expect, it } from "vitest";
import { makeProofMemory, PROOF_MEMORY_LIMITS, type ProofMemoryLimits } from "./proof-memory.ts";
import { serverNonces } from "./server-nonce.ts";

const NOW = 1_800_000_000_000;
const memoryOf = (limits?: ProofMemoryLimits) => {
  const memory = makeProofMemory(serverNonces(new Uint8Array(32), "boot"), limits);
  const admit = (jti: string, later_ms = 0, jkt = "agent", nonce?: string) =>
    memory.admit({ jkt, jti, nonce, epoch: 1, now_unix_ms: NOW + later_ms });
  return { memory, admit };
};

describe("a proof memory", () => {
  it("admits a proof once, and another agent's with the same name", () => {
    const { admit } = memoryOf();
    expect([admit("a"), admit("a"), admit("b"), admit("a", 0, "other"), admit("a", 120_999)]).toEqual([
      "ok",
      "replayed",
      "ok",
      "ok",
      "replayed",
    ]);
  });

  it("remembers as long as a proof can count: made a minute ahead, sent at once, sent again two minutes later", () => {
    for (const sent of [0, 1, 500, 999]) {
      const { admit } = memoryOf();
      expect(admit("a", sent)).toBe("ok");
      expect(admit("a", sent + 120_000)).toBe("replayed");
    }
  });

  it("forgets afterwards, and makes room", () => {
    const { admit } = memoryOf({ proofs_max: 3, proofs_per_key_max: 2 });
    expect([admit("a"), admit("b"), admit("c")]).toEqual(["ok", "ok", "busy"]);
    expect([admit("a", 0, "other"), admit("b", 0, "other")]).toEqual(["ok", "busy"]);
    expect(admit("a", 120_999)).toBe("replayed");
    expect([admit("c", 122_000), admit("b", 122_000, "other")]).toEqual(["ok", "ok"]);
  });

  it("forgets nothing before its time, however many come", () => {
    const { admit } = memoryOf({ proofs_max: 1_000, proofs_per_key_max: 1_000 });
    for (let i = 0; i < 5_000; i++) admit(`p${i}`, i, "agent");
    for (let i = 0; i < 1_000; i++) expect(admit(`p${i}`, 5_000)).toBe("replayed");
    expect(admit("another", 5_000)).toBe("busy");
  });

  it("keeps count over a long time", () => {
    const { admit } = memoryOf({ proofs_max: 123, proofs_per_key_max: 123 });
    for (let second = 0; second < 2_000; second++) expect(admit(`a${second}`, second * 1_000)).toBe("ok");
  });

  it("takes a clock that went back for one that stands, so nothing counts twice", () => {
    const { admit } = memoryOf();
    expect(admit("a")).toBe("ok");
    expect(admit("b", 100_000)).toBe("ok");
    expect(admit("a", -1_000_000)).toBe("replayed");
    expect(admit("c", -1_000_000)).toBe("ok");
    expect(admit("c", 220_000)).toBe("replayed");
  });

  it("asks for the nonce first, where one is demanded", () => {
    const { memory, admit } = memoryOf();
    const nonce = memory.nonce(1, NOW);
    expect(admit("a", 0, "agent", "wrong")).toBe("nonce_stale");
    expect(admit("a", 0, "agent", nonce)).toBe("ok");
    expect(admit("a", 0, "agent", nonce)).toBe("replayed");
    expect(admit("a", 0, "agent", "wrong")).toBe("nonce_stale");
    expect(admit("b", 700_000, "agent", nonce)).toBe("nonce_stale");
    expect(memory.admit({ jkt: "agent", jti: "z", nonce, epoch: 2, now_unix_ms: NOW })).toBe("nonce_stale");
  });

  it("admits nothing for a nonce of before the clock went back", () => {
    const { memory, admit } = memoryOf();
    const nonce = memory.nonce(1, NOW);
    admit("a", 700_000);
    expect(admit("b", 0, "agent", nonce)).toBe("nonce_stale");
  });

  it("is of the size that it says", () => {
    expect(PROOF_MEMORY_LIMITS).toEqual({ proofs_max: 200_000, proofs_per_key_max: 2_000 });
  });
});
