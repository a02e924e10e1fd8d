/** How a password becomes a key, where somebody waits for it and others must not. */
import type { ScryptCost } from "@tau-edge/identity";

/**
 * scrypt (RFC 7914), the same bytes as `KeyDerivation.scrypt`. It takes a quarter of a second, in which the process goes on
 * with everything else.
 */
export type Stretch = (passphrase: Uint8Array, salt: Uint8Array, cost: ScryptCost) => Promise<Uint8Array>;
