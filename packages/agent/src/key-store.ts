/** Where an agent keeps who it is. */

export interface KeptAgent {
  /** Ed25519; the private one cannot be exported. */
  readonly keys: CryptoKeyPair;
  /** `enrolling`: a link is being exchanged, and the reply may have been lost. */
  readonly standing: "enrolling" | "registered";
  /** Of the link by which it came. */
  readonly link_id: string;
  /** SHA-256 of the gateway's key, base64url; of the link where it had one, else of the first answer. */
  readonly gateway_pin?: string;
  /** Whether the pin came with the link, and so from whoever made it. */
  readonly pinned: boolean;
}

export interface KeyStore {
  /** @param gateway its base URL: an agent is another one at each gateway */
  load(gateway: string): Promise<KeptAgent | undefined>;
  save(gateway: string, kept: KeptAgent): Promise<void>;
  forget(gateway: string): Promise<void>;
}

/** For as long as the process or page lives. */
export function memoryKeyStore(): KeyStore {
  const kept = new Map<string, KeptAgent>();
  return {
    load: async (gateway) => kept.get(gateway),
    save: async (gateway, agent) => void kept.set(gateway, agent),
    forget: async (gateway) => void kept.delete(gateway),
  };
}
