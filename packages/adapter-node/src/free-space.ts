/** Free space where the state directory lies, or will lie. */
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Space } from "@tau-edge/ports";
import { posixCode } from "./file-system.ts";

export class FreeSpace implements Space {
  readonly #home: string;

  constructor(stateDir: string) {
    this.#home = resolve(stateDir);
  }

  async freeBytes(): Promise<number | undefined> {
    for (let place = this.#home; ; place = dirname(place)) {
      try {
        // What is left for those who are not root.
        const { bavail, bsize } = await statfs(place);
        return bavail * bsize;
      } catch (error) {
        if (posixCode(error) !== "ENOENT" || place === dirname(place)) return undefined;
      }
    }
  }
}
