/** As much space as a test says. */
import type { Space } from "@tau-edge/ports";

export class MemorySpace implements Space {
  free_bytes: number | undefined;

  constructor(free_bytes: number | undefined = 2 ** 40) {
    this.free_bytes = free_bytes;
  }

  async freeBytes(): Promise<number | undefined> {
    return this.free_bytes;
  }
}
