/// <reference types="@cloudflare/workers-types" />
/**
 * Of two declarations the compiler prefers the later one, so the Workers types are named above. They say that `encode`
 * may give bytes in shared memory; WHATWG Encoding section 8.2 says that it gives a new Uint8Array of its own. The core
 * packages rely on that.
 */
interface TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
