/** Whether two secrets are the same, in a time that says nothing about where they differ. */
import { sha256 } from "@tau-edge/encoding";

/**
 * Compares digests, so that neither the length nor a common beginning can be felt. JavaScript promises no constant time;
 * but what varies here depends on a hash that nobody can steer.
 */
export function sameSecret(a: Uint8Array, b: Uint8Array): boolean {
  const left = sha256(a);
  const right = sha256(b);
  let difference = 0;
  for (let i = 0; i < left.length; i++) difference |= (left[i] ?? 0) ^ (right[i] ?? 0);
  return difference === 0;
}
