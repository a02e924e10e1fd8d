/** A core module that a person can check by hand: `(func (export "add") (param i32 i32) (result i32) …)`. */
import { encodeUtf8 } from "@tau-edge/encoding";

export const ADDING_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 7, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f],
  ...[3, 2, 1, 0],
  ...[7, 7, 1, 3, ...encodeUtf8("add"), 0, 0],
  ...[10, 9, 1, 7, 0, 0x20, 0, 0x20, 1, 0x6a, 0x0b],
);
