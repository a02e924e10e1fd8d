/** `tau-edge migrate` on a state directory of version 1, and what every other verb does with one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ledgerPath, openState, windowsPath } from "@tau-edge/adapter-node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fixture, makeWorkplace, type Workplace } from "../../packages/cli/src/cli.test-helper.ts";
import { openShop, PLAN_FILE, QUICK_POLICY } from "../../packages/cli/src/verbs/rollout/rollout.test-helper.ts";
import { filesOf } from "./state-files.ts";
import { makeVersion1, schemaIn } from "./version-1.ts";

const STATE = ".tau/deployment";

/** With a package, a release, a rollout with observations, a cycle and an identity, all of version 1. */
let template: Workplace;
beforeAll(async () => {
  const shop = await openShop();
  shop.plan({ policy: QUICK_POLICY });
  const id = await shop.start("--accept-noise");
  await shop.run("rollout", "run", "--once");
  await shop.observe(id, 10, 0);
  await shop.run("run", "--fixture", join(import.meta.dirname, "../../wasm-fixtures/contract/01-one-case.json"));
  makeVersion1(join(shop.dir, STATE));
  template = shop;
});
afterAll(() => template.leave());

let at: Workplace;
let stateDir: string;
beforeEach(() => {
  at = makeWorkplace();
  stateDir = join(at.dir, STATE);
  cpSync(template.dir, at.dir, { recursive: true });
});
afterEach(() => at.leave());

const migrate = async (...argv: readonly string[]) => {
  const run = await at.run("migrate", ...argv, "--json");
  return { exitCode: run.exitCode, document: run.json() };
};

/** Everything but what a lock folds into a database, and what is kept for undos. */
const files = () => filesOf(stateDir);

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

describe("a state directory of version 1", () => {
  it("is refused by every verb that writes, before anything is written", async () => {
    const before = files();
    for (const argv of [
      ["package", fixture("c-component")],
      ["rollout", "start", PLAN_FILE, "--environment", "dev"],
      ["run", "--fixture", join(import.meta.dirname, "../../wasm-fixtures/contract/01-one-case.json")],
      ["serve", "--port", "0"],
      ["freeze", "dev/shop", "--reason", "test"],
    ]) {
      const run = await at.run(...argv, "--json");
      expect([argv[0], run.exitCode, run.json()]).toMatchObject([
        argv[0],
        4,
        { code: "ledger_older", remedy: `tau-edge migrate run --state-dir '${stateDir}'` },
      ]);
    }
    expect(files()).toEqual(before);
  });

  it("is read by every verb that looks", async () => {
    for (const argv of [
      ["rollout", "list"],
      ["release", "list", "shop"],
      ["history", "dev"],
      ["health"],
      ["status"],
      ["channel", "inspect", "deployment/edge-wasm"],
    ])
      expect([argv, (await at.run(...argv)).exitCode]).toEqual([argv, 0]);
  });

  it("is named by the doctor, with what to do", async () => {
    const run = await at.run("doctor", "--json");
    expect(run.json()).toMatchObject({
      checks: expect.arrayContaining([
        {
          name: "schemas",
          status: "note",
          detail: "ledger: schema 1, this version writes 2",
          remedy: `tau-edge migrate run --state-dir ${STATE}`,
        },
      ]),
    });
    expect(run.exitCode).toBe(0);
  });

  it("is planned for without being touched", async () => {
    const before = readFileSync(ledgerPath(stateDir));
    const { exitCode, document } = await migrate("plan");
    expect(document).toMatchObject({ steps: [{ store: "ledger", from: 1, to: 2 }] });
    expect(exitCode).toBe(0);
    expect(readFileSync(ledgerPath(stateDir))).toEqual(before);
    expect((await at.run("migrate", "plan")).stdout).toContain("schema 1");
  });
});

