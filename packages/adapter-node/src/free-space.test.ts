import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FreeSpace } from "./free-space.ts";

describe("free space", () => {
  it("is that of the nearest directory that exists", async () => {
    expect(await new FreeSpace(tmpdir()).freeBytes()).toBeGreaterThan(0);
    expect(await new FreeSpace(join(tmpdir(), "nobody", "made", "this")).freeBytes()).toBeGreaterThan(0);
  });

  it("is unknown where nothing can be asked", async () => {
    expect(await new FreeSpace("/dev/null/below-a-file").freeBytes()).toBeUndefined();
  });
});
