/** What credentials and proofs need of Node. */
import { randomBytes } from "node:crypto";
import { NATIVE_KEY_DERIVATION, nativeStretch } from "@tau-edge/adapter-node";
import { importAgentKey, openLiveVerifier } from "@tau-edge/adapter-webcrypto";
import type { KeyPlatform } from "@tau-edge/gateway";
import { LIVE_KEYS_MAX } from "./limits.ts";
import { nativeVerify } from "./native-verify.ts";

export async function nodePlatform(): Promise<KeyPlatform> {
  const platformVerify = nativeVerify(LIVE_KEYS_MAX);
  const { verify } = await openLiveVerifier({ platformVerify, keysMax: LIVE_KEYS_MAX });
  return {
    derivation: NATIVE_KEY_DERIVATION,
    stretch: nativeStretch,
    verify,
    randomBytes: (count) => randomBytes(count),
    openSigner: importAgentKey,
  };
}