describe("migrate run", () => {
  it("keeps every record, writes what it did into the ledger, and lets everybody write again", async () => {
    const { exitCode, document } = await migrate("run");
    expect([exitCode, document]).toMatchObject([0, { outcome: "migrated", undo: "tau-edge/undo/1" }]);
    expect(schemaIn(stateDir)).toBe(2);
    const state = await openState(stateDir);
    const [record] = (await state.ledger.read("system", 0, 10)).filter(({ record }) => record.type === "migrated");
    expect(record?.record.body).toMatchObject({ store: "ledger", from: 1, to: 2, undo: 1 });
    await state.close();
    expect((await at.run("package", fixture("c-component"), "--blueprint", "other", "--no-deep")).exitCode).toBe(0);
    expect((await at.run("doctor")).exitCode).toBe(0);
    expect(await migrate("run")).toMatchObject({ exitCode: 0, document: { outcome: "nothing" } });
  });

  it("only checks with --dry-run", async () => {
    await migrate("run", "--dry-run");
    const before = files();
    expect(await migrate("run", "--dry-run")).toMatchObject({ exitCode: 0, document: { outcome: "would_migrate" } });
    expect(files()).toEqual(before);
    expect([schemaIn(stateDir), existsSync(join(stateDir, "tau-edge/undo"))]).toEqual([1, false]);
  });

  it("has nothing to do where there was never a ledger, and makes nothing", async () => {
    rmSync(stateDir, { recursive: true });
    expect(await migrate("run")).toMatchObject({ exitCode: 0, document: { outcome: "nothing" } });
    expect(existsSync(stateDir)).toBe(false);
    expect(await migrate("undo")).toMatchObject({ exitCode: 3, document: { code: "undo_absent" } });
  });

  it("does nothing at all when any store is newer, and names it", async () => {
    for (const [sabotage, code, named] of [
      [() => change(windowsPath(stateDir), "PRAGMA user_version = 99"), "windows_newer", "windows.db"],
      [() => change(ledgerPath(stateDir), "PRAGMA user_version = 99"), "ledger_newer", "ledger.db"],
      [() => writeFileSync(join(stateDir, "state.json"), '{"schema_version":2}'), "state_newer", "state.json"],
      [() => writeFileSync(join(stateDir, "browser-did.json"), '{"schema_version":2}'), "state_newer", "browser-did"],
      [() => mkdirSync(join(stateDir, "tau-edge/objects/blake3")), "state_newer", "blake3"],
    ] as const) {
      rmSync(at.dir, { recursive: true });
      cpSync(template.dir, at.dir, { recursive: true });
      sabotage();
      const before = files();
      for (const verb of ["plan", "run", "undo"]) {
        const { exitCode, document } = await migrate(verb);
        expect([verb, exitCode, document]).toMatchObject([verb, 4, { code, at: expect.stringContaining(named) }]);
      }
      expect(files()).toEqual(before);
    }
  });

  it("refuses a ledger that is not sound, and leaves it as it is", async () => {
    change(ledgerPath(stateDir), "UPDATE record SET bytes = zeroblob(40) WHERE seq = 1");
    const { exitCode, document } = await migrate("run");
    expect([exitCode, document]).toMatchObject([4, { code: "ledger_corrupt" }]);
    expect([schemaIn(stateDir), existsSync(join(stateDir, "tau-edge/undo"))]).toEqual([1, false]);
  });

  it("takes everything back when the tables are not those of the schema", async () => {
    change(ledgerPath(stateDir), "CREATE INDEX foreign_index ON record (hash)");
    expect(await migrate("run")).toMatchObject({ exitCode: 4, document: { code: "ledger_corrupt" } });
    expect(schemaIn(stateDir)).toBe(1);
  });

  it("refuses a link in the state directory, because its tree hash would be another's", async () => {
    symlinkSync("/etc/hostname", join(stateDir, "link"));
    expect(await migrate("run")).toMatchObject({ exitCode: 3, document: { code: "path_escapes" } });
    expect(schemaIn(stateDir)).toBe(1);
  });

  it("refuses a clock that is behind, and takes it with somebody's word", async () => {
    const future = { type: "note", actor: { kind: "local", id: "tester" }, body: {} } as const;
    await migrate("run");
    const state = await openState(stateDir);
    const now_unix_ms = Date.now() + 60 * 60 * 1000;
    await state.ledger.append({ stream: "system", expected_seq: 0, drafts: [future], objects: [], now_unix_ms });
    await state.close();
    makeVersion1(stateDir);
    expect(await migrate("run")).toMatchObject({ exitCode: 3, document: { code: "clock_jump" } });
    expect(schemaIn(stateDir)).toBe(1);
    expect(await migrate("run", "--accept-clock")).toMatchObject({
      exitCode: 0,
      document: { undo: "tau-edge/undo/2" },
    });
    expect(await migrate("undo")).toMatchObject({ exitCode: 0, document: { outcome: "undone" } });
  });

  it("waits for another process that has the state open, and refuses when it stays", async () => {
    const holder = new DatabaseSync(ledgerPath(stateDir), { readOnly: true });
    holder.prepare("SELECT count(*) FROM record").get();
    const refused = await migrate("run");
    expect(refused).toMatchObject({ exitCode: 3, document: { code: "state_in_use" } });
    expect(existsSync(join(stateDir, "tau-edge/undo"))).toBe(false);
    const waiting = migrate("run");
    setTimeout(() => holder.close(), 200);
    expect(await waiting).toMatchObject({ exitCode: 0, document: { outcome: "migrated" } });
  }, 20_000);

  it("is done once by two processes that run it at once", async () => {
    const both = await Promise.all([runInProcess("migrate", "run"), runInProcess("migrate", "run")]);
    const outcomes = both.map(({ document }) => document.outcome ?? document.code).sort();
    expect(outcomes).toContain("migrated");
    expect(["nothing", "state_in_use"]).toContain(outcomes.find((outcome) => outcome !== "migrated"));
    const state = await openState(stateDir);
    expect((await state.ledger.head("system")).seq).toBe(0);
    await state.close();
  });

  it("lets another process that opens the state meanwhile wait, and see the new schema", async () => {
    const [run, packaged] = await Promise.all([
      runInProcess("migrate", "run"),
      runInProcess("package", fixture("c-component"), "--blueprint", "other", "--no-deep"),
    ]);
    // Whoever came first of them found version 1, which is refused, or nobody in the way.
    expect([0, 4]).toContain(packaged.exitCode);
    expect(run.document).toMatchObject({ outcome: "migrated" });
    expect((await at.run("doctor")).exitCode).toBe(0);
  });
});

