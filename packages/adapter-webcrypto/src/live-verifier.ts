/**
 * The platform's verifier behind the strict checks (decisions 11): the verdict of `verifyEd25519` at the speed of native
 * code, where the platform deserves it; where its self-test says otherwise, `verifyEd25519` itself.
 */
import type { LiveVerify } from "@tau-edge/ports";
import { liveEd25519Fault, rememberGoodKeys, verifyEd25519 } from "@tau-edge/signature";
import { passesSelfTest } from "./self-test.ts";
import { webCryptoVerify } from "./webcrypto-verify.ts";

export interface LiveVerifierOptions {
  /** Default: WebCrypto's. */
  readonly platformVerify?: LiveVerify;
  /** Keys that are checked once and remembered. */
  readonly keysMax: number;
}

export interface LiveVerifier {
  readonly verify: LiveVerify;
  readonly by: "platform" | "portable";
}

/** Once for each process, before the first request. */
export async function openLiveVerifier(options: LiveVerifierOptions): Promise<LiveVerifier> {
  const { keysMax, platformVerify = webCryptoVerify(keysMax) } = options;
  const checkKey = rememberGoodKeys(keysMax);
  const platform: LiveVerify = (signature, message, publicKey) =>
    liveEd25519Fault(signature, publicKey, checkKey) === undefined && platformVerify(signature, message, publicKey);
  if (await passesSelfTest(platform)) return { verify: platform, by: "platform" };
  return {
    verify: (signature, message, publicKey) => verifyEd25519(signature, message, publicKey, checkKey).ok,
    by: "portable",
  };
}
