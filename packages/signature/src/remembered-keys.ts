/** Keys come again and again; whether one is good does not change. */
import { toBase64url } from "@tau-edge/encoding";
import { checkEd25519PublicKey, type Ed25519KeyCheck } from "./ed25519.ts";

/**
 * A key check that looks at each good key once, for `verifyEd25519`. Bad keys are not remembered: there are as many as
 * somebody likes to send. Beyond `keysMax` the key that was first seen longest ago is forgotten, and checked again.
 */
export function rememberGoodKeys(keysMax: number, check: Ed25519KeyCheck = checkEd25519PublicKey): Ed25519KeyCheck {
  const good = new Set<string>();
  return (publicKey) => {
    const name = toBase64url(publicKey);
    if (good.has(name)) return "ok";
    const found = check(publicKey);
    if (found === "ok") remember(name);
    return found;
  };

  function remember(name: string): void {
    for (const oldest of good) {
      if (good.size < keysMax) break;
      good.delete(oldest);
    }
    good.add(name);
  }
}
