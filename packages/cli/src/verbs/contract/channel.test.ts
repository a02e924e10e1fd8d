import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../../cli.test-helper.ts";
import { cloudCase, fixtureText, malformedCase } from "../../contract/fixtures.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const CHANNEL = ".tau/deployment/channel-store/deployment/web";

async function cycle(...cases: readonly object[]): Promise<void> {
  writeFileSync(join(at.dir, "f.json"), fixtureText(cases));
  await at.run("run", "--fixture", "f.json");
}

describe("channel inspect", () => {
  it("counts what was said about a blueprint's cases", async () => {
    await cycle(cloudCase("a"), malformedCase("b"));
    appendFileSync(join(at.dir, CHANNEL, "context.jsonl"), "torn\n");
    const run = await at.run("channel", "inspect", "deployment/web", "--json");
    expect(run.exitCode).toBe(0);
    expect(run.json()).toMatchObject({
      channel: "deployment/web",
      found: "ours",
      log: { records: 2, invalid_lines: 0 },
      context: { records: 2, invalid_lines: 1 },
      memory_exists: true,
    });
    const words = await at.run("channel", "inspect", "deployment/web");
    expect(words.stdout).toMatch(/context +2 lines, 1 line cannot be read\n/);
  });

  it("creates nothing where no case has run", async () => {
    const run = await at.run("channel", "inspect", "deployment/web", "--json");
    expect([run.exitCode, run.json()]).toMatchObject([0, { found: "none", log: { records: 0 }, memory_exists: false }]);
    expect(readdirSync(at.dir)).toEqual([]);
  });

  it("knows blueprints by their names, whatever is in them (W-17)", async () => {
    await cycle(cloudCase("a", blueprint("b.c/d")), cloudCase("b", blueprint("v1.2")), cloudCase("c", blueprint("ü")));
    for (const name of ["b.c/d", "v1.2", "ü"])
      expect((await at.run("channel", "inspect", `deployment/${name}`, "--json")).json()).toMatchObject({
        log: { records: 1 },
      });
  });

  it("reads what the original left as well", async () => {
    const original = join(at.dir, ".tau/deployment/channel-store/channels/deployment/web");
    mkdirSync(original, { recursive: true });
    writeFileSync(join(original, "log.jsonl"), "{}\n{}\n");
    await cycle(cloudCase("a"));
    expect((await at.run("channel", "inspect", "deployment/web", "--json")).json()).toMatchObject({
      found: "both",
      log: { records: 3 },
    });
  });
});

describe("channel repair", () => {
  it("moves lines that cannot be read beside the log, and leaves the others", async () => {
    await cycle(cloudCase("a"));
    const log = join(at.dir, CHANNEL, "log.jsonl");
    const before = readFileSync(log, "utf8");
    writeFileSync(log, `torn\n${before}`);
    const run = await at.run("channel", "repair", "deployment/web", "--json");
    expect(run.exitCode).toBe(0);
    expect(run.json()).toMatchObject({
      channel: "deployment/web",
      repaired: [{ path: log, corrupt_path: expect.stringMatching(/log\.jsonl\.\d+\.corrupt$/), removed_lines: 1 }],
    });
    expect(readFileSync(log, "utf8")).toBe(before);
    expect((await at.run("channel", "repair", "deployment/web")).stdout).toBe(
      "deployment/web: every line can be read\n",
    );
  });

  it("creates nothing where there is nothing to repair, and lets nobody interrupt it where there is", async () => {
    expect((await at.run("channel", "repair", "deployment/web")).exitCode).toBe(0);
    expect(readdirSync(at.dir)).toEqual([]);
    await cycle(cloudCase("a"));
    let protectedWrites = 0;
    const uninterrupted = <T>(work: () => Promise<T>): Promise<T> => {
      protectedWrites++;
      return work();
    };
    await at.runWith({ uninterrupted }, "channel", "repair", "deployment/web");
    expect(protectedWrites).toBe(1);
  });
});

it.each([
  [["channel"]],
  [["channel", "inspect"]],
  [["channel", "inspect", "web"]],
  [["channel", "inspect", "deployment/"]],
  [["channel", "inspect", "deployment/ "]],
  [["channel", "inspect", "slack/web"]],
  [["channel", "repair", "web"]],
  [["channel", "delete", "deployment/web"]],
  [["channel", "inspect", "deployment/web", "--state-dir", ""]],
] as const)("%j is a usage error", async (argv) => {
  expect((await at.run(...argv)).exitCode).toBe(2);
  expect(readdirSync(at.dir)).toEqual([]);
});

/** A case of another blueprint, which its answer names too. */
function blueprint(blueprint_id: string): { readonly [field: string]: unknown } {
  const { expected } = cloudCase("x");
  const { response_body, ...rest } = expected as { response_body: object };
  return { blueprint_id, expected: { ...rest, response_body: { ...response_body, blueprint_id } } };
}
