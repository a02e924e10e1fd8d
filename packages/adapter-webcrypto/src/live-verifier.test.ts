import { readFileSync } from "node:fs";
import { fromHex, toHex } from "@tau-edge/encoding";
import type { LiveVerify } from "@tau-edge/ports";
import { verifyEd25519 } from "@tau-edge/signature";
import { describe, expect, it, vi } from "vitest";
import { openLiveVerifier } from "./live-verifier.ts";
import { SELF_TEST_CASES } from "./self-test-cases.ts";

const speccheck: { message: string; pub_key: string; signature: string }[] = JSON.parse(
  readFileSync(new URL("../../../test/conformance/data/ed25519-speccheck.json", import.meta.url), "utf8"),
);
const strict: LiveVerify = (...args) => verifyEd25519(...args).ok;
/** RFC 8032 section 7.1, TEST 2. */
const KEY = fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
const SIGNATURE = fromHex(
  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
);
const MESSAGE = Uint8Array.of(0x72);

/** As platforms were seen: what they say wrong, and whether the checks before them make that good. */
const VERIFIERS: readonly (readonly [name: string, LiveVerify | undefined, by: "platform" | "portable"])[] = [
  ["WebCrypto", undefined, "platform"],
  ["one that is strict itself", strict, "platform"],
  ["one that takes S + L (WebKitGTK)", (s, m, k) => strict(reduced(s), m, k), "platform"],
  ["one that answers later", async (...args) => strict(...args), "platform"],
  ["one with the cofactored equation", forgiving("r_mixed_order"), "portable"],
  ["one that takes second forms and small orders", forgiving("key_", "r_not_canonical", "r_small_order"), "platform"],
  ["one that computes nothing", forgiving("equation_fails"), "portable"],
  ["one that takes everything", () => true, "portable"],
  ["one that takes nothing", () => false, "portable"],
  ["one that looks at R alone", (s) => s[0] === 0x92 || s[0] === 0xe5 || s[0] === 0x62, "portable"],
  ["one that does not look at the message", (s, _m, k) => strict(s, MESSAGE, k), "portable"],
  ["one that throws", () => fail(), "portable"],
  ["one that fails later", async () => fail(), "portable"],
];

function fail(): never {
  throw new Error("NotSupportedError: Ed25519");
}

/** Takes what the strict verdict refuses for one of these faults. */
function forgiving(...faults: readonly string[]): LiveVerify {
  return (...args) => {
    const verdict = verifyEd25519(...args);
    return verdict.ok || faults.some((fault) => verdict.fault.startsWith(fault));
  };
}

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** S modulo L. */
function reduced(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${toHex(signature.slice(32).toReversed())}`) % ORDER;
  return Uint8Array.of(...signature.subarray(0, 32), ...fromHex(s.toString(16).padStart(64, "0")).toReversed());
}

describe.each(VERIFIERS)("above %s", (_name, platformVerify, by) => {
  const opened = openLiveVerifier({ keysMax: 10, ...(platformVerify !== undefined && { platformVerify }) });

  it(`the verdict is the ${by === "platform" ? "platform's" : "portable code's"}`, async () => {
    expect((await opened).by).toBe(by);
  });

  it("all twelve signatures on which platforms disagree are refused", async () => {
    const { verify } = await opened;
    for (const { message, pub_key, signature } of speccheck)
      expect(await verify(fromHex(signature), fromHex(message), fromHex(pub_key))).toBe(false);
  });

  it("the verdict is the strict one", async () => {
    const { verify } = await opened;
    for (const { message, public_key, signature } of SELF_TEST_CASES) {
      const args = [fromHex(signature), fromHex(message), fromHex(public_key)] as const;
      expect(await verify(...args)).toBe(verifyEd25519(...args).ok);
    }
    expect(await verify(SIGNATURE, MESSAGE, KEY)).toBe(true);
    for (const [signature, key] of [
      [SIGNATURE.slice(1), KEY],
      [Uint8Array.of(...SIGNATURE, 0), KEY],
      [SIGNATURE, KEY.slice(1)],
      [new Uint8Array(), new Uint8Array()],
    ] as const)
      expect(await verify(signature, MESSAGE, key)).toBe(false);
  });
});

describe("the self-test", () => {
  it("has the twelve, honest ones, and an R with a part of order 2, 4 and 8", () => {
    const inTest = new Set(SELF_TEST_CASES.map(({ signature, message }) => `${message} ${signature}`));
    for (const { message, signature } of speccheck) expect(inTest.has(`${message} ${signature}`)).toBe(true);
    const verdicts = SELF_TEST_CASES.map(({ message, public_key, signature, good }) => {
      const verdict = verifyEd25519(fromHex(signature), fromHex(message), fromHex(public_key));
      expect(verdict.ok).toBe(good);
      return verdict.ok ? "ok" : verdict.fault;
    });
    expect(verdicts.filter((verdict) => verdict === "ok")).toHaveLength(3);
    expect(verdicts.filter((verdict) => verdict === "r_mixed_order")).toHaveLength(3);
  });

  it("is what tells a cofactored verifier: nothing before it can", async () => {
    const asked = vi.fn<LiveVerify>(strict);
    await openLiveVerifier({ platformVerify: asked, keysMax: 10 });
    const seen = asked.mock.calls.map(([signature]) => Buffer.from(signature).toString("hex"));
    const mixed = SELF_TEST_CASES.slice(-3).map(({ signature }) => signature);
    expect(seen.filter((signature) => mixed.includes(signature))).toEqual(mixed);
  });
});

describe("a verifier that was opened", () => {
  it("does not ask the platform about what it knows to be bad", async () => {
    const platformVerify = vi.fn<LiveVerify>(strict);
    const { verify } = await openLiveVerifier({ platformVerify, keysMax: 10 });
    platformVerify.mockClear();
    expect(await verify(SIGNATURE, MESSAGE, new Uint8Array(32))).toBe(false);
    expect(await verify(SIGNATURE.with(63, 0xff), MESSAGE, KEY)).toBe(false);
    expect(platformVerify).not.toHaveBeenCalled();
  });

  it("answers at once where the platform does", async () => {
    const { verify } = await openLiveVerifier({ platformVerify: strict, keysMax: 10 });
    expect(verify(SIGNATURE, MESSAGE, KEY)).toBe(true);
  });

  it("works with more keys than it remembers", async () => {
    const { verify } = await openLiveVerifier({ keysMax: 1 });
    for (let round = 0; round < 3; round++)
      for (const { message, public_key, signature, good } of SELF_TEST_CASES)
        expect(await verify(fromHex(signature), fromHex(message), fromHex(public_key))).toBe(good);
  });
});
