/** What credentials and proofs need of Deno. */
import { NATIVE_KEY_DERIVATION, nativeStretch } from "@tau-edge/adapter-node";
import { importAgentKey, openLiveVerifier } from "@tau-edge/adapter-webcrypto";
import type { KeyPlatform } from "@tau-edge/gateway";
import { LIVE_KEYS_MAX } from "./limits.ts";

export async function denoPlatform(): Promise<KeyPlatform> {
  const { verify } = await openLiveVerifier({ keysMax: LIVE_KEYS_MAX });
  return {
    derivation: NATIVE_KEY_DERIVATION,
    stretch: nativeStretch,
    verify,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    openSigner: importAgentKey,
  };
}
