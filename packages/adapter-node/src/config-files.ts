/** Files that an operator names: a configuration and the secrets beside it. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";

export const configFiles = {
  /**
   * Follows symbolic links, because mounted secrets are laid out with them; and waits for nobody at the other end of a FIFO.
   * @throws Error with a POSIX `code`: EFTYPE for what is no file, EFBIG above `size_bytes_max`, or what opening throws
   */
  async read(path: string, size_bytes_max: number): Promise<Uint8Array> {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) throw failure("EFTYPE", "it is not a file");
      // One byte more than it may have: its size may change after it was looked at.
      const bytes = new Uint8Array(size_bytes_max + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
        if (bytesRead === 0) return bytes.slice(0, length);
        length += bytesRead;
        if (length > size_bytes_max) throw failure("EFBIG", `it has more than ${size_bytes_max} bytes`);
      }
    } finally {
      await file.close();
    }
  },

  /** A path that stands in a file, as seen from where that file lies. */
  beside: (file: string, path: string): string => resolve(dirname(file), path),
};

function failure(code: "EFTYPE" | "EFBIG", message: string): Error {
  return Object.assign(new Error(message), { code });
}
