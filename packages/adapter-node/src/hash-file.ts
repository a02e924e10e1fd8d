/** SHA-256 of a file of any size, piece by piece. */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { READ_PIECE_BYTES } from "./limits.ts";

export async function hashOfFile(path: string): Promise<Uint8Array> {
  const handle = await open(path, "r");
  try {
    return await hashOfHandle(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

/** Hashes from the beginning; the position of the handle is not moved. */
export async function hashOfHandle(handle: FileHandle, size_bytes: number): Promise<Uint8Array> {
  const hash = createHash("sha256");
  const piece = new Uint8Array(Math.min(READ_PIECE_BYTES, size_bytes));
  for (let position = 0; position < size_bytes; ) {
    const { bytesRead } = await handle.read(piece, 0, piece.length, position);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    position += bytesRead;
  }
  return new Uint8Array(hash.digest());
}
