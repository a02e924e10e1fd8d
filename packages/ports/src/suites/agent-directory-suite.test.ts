import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { agentDirectorySuite } from "./agent-directory-suite.ts";
import { failuresOf } from "./failures.ts";
import { FlawedStore, flawedDirectory } from "./flawed-directory.test-helper.ts";

const source = readFileSync(new URL("flawed-directory.test-helper.ts", import.meta.url), "utf8");
const FLAWS = [...new Set([...source.matchAll(/sound\("([^"]+)"\)/g)].map(([, flaw = ""]) => flaw))];

function run(flaw?: string) {
  return failuresOf((t) =>
    agentDirectorySuite(t, async () => {
      const store = new FlawedStore();
      const make = () => flawedDirectory(store, flaw);
      return { directory: make(), reopen: async () => make(), close: async () => undefined };
    }),
  );
}

it("a sound directory passes", async () => {
  expect((await run()).failed).toEqual([]);
});

it("a directory that forgets what other processes wrote fails", async () => {
  const { failed } = await failuresOf((t) =>
    agentDirectorySuite(t, async () => {
      const make = () => flawedDirectory(new FlawedStore());
      return { directory: make(), reopen: async () => make(), close: async () => undefined };
    }),
  );
  expect(failed.length).toBeGreaterThan(5);
});

describe("the suite fails for a directory without", () => {
  it("what makes it sound: there are many flaws to have", () => {
    expect(FLAWS.length).toBeGreaterThan(50);
  });

  it.each(FLAWS)("%s", async (flaw) => {
    const { failed, count } = await run(flaw);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(count);
  });
});
