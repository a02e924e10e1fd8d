/** Keys of agents: made or imported so that nobody can export them, not even the page that holds them (decisions 11). */
import { didKeyText } from "@tau-edge/identity";
import { ed25519PublicKey } from "@tau-edge/signature";

export interface AgentKey {
  /** did:key of it. */
  readonly did: string;
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
  /** PureEdDSA over the raw bytes; 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** PKCS #8 of an Ed25519 seed (RFC 8410 section 7): this, and then the 32 bytes. */
const PKCS8_PREFIX = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const SEED_BYTES = 32;

/**
 * A pair whose private key stays where it was made; a key store may keep the pair (IndexedDB clones it as it is).
 * @throws what the platform throws where it has no Ed25519: there is no weaker key to fall back to
 */
export async function generateAgentKey(): Promise<CryptoKeyPair> {
  const made = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  if (!("privateKey" in made)) throw new TypeError("the platform made no pair of keys");
  return made;
}

/** @throws TypeError for a pair that somebody could export, or that is of another algorithm */
export async function agentKeyOf({ privateKey, publicKey }: CryptoKeyPair): Promise<AgentKey> {
  if (privateKey.extractable || privateKey.algorithm.name !== "Ed25519")
    throw new TypeError("an agent's key is Ed25519 and cannot be exported");
  const raw = await crypto.subtle.exportKey("raw", publicKey);
  if (!(raw instanceof ArrayBuffer)) throw new TypeError("the platform gave no bytes for the public key");
  return keyOf(privateKey, new Uint8Array(raw));
}

/**
 * A key that was derived from entropy. The seed is overwritten with zeros, whether it works or not.
 * @param seed 32 secret bytes (RFC 8032 section 5.1.5), with a buffer of their own or not
 */
export async function importAgentKey(seed: Uint8Array): Promise<AgentKey> {
  const document = new Uint8Array(PKCS8_PREFIX.length + SEED_BYTES);
  try {
    if (seed.length !== SEED_BYTES) throw new RangeError(`an Ed25519 seed has ${SEED_BYTES} bytes, got ${seed.length}`);
    const publicKey = ed25519PublicKey(seed);
    document.set(PKCS8_PREFIX);
    document.set(seed, PKCS8_PREFIX.length);
    return keyOf(await crypto.subtle.importKey("pkcs8", document, "Ed25519", false, ["sign"]), publicKey);
  } finally {
    seed.fill(0);
    document.fill(0);
  }
}

function keyOf(privateKey: CryptoKey, publicKey: Uint8Array): AgentKey {
  return {
    did: didKeyText(publicKey),
    publicKey,
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, bytes.slice())),
  };
}
