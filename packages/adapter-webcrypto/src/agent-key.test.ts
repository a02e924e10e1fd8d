import { parseDidKey } from "@tau-edge/identity";
import { ed25519PublicKey, verifyEd25519 } from "@tau-edge/signature";
import { describe, expect, it } from "vitest";
import { agentKeyOf, generateAgentKey, importAgentKey } from "./agent-key.ts";

const MESSAGE = new TextEncoder().encode("it is me");

describe("a key of an agent", () => {
  it("is made so that nobody can export it, and signs as its did:key", async () => {
    const pair = await generateAgentKey();
    for (const format of ["jwk", "pkcs8"] as const)
      await expect(crypto.subtle.exportKey(format, pair.privateKey)).rejects.toThrow();
    expect(JSON.stringify(pair.privateKey)).not.toMatch(/"d"/);
    const key = await agentKeyOf(pair);
    expect(parseDidKey(key.did).publicKey).toEqual(key.publicKey);
    expect(verifyEd25519(await key.sign(MESSAGE), MESSAGE, key.publicKey)).toEqual({ ok: true });
  });

  it("is another one every time", async () => {
    const [a, b] = await Promise.all([generateAgentKey().then(agentKeyOf), generateAgentKey().then(agentKeyOf)]);
    expect(a.did).not.toBe(b.did);
  });

  it("that somebody could export, or of another algorithm, is refused", async () => {
    const open = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const p256 = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    if (!("privateKey" in open)) throw new Error("no pair");
    await expect(agentKeyOf(open)).rejects.toThrow(TypeError);
    await expect(agentKeyOf(p256)).rejects.toThrow(TypeError);
  });
});

describe("a key that was derived", () => {
  it("is imported, and its seed is gone", async () => {
    const seed = new Uint8Array(32).fill(7);
    const expected = ed25519PublicKey(seed);
    const key = await importAgentKey(seed);
    expect(key.publicKey).toEqual(expected);
    expect(seed).toEqual(new Uint8Array(32));
    expect(verifyEd25519(await key.sign(MESSAGE), MESSAGE, expected)).toEqual({ ok: true });
  });

  it("is gone as well when it is none", async () => {
    const seed = new Uint8Array(31).fill(7);
    await expect(importAgentKey(seed)).rejects.toThrow(RangeError);
    expect(seed).toEqual(new Uint8Array(31));
  });

  it("has nothing in it that would tell the secret", async () => {
    const key = await importAgentKey(new Uint8Array(32).fill(7));
    expect(Object.keys(key).sort()).toEqual(["did", "publicKey", "sign"]);
  });
});
