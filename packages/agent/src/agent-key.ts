/** A key that signs and cannot leave the platform. */
import { generateAgentKey } from "@tau-edge/adapter-webcrypto";
import { didKeyText } from "./did-key-text.ts";
import { AgentError } from "./errors.ts";

export interface AgentKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly did: string;
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** @throws AgentError `ed25519_missing`: no key that could be exported, and none of another kind, is taken instead */
export async function makeKeyPair(): Promise<CryptoKeyPair> {
  try {
    return await generateAgentKey();
  } catch (cause) {
    throw new AgentError("ed25519_missing", undefined, { cause });
  }
}

/** @throws AgentError `ed25519_missing` for a kept key that is another, or could be exported */
export async function agentKeyOf({ privateKey, publicKey }: CryptoKeyPair): Promise<AgentKey> {
  if (privateKey.extractable || privateKey.algorithm.name !== "Ed25519") throw new AgentError("ed25519_missing");
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  return {
    publicKey: raw,
    did: didKeyText(raw),
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, bytes)),
  };
}
