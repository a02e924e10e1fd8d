import fc from "fast-check";
import { expect, it } from "vitest";
import { sameSecret } from "./equal-secrets.ts";

it("says whether two secrets are the same, whatever their lengths", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 80 }), (a, b) => {
      expect(sameSecret(a, a.slice())).toBe(true);
      expect(sameSecret(a, b)).toBe(Buffer.compare(a, b) === 0);
      expect(sameSecret(a, Uint8Array.of(...a, 0))).toBe(false);
    }),
  );
});

it("sees a difference in any byte", () => {
  const secret = new Uint8Array(32).fill(5);
  for (let at = 0; at < secret.length; at++) expect(sameSecret(secret, secret.with(at, 6))).toBe(false);
});

it("looks at all of the digests: of a thousand pairs no two are the same", () => {
  const secrets = Array.from({ length: 1_000 }, (_, i) => Uint8Array.of(i & 0xff, i >> 8));
  for (const [i, secret] of secrets.entries())
    expect(sameSecret(secret, secrets[i - 1] ?? Uint8Array.of())).toBe(false);
});
