import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../../cli.test-helper.ts";
import { cloudCase, fixtureText } from "../../contract/fixtures.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const HEALTH = { updated_unix_ms: 1_767_225_600_000, last_cycle_completed: 1, failure_streak: 2, last_cycle_failed: 1 };
const ROLLOUT = { case_key: "container:native:staging:web:old", case_id: "old", blueprint_id: "web", mine: [1.0] };
const ORIGINAL = JSON.stringify(
  {
    schema_version: 1,
    processed_case_keys: ["wasm:production:older", "container:native:staging:web:old"],
    rollouts: [ROLLOUT],
    health: HEALTH,
    unknown: { key: "kept" },
  },
  undefined,
  2,
);

function plantOriginal(dir: string): void {
  const channel = join(at.dir, dir, "channel-store/channels/deployment/web");
  mkdirSync(channel, { recursive: true });
  writeFileSync(join(at.dir, dir, "state.json"), ORIGINAL);
  writeFileSync(join(at.dir, dir, "runtime-events.jsonl"), '{"timestamp_unix_ms":5,"failed_cases":1}\n');
  writeFileSync(join(channel, "log.jsonl"), "{}\n");
}

const read = (path: string) => readFileSync(join(at.dir, path), "utf8");

describe("state import", () => {
  it("takes over what stands in the state directory, once", async () => {
    plantOriginal(".tau/deployment");
    const first = await at.run("state", "import", "--json");
    expect(first.exitCode).toBe(0);
    expect(first.json()).toMatchObject({
      outcome: "imported",
      processed_case_count: 2,
      rollout_count: 1,
      copied_files: [],
      record: { stream: "default/contract/cycles", seq: 0 },
    });
    expect((await at.run("state", "import", ".tau/deployment/", "--json")).json()).toMatchObject({
      outcome: "unchanged",
    });
    expect((await at.run("status", "--json")).json()).toMatchObject({ processed_case_count: 2, health: HEALTH });
  });

  it("copies a state directory of the original, and leaves that one as it was", async () => {
    plantOriginal("old");
    const run = await at.run("state", "import", "old", "--state-dir", "new");
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^imported {2}new\n/);
    expect(run.stdout).toMatch(/copied +3 files\n/);
    expect(read("old/state.json")).toBe(ORIGINAL);
    expect(readdirSync(join(at.dir, "old")).sort()).toEqual(["channel-store", "runtime-events.jsonl", "state.json"]);
    expect((await at.run("channel", "inspect", "deployment/web", "--state-dir", "new", "--json")).json()).toMatchObject(
      {
        found: "original",
        log: { records: 1 },
      },
    );
  });

  it("keeps what it takes over when a cycle runs: unknown keys, done cases, the streak", async () => {
    plantOriginal(".tau/deployment");
    await at.run("state", "import");
    writeFileSync(join(at.dir, "f.json"), fixtureText([cloudCase("old"), cloudCase("new")]));
    const run = await at.run("run", "--fixture", "f.json", "--json");
    expect(run.json()).toMatchObject({ duplicate_skips: 1, applied_cases: 1 });
    const state = JSON.parse(read(".tau/deployment/state.json"));
    expect(state.unknown).toEqual({ key: "kept" });
    expect(state.rollouts.map(({ case_id }: { case_id: string }) => case_id)).toEqual(["new", "old"]);
    expect(state.processed_case_keys).toContain("wasm:production:older");
  });

  it("takes no directory that holds the state directory, nor one in it: each would copy itself", async () => {
    plantOriginal("old");
    expect((await at.run("state", "import", "old", "--state-dir", "old/new")).exitCode).toBe(2);
    expect((await at.run("state", "import", "old/channel-store", "--state-dir", "old")).exitCode).toBe(2);
    expect(readdirSync(join(at.dir, "old")).sort()).toEqual(["channel-store", "runtime-events.jsonl", "state.json"]);
  });

  it("says that there is nothing where no cycle has left anything", async () => {
    mkdirSync(join(at.dir, "old"));
    expect((await at.run("state", "import", "old")).stdout).toMatch(/^nothing to import/);
  });

  it("keeps what cannot be read, and ends with 4", async () => {
    plantOriginal("old");
    writeFileSync(join(at.dir, "old/state.json"), '{"schema_version":2}');
    const run = await at.run("state", "import", "old", "--json");
    expect([run.exitCode, run.json()]).toMatchObject([4, { code: "state_newer" }]);
  });
});

describe("state export", () => {
  it("gives back what was imported, byte for byte, at the original's places", async () => {
    plantOriginal(".tau/deployment");
    await at.run("state", "import");
    const run = await at.run("state", "export", "back", "--json");
    expect(run.exitCode).toBe(0);
    expect(run.json()).toMatchObject({
      state: "imported",
      files: ["channel-store/channels/deployment/web/log.jsonl", "runtime-events.jsonl", "state.json"],
    });
    expect(read("back/state.json")).toBe(ORIGINAL);
  });

  it("writes what cycles have left since, without what is ours", async () => {
    writeFileSync(join(at.dir, "f.json"), fixtureText([cloudCase("a")]));
    await at.run("run", "--fixture", "f.json");
    const run = await at.run("state", "export", "back");
    expect(run.stdout).toMatch(/state\.json +written for the original/);
    expect(JSON.parse(read("back/state.json"))).not.toHaveProperty("tau_edge");
    expect(readdirSync(join(at.dir, "back/channel-store/channels/deployment"))).toEqual(["web"]);
  });

  it("writes into an empty directory only", async () => {
    plantOriginal(".tau/deployment");
    const run = await at.run("state", "export", ".tau", "--json");
    expect([run.exitCode, run.json()]).toMatchObject([3, { code: "not_empty" }]);
    expect((await at.run("state", "export", ".tau/../.tau/deployment")).exitCode).toBe(2);
    expect((await at.run("state", "export", ".tau/deployment/channel-store/out")).exitCode).toBe(2);
    expect(readdirSync(join(at.dir, ".tau"))).toEqual(["deployment"]);
    writeFileSync(join(at.dir, "file"), "mine");
    expect((await at.run("state", "export", "file")).exitCode).toBe(1);
    expect(read("file")).toBe("mine");
  });
});

it.each([
  ["state", "export", "x".repeat(300)],
  ["state", "import", "x".repeat(300)],
  ["run", "--fixture", "x".repeat(300)],
])("%s %s of what the file system does not even look up is an error with a code of ours", async (...argv) => {
  plantOriginal("old");
  const run = await at.run(...argv, "--state-dir", "old", "--json");
  expect([run.exitCode, run.json()]).toMatchObject([1, { code: "file_unreadable" }]);
});

it.each([
  [["state"], 2],
  [["state", "import", "nope"], 1],
  [["state", "import", ""], 2],
  [["state", "import", "a", "b"], 2],
  [["state", "export"], 2],
  [["state", "export", "a"], 1],
  [["state", "export", ""], 2],
  [["state", "export", "a", "--dry-run"], 2],
  [["state", "move", "a"], 2],
] as const)("%j ends with %i", async (argv, exitCode) => {
  expect((await at.run(...argv)).exitCode).toBe(exitCode);
  expect(readdirSync(at.dir)).toEqual([]);
});
