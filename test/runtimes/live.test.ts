/** Node: one verdict about signatures; and that the forgeries are such as a lenient verifier takes. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { encodeUtf8 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { FORGED_SIGNATURE, forgeryOf, SMALL_ORDER_KEYS } from "./live-cases.ts";
import { liveSuite } from "./live-suite.ts";

liveSuite({ test: (name, run) => it(name, run) });

it.each(SMALL_ORDER_KEYS)("live signatures: whoever does not look at the key takes the forgeries of %s", (hex) => {
  const { key, didJwt, proof } = forgeryOf(hex);
  for (const text of [didJwt, proof]) {
    const message = encodeUtf8(text.slice(0, text.lastIndexOf(".")));
    expect(ed25519.verify(FORGED_SIGNATURE, message, key, { zip215: true })).toBe(true);
  }
});
