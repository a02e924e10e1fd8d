/** A range of an open file as a web stream that reads only what is asked for and closes the file when it ends. */
import type { FileHandle } from "node:fs/promises";
import { READ_PIECE_BYTES } from "./limits.ts";

export function fileStream(handle: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  let position = start;
  let closed = false;
  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    await handle.close();
  }
  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const wanted = Math.min(READ_PIECE_BYTES, end - position);
    if (wanted > 0) {
      const piece = new Uint8Array(wanted);
      const { bytesRead } = await handle.read(piece, 0, wanted, position);
      if (bytesRead === 0) throw new Error(`the file ended at byte ${position}, before byte ${end}`);
      position += bytesRead;
      controller.enqueue(piece.subarray(0, bytesRead));
    }
    if (position < end) return;
    controller.close();
    await close();
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          await pull(controller);
        } catch (error) {
          await close().catch(() => undefined);
          controller.error(error);
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
