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
    expect([admit("c", 133_000), admit("b", 133_000, "other")]).toEqual(["ok", "ok"]);
  });

  it("forgets nothing before its time, however many come", () => {
    const { admit } = memoryOf({ proofs_max: 1_000, proofs_per_key_max: 1_000 });
    for (let i = 0; i < 5_000; i++) admit(`p${i}`, i, "agent");
    for (let i = 0; i < 1_000; i++) expect(admit(`p${i}`, 5_000)).toBe("replayed");
    expect(admit("another", 5_000)).toBe("busy");
  });

  it("keeps count over a long time", () => {
    const { admit } = memoryOf({ proofs_max: 133, proofs_per_key_max: 133 });
    for (let second = 0; second < 2_000; second++) expect(admit(`a${second}`, second * 1_000)).toBe("ok");
  });

  it("forgets nothing sooner because the clock went back, and goes on from there", () => {
    const { admit } = memoryOf();
    expect([admit("a"), admit("b", 100_000), admit("a", -1_000_000)]).toEqual(["ok", "ok", "replayed"]);
    expect([admit("c", -1_000_000), admit("c", -880_000), admit("c", -860_000)]).toEqual(["ok", "replayed", "ok"]);
  });

  it("forgets nothing sooner because the clock trembles: time does not add up what it goes back", () => {
    const { admit } = memoryOf();
    expect(admit("a")).toBe("ok");
    for (let i = 0; i < 1_000; i++) admit(`p${i}`, 100 * i + (i % 2 === 0 ? 900 : 0));
    expect(admit("a", 120_000)).toBe("replayed");
  });

  it("is not full for ever because the clock was a year ahead for a moment", () => {
    const { admit } = memoryOf({ proofs_max: 100, proofs_per_key_max: 100 });
    for (let i = 0; i < 100; i++) admit(`glitch${i}`, 365 * 86_400_000);
    expect([admit("p"), admit("p", 133_000)]).toEqual(["busy", "ok"]);
    for (let i = 0; i < 1_000; i++) expect(admit(`p${i}`, 133_000 + i * 2_000)).toBe("ok");
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

  it.each([
    [180_000, "nonce_stale"],
    [500, "ok"],
  ])(
    "after a clock that went back by %d ms a nonce of before is %s: what it forgot would be of now again",
    (back, verdict) => {
      const { memory, admit } = memoryOf();
      const nonce = memory.nonce(1, NOW + 180_000);
      admit("a", 180_000);
      expect(admit("b", 180_000 - back, "agent", nonce)).toBe(verdict);
      const next = memory.nonce(1, NOW + 180_000 - back);
      expect(admit("c", 180_000 - back, "agent", next)).toBe("ok");
      expect(admit("d", 480_000 - back, "agent", next)).toBe("ok");
    },
  );

  it("is of the size that it says", () => {
    expect(PROOF_MEMORY_LIMITS).toEqual({ proofs_max: 200_000, proofs_per_key_max: 2_000 });
  });
});
