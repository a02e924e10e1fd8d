/** Numbers as the 8 bytes that objects carry: IEEE 754 binary64, big-endian. */

/** One NaN, as in RFC 8949 section 4.2.2: the bits of the others are left to the engine. */
const NAN_BYTES = [0x7f, 0xf8, 0, 0, 0, 0, 0, 0];

export function toBinary64(value: number): Uint8Array {
  if (Number.isNaN(value)) return Uint8Array.from(NAN_BYTES);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

/** @param bytes 8 of them */
export function fromBinary64(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(0);
}
