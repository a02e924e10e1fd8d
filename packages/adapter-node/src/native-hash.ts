/**
 * SHA-256 by the platform. Asked for as text, because every other way makes objects that cost more than the hash of a
 * record: on Node twice as fast as `createHash`, on Deno too.
 */
import { hash } from "node:crypto";
import { fromHex, type Sha256 } from "@tau-edge/encoding";

export const nativeSha256: Sha256 = (bytes) => fromHex(hash("sha256", bytes, "hex"));
