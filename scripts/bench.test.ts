/** Every file of test/bench is a benchmark that loads: a broken one would be found only when somebody wants its figure. */
import { globSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = globSync("test/bench/*.ts", { cwd: root }).filter((path) => basename(path) !== "row.ts");

describe("benchmarks", () => {
  it("are there", () => {
    expect(files.length).toBeGreaterThan(3);
  });

  for (const path of files) {
    it(`${path} has one`, async () => {
      const module: unknown = await import(pathToFileURL(`${root}/${path}`).href);
      expect(module).toHaveProperty("bench", expect.any(Function));
    });
  }
});
