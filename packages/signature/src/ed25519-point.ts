/** Is this encoding a point that honest software makes? The one check that keys and signatures share. */
import { ed25519 } from "@noble/curves/ed25519.js";

export type PointFault = "not_canonical" | "not_on_curve" | "small_order" | "mixed_order";

/** Length of an encoded point (RFC 8032 section 5.1.2). */
export const POINT_BYTES = 32;

/** `undefined` when the point has the order L of the group; `bytes` has 32 bytes. */
export function pointFault(bytes: Uint8Array): PointFault | undefined {
  if (!isBelowP(bytes)) return "not_canonical";
  // RFC 8032 section 5.1.3, step 4: x = 0 has no sign. These are the points with y = 1 and y = -1.
  if (isSigned(bytes) && (isY(bytes, 0x01, 0x00, 0x00) || isY(bytes, 0xec, 0xff, 0x7f))) return "not_canonical";
  const point = decode(bytes);
  if (point === undefined) return "not_on_curve";
  if (point.isSmallOrder()) return "small_order";
  return point.isTorsionFree() ? undefined : "mixed_order";
}

function isSigned(bytes: Uint8Array): boolean {
  return (byteAt(bytes, POINT_BYTES - 1) & 0x80) !== 0;
}

/** y < p = 2^255 - 19 (RFC 8032 section 5.1.3, step 1): little-endian, without the sign bit. */
function isBelowP(bytes: Uint8Array): boolean {
  if ((byteAt(bytes, POINT_BYTES - 1) & 0x7f) !== 0x7f) return true;
  for (let i = POINT_BYTES - 2; i > 0; i--) if (byteAt(bytes, i) !== 0xff) return true;
  return byteAt(bytes, 0) < 0xed;
}

function isY(bytes: Uint8Array, first: number, middle: number, last: number): boolean {
  if (byteAt(bytes, 0) !== first || (byteAt(bytes, POINT_BYTES - 1) & 0x7f) !== last) return false;
  for (let i = 1; i < POINT_BYTES - 1; i++) if (byteAt(bytes, i) !== middle) return false;
  return true;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** Length and range are checked, so the only thing that the library can still refuse is a y without an x. */
function decode(bytes: Uint8Array): InstanceType<typeof ed25519.Point> | undefined {
  try {
    return ed25519.Point.fromBytes(bytes, false);
  } catch {
    return undefined;
  }
}
