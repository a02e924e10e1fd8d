/**
 * The bytes of a request's body, counted while they arrive: Content-Length is what the client says, and in a chunked
 * request it says nothing.
 */
export type BodyBytes = Uint8Array | "too_large" | "too_slow" | "broken_off";

/** @param msMax for the whole body, because a client may send one byte at a time */
export async function readBodyBytes(request: Request, bytesMax: number, msMax: number): Promise<BodyBytes> {
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const over = Promise.withResolvers<"too_slow">();
  const timer = setTimeout(() => over.resolve("too_slow"), msMax);
  try {
    const bytes = await collect(reader, bytesMax, over.promise);
    if (typeof bytes === "string") reader.cancel().catch(() => undefined);
    return bytes;
  } catch {
    // The client is gone, or sent a chunk that is none.
    return "broken_off";
  } finally {
    clearTimeout(timer);
  }
}

async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  bytesMax: number,
  over: Promise<"too_slow">,
): Promise<Uint8Array | "too_large" | "too_slow"> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const read = await Promise.race([reader.read(), over]);
    if (read === "too_slow") return read;
    if (read.done) return joined(pieces, length);
    length += read.value.length;
    if (length > bytesMax) return "too_large";
    pieces.push(read.value);
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