describe("migrate undo", () => {
  it("gives back every byte, so that the old program opens it and the tree hash is the same", async () => {
    await migrate("run", "--dry-run");
    const before = files();
    const { document: done } = await migrate("run");
    expect(await migrate("undo", "--dry-run")).toMatchObject({ exitCode: 0, document: { outcome: "would_undo" } });
    expect(schemaIn(stateDir)).toBe(2);
    const { exitCode, document } = await migrate("undo");
    expect([exitCode, document]).toMatchObject([0, { outcome: "undone", from: 2, to: 1, tree_hash: treeOf(done) }]);
    expect(files()).toEqual(before);
    expect(schemaIn(stateDir)).toBe(1);
    expect(await migrate("undo")).toMatchObject({ exitCode: 3, document: { code: "undo_absent" } });
    expect((await migrate("run")).document).toMatchObject({ outcome: "migrated", tree_hash: treeOf(done) });
  });

  it.skipIf(process.getuid?.() !== 0)(
    "leaves the ledger to the account whose it is, when root does it (only root can test it)",
    async () => {
      const nobody = 65_534;
      chownSync(ledgerPath(stateDir), nobody, nobody);
      await migrate("run");
      expect(await migrate("undo")).toMatchObject({ exitCode: 0, document: { outcome: "undone" } });
      const { uid, gid } = statSync(ledgerPath(stateDir));
      expect([uid, gid]).toEqual([nobody, nobody]);
    },
  );

  it("refuses when a record was written since, and names its stream", async () => {
    await migrate("run");
    await at.run("package", fixture("c-component"), "--blueprint", "other", "--no-deep");
    expect(await migrate("undo")).toMatchObject({
      exitCode: 3,
      document: { code: "undo_overtaken", at: "default/dev/other#0" },
    });
    expect(schemaIn(stateDir)).toBe(2);
  });

  it("refuses when a privileged act was recorded behind the migration", async () => {
    await migrate("run");
    const state = await openState(stateDir);
    const draft = { type: "clock_accepted", actor: { kind: "local", id: "tester" }, body: {} } as const;
    for (const expected_seq of [0, 1])
      await state.ledger.append({
        ...{ stream: "system", expected_seq, objects: [], drafts: [draft] },
        now_unix_ms: Date.now(),
      });
    await state.close();
    expect(await migrate("undo")).toMatchObject({ exitCode: 3, document: { code: "undo_overtaken" } });
  });

  it("refuses when a file beside the ledger was written since", async () => {
    await migrate("run");
    appendFileSync(join(stateDir, "runtime-events.jsonl"), "{}\n");
    expect(await migrate("undo")).toMatchObject({ exitCode: 3, document: { code: "undo_overtaken" } });
    expect(schemaIn(stateDir)).toBe(2);
  });

  it("takes no notice of whoever only looked", async () => {
    await migrate("run");
    for (const argv of [["rollout", "list"], ["doctor"], ["status"]]) await at.run(...argv);
    expect(await migrate("undo")).toMatchObject({ exitCode: 0, document: { outcome: "undone" } });
  });

  it("refuses what was tampered with, with exit 4, and changes nothing", async () => {
    await migrate("run");
    const undo = join(stateDir, "tau-edge/undo/1");
    for (const name of ["ledger.db", "undo.json"]) {
      const path = join(undo, name);
      const sound = readFileSync(path);
      const size = statSync(path).size;
      for (const offset of [0, Math.floor(size / 2), size - 1]) {
        const bytes = Buffer.from(sound);
        bytes[offset] = (bytes[offset] ?? 0) ^ 1;
        writeFileSync(path, bytes);
        expect(await migrate("undo")).toMatchObject({ exitCode: 4, document: { code: "undo_corrupt" } });
      }
      writeFileSync(path, sound.subarray(0, size - 1));
      expect(await migrate("undo")).toMatchObject({ exitCode: 4, document: { code: "undo_corrupt" } });
      rmSync(path);
      expect(await migrate("undo")).toMatchObject({ exitCode: 3, document: { code: "undo_absent" } });
      symlinkSync("/etc/hostname", path);
      expect((await migrate("undo")).exitCode).toBeGreaterThanOrEqual(3);
      rmSync(path);
      writeFileSync(path, sound);
    }
    expect(schemaIn(stateDir)).toBe(2);
    expect(await migrate("undo")).toMatchObject({ exitCode: 0, document: { outcome: "undone" } });
  });
});

function treeOf(document: unknown): unknown {
  return typeof document === "object" && document !== null && "tree_hash" in document ? document.tree_hash : undefined;
}

interface ProcessRun {
  readonly exitCode: unknown;
  readonly document: { readonly outcome?: string; readonly code?: string };
}

async function runInProcess(...argv: readonly string[]): Promise<ProcessRun> {
  const main = join(import.meta.dirname, "../../packages/cli/src/main.ts");
  const child = spawn(process.execPath, [main, ...argv, "--json"], { cwd: at.dir, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  child.stdout.on("data", (piece: Buffer) => {
    stdout += piece.toString();
  });
  const [exitCode] = await once(child, "close");
  return { exitCode, document: JSON.parse(stdout) };
}
