/** Is this encoding a point that honest software makes? The one check that keys and signatures share. */
import { ed25519 } from "@noble/curves/ed25519.js";

export type PointFault = "not_canonical" | "not_on_curve" | "small_order" | "mixed_order";

/** Length of an encoded point (RFC 8032 section 5.1.2). */
export const POINT_BYTES = 32;

/** `undefined` when the point has the order L of the group; `bytes` has 32 bytes. */
export function pointFault(bytes: Uint8Array): PointFault | undefined {
  if (!isCanonical(bytes)) return "not_canonical";
  const point = decode(bytes);
  if (point === undefined) return "not_on_curve";
  if (point.isSmallOrder()) return "small_order";
  return point.isTorsionFree() ? undefined : "mixed_order";
}

/**
 * What of `pointFault` needs no arithmetic: a microsecond in the place of a millisecond. `undefined` says neither that the
 * bytes are a point nor that its order is L.
 */
export function quickPointFault(bytes: Uint8Array): "not_canonical" | "small_order" | undefined {
  if (!isCanonical(bytes)) return "not_canonical";
  return SMALL_ORDER_Y.some((y) => isSameY(bytes, y)) ? "small_order" : undefined;
}

function isCanonical(bytes: Uint8Array): boolean {
  if (!isBelowP(bytes)) return false;
  // RFC 8032 section 5.1.3, step 4: x = 0 has no sign. These are the points with y = 1 and y = -1.
  return !(isSigned(bytes) && [ONE, MINUS_ONE].some((y) => isSameY(bytes, y)));
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

/** Whatever the sign of x. */
function isSameY(bytes: Uint8Array, y: readonly number[]): boolean {
  if ((byteAt(bytes, POINT_BYTES - 1) & 0x7f) !== y[POINT_BYTES - 1]) return false;
  for (let i = 0; i < POINT_BYTES - 1; i++) if (byteAt(bytes, i) !== y[i]) return false;
  return true;
}

const ONE: readonly number[] = [0x01, ...new Array<number>(31).fill(0)];
const MINUS_ONE: readonly number[] = [0xec, ...new Array<number>(30).fill(0xff), 0x7f];

/**
 * The y of the eight points of small order, little-endian: one of order 1 and one of order 2 (x = 0), two of order 4
 * (y = 0), and four of order 8, whose y are each other's negatives.
 */
const SMALL_ORDER_Y: readonly (readonly number[])[] = [
  ONE,
  MINUS_ONE,
  new Array<number>(32).fill(0),
  [
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac,
    0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
  ],
  [
    0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53,
    0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
  ],
];

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
