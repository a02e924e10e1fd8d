import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { openStateReader } from "@tau-edge/adapter-node";
import { BACKUP_DRILLED } from "@tau-edge/control";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { documentOf } from "../rollout/rollout.test-helper.ts";
import { backUp, filesIn, type House, openHouse, RUINS } from "./backup.test-helper.ts";

let house: House;
let backup: string;
const temporary = process.env["TMPDIR"];
beforeAll(async () => {
  // Every file is synced three hundred times: nobody pulls the plug here, so nobody waits for a disk.
  if (existsSync("/dev/shm")) process.env["TMPDIR"] = "/dev/shm";
  house = await openHouse();
  backup = await backUp(house, "--with-secrets");
});
afterAll(() => {
  house.leave();
  if (temporary === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = temporary;
});

const at = (name: string) => join(house.dir, name);
const scratch = ["ruined", "restored", "into", "other"];
afterEach(() => {
  for (const name of scratch) rmSync(at(name), { recursive: true, force: true });
});

/** A copy of the backup that a test may ruin. */
function copy(): string {
  rmSync(at("ruined"), { recursive: true, force: true });
  cpSync(backup, at("ruined"), { recursive: true });
  return "ruined";
}

const unfinished = () => readdirSync(house.dir).filter((name) => name.endsWith(".unfinished"));

interface BackupJson {
  files: { path: string; size_bytes: number; sha256: string }[];
  left_out: { path: string; reason: string }[];
  ledger: { stream: string; seq: number }[];
  assignments: { stream: string }[];
  schemas: Record<string, number>;
  dr: Record<string, string>;
  tree_hash: string;
}

const documentIn = (directory: string): BackupJson => JSON.parse(readFileSync(join(directory, "backup.json"), "utf8"));

describe("a backup", () => {
  it("has everything that cannot be made again, and says what it has not", () => {
    const { files, left_out, schemas, ledger, assignments } = documentIn(backup);
    const paths = files.map(({ path }) => path);
    for (const path of ["ledger.db", "windows.db", "agents.db"]) expect(paths).toContain(`state/tau-edge/${path}`);
    expect(paths).toEqual(
      expect.arrayContaining([
        "state/state.json",
        `state/tau-edge/committed/default/dev/shop/${house.committed}`,
        "dr/last-good.json",
        "dr/restore-procedure.md",
        "dr/incident-timeline.json",
        "public/gateway-did.json",
      ]),
    );
    expect(paths.filter((path) => /wasm-artifacts|-wal|-shm|incoming/.test(path))).toEqual([]);
    expect(left_out).toContainEqual({ path: "wasm-artifacts", reason: "made_again" });
    expect(Object.keys(schemas).sort()).toEqual(["agents", "ledger", "windows"]);
    expect(ledger.map(({ stream }) => stream)).toEqual(["default/dev/shop", "system"]);
    expect(assignments).toMatchObject([{ stream: "default/dev/shop" }]);
  });

  it("is for its owner alone", () => {
    for (const path of ["", "state/tau-edge/agents.db", "state/tau-edge/ledger.db", "backup.json"])
      expect(lstatSync(join(backup, path)).mode & 0o077, path).toBe(0);
  });

  it("is checked by sha256sum as well, and its files for the day have the digests that it names", () => {
    const line = `${createHash("sha256")
      .update(readFileSync(join(backup, "backup.json")))
      .digest("hex")}  backup.json\n`;
    expect(readFileSync(join(backup, "backup.json.sha256"), "utf8")).toBe(line);
    const digest = (name: string) =>
      `sha256:${createHash("sha256")
        .update(readFileSync(join(backup, "dr", name)))
        .digest("hex")}`;
    expect(documentIn(backup).dr).toEqual({
      last_good_hash: digest("last-good.json"),
      restore_procedure_hash: digest("restore-procedure.md"),
      incident_timeline_hash: digest("incident-timeline.json"),
    });
  });

  it("names what was committed last, and what went wrong", () => {
    const lastGood = JSON.parse(readFileSync(join(backup, "dr/last-good.json"), "utf8"));
    expect(lastGood.streams).toMatchObject([{ stream: "default/dev/shop", rollout_id: house.committed }]);
    const { incidents } = JSON.parse(readFileSync(join(backup, "dr/incident-timeline.json"), "utf8"));
    expect(incidents.map(({ type }: { type: string }) => type)).toEqual(["blueprint_frozen", "blueprint_released"]);
  });

  it("takes no secret without being told, says so, and serves all the same", async () => {
    const run = await house.run("backup", "create", "other");
    expect([run.exitCode, run.stdout]).toEqual([
      0,
      expect.stringMatching(/agents\.db +secret[\s\S]*It holds no secret/),
    ]);
    expect(filesIn(at("other")).filter((path) => path.includes("agents.db"))).toEqual([]);
    expect((await house.run("backup", "drill", "other")).exitCode).toBe(0);
  });

  it("does not replace what stands there, and is not made inside of what it saves", async () => {
    const before = filesIn(backup);
    const again = await house.run("backup", "create", "backup", "--json");
    expect([again.exitCode, again.json()]).toMatchObject([3, { code: "not_empty" }]);
    expect(filesIn(backup)).toEqual(before);
    const inside = await house.run("backup", "create", ".tau/deployment/backup", "--json");
    expect([inside.exitCode, inside.json()]).toMatchObject([3, { code: "path_escapes" }]);
    symlinkSync(house.state, at("other"));
    const linked = await house.run("backup", "create", "other/backup", "--json");
    expect([linked.exitCode, linked.json()]).toMatchObject([3, { code: "path_escapes" }]);
    expect(existsSync(join(house.state, "backup"))).toBe(false);
    expect(unfinished()).toEqual([]);
  });

  it("has state files that were moved aside, and names files that no list can have", async () => {
    cpSync(house.state, at("other"), { recursive: true });
    writeFileSync(join(at("other"), "state.json.foreign.7"), "theirs");
    mkdirSync(join(at("other"), "channel-store"));
    writeFileSync(join(at("other"), "channel-store/a\\b"), "");
    writeFileSync(Buffer.from(`${at("other")}/channel-store/\xff`, "latin1"), "");
    await documentOf(house.run("backup", "create", "into", "--state-dir", "other", "--json"));
    expect(readFileSync(join(at("into"), "state/state.json.foreign.7"), "utf8")).toBe("theirs");
    expect(documentIn(at("into")).left_out.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["channel-store/a\\b", "channel-store/\uFFFD"]),
    );
    expect((await house.run("restore", "into", "--state-dir", "restored")).exitCode).toBe(0);
    expect(readFileSync(join(at("restored"), "state.json.foreign.7"), "utf8")).toBe("theirs");
  });

  it("is not made with --dry-run", async () => {
    const run = await house.run("backup", "create", "other", "--dry-run", "--json");
    expect([run.exitCode, run.json()]).toMatchObject([0, { outcome: "would_create" }]);
    expect(existsSync(at("other"))).toBe(false);
  });

  it("is given up when somebody asks for it, and nothing of it is left", async () => {
    const stopped = { untilStopped: async () => 130 as const };
    for (const verb of [
      ["backup", "create", "other"],
      ["restore", "backup", "--state-dir", "restored"],
      ["backup", "drill", "backup", "--into", "into"],
    ])
      expect((await house.runWith(stopped, ...verb)).exitCode, verb.join(" ")).toBe(130);
    expect([existsSync(at("other")), existsSync(at("restored")), unfinished()]).toEqual([false, false, []]);
  });

  it("is not made of a state that is not whole", async () => {
    cpSync(house.state, at("other"), { recursive: true });
    const object = filesIn(at("other")).find((path) => path.startsWith("tau-edge/objects/"));
    rmSync(join(at("other"), object ?? ""));
    const run = await house.run("backup", "create", "into", "--state-dir", "other", "--json");
    expect([run.exitCode, run.json()]).toMatchObject([4, { code: "object_condemned" }]);
    expect([existsSync(at("into")), unfinished()]).toEqual([false, []]);
  });

  it("takes the configuration of the gateway, and a secret in it only when told", async () => {
    const token = "owner-token-0123456789abcdef0123456789";
    writeFileSync(at("gateway.json"), JSON.stringify({ gateway: { auth: { token } } }));
    const refused = await house.run("backup", "create", "other", "--config", "gateway.json", "--json");
    expect([refused.exitCode, refused.json()]).toMatchObject([3, { code: "secret_in_configuration" }]);
    expect(refused.stdout + refused.stderr).not.toContain(token);
    const hash = { hash: `sha256:${createHash("sha256").update(token).digest("hex")}` };
    writeFileSync(at("gateway.json"), JSON.stringify({ gateway: { auth: { token: hash } } }));
    await documentOf(house.run("backup", "create", "other", "--config", "gateway.json", "--json"));
    expect(readFileSync(join(at("other"), "config/gateway.json"), "utf8")).toContain("sha256:");
  });
});

describe("restore", () => {
  it("gives back a state that says and serves the same", async () => {
    const run = await house.run("restore", "backup", "--state-dir", "restored");
    expect([run.exitCode, run.stderr]).toEqual([0, ""]);
    for (const verb of [
      ["replay", house.committed],
      ["resolve", "dev", "shop", "--key", "ann"],
      ["history", "dev"],
      ["doctor"],
      ["agents", "list"],
    ]) {
      const [live, restored] = await Promise.all(
        [".tau/deployment", "restored"].map((dir) => house.run(...verb, "--state-dir", dir, "--json")),
      );
      expect(restored?.stdout.replaceAll("restored", ".tau/deployment"), verb.join(" ")).toBe(live?.stdout);
    }
    // The readable copies are links to the objects, as they were.
    const artifacts = filesIn(at("restored")).filter((path) => path.startsWith("wasm-artifacts/"));
    expect(artifacts).toEqual(filesIn(house.state).filter((path) => path.startsWith("wasm-artifacts/")));
    for (const path of artifacts) expect(lstatSync(join(at("restored"), path)).nlink, path).toBe(2);
  });

  it("goes into an empty directory, and into no other", async () => {
    mkdirSync(at("restored"));
    expect((await house.run("restore", "backup", "--state-dir", "restored")).exitCode).toBe(0);
    const before = filesIn(at("restored"));
    const run = await house.run("restore", "backup", "--state-dir", "restored", "--json");
    expect([run.exitCode, run.json()]).toMatchObject([3, { code: "not_empty" }]);
    expect(filesIn(at("restored"))).toEqual(before);
    expect(unfinished()).toEqual([]);
  });

  it("fills an empty directory that may be a volume, and leaves its mode and place as they are", async () => {
    mkdirSync(at("other"));
    mkdirSync(join(at("other"), "state"), { mode: 0o750 });
    const before = lstatSync(join(at("other"), "state"));
    expect((await house.run("restore", "backup", "--state-dir", "other/state")).exitCode).toBe(0);
    const { ino, mode } = lstatSync(join(at("other"), "state"));
    expect([ino, mode]).toEqual([before.ino, before.mode]);
    expect(readdirSync(at("other"))).toEqual(["state"]);
    expect(readdirSync(join(at("other"), "state"))).toEqual(["state.json", "tau-edge", "wasm-artifacts"]);
    expect((await house.run("replay", house.committed, "--state-dir", "other/state")).exitCode).toBe(0);
  });

  it("leaves an empty directory empty when it fails", async () => {
    mkdirSync(at("restored"));
    const ruined = copy();
    RUINS["its last byte flipped"]?.(join(at(ruined), "state/tau-edge/windows.db"));
    expect((await house.run("restore", ruined, "--state-dir", "restored")).exitCode).toBe(4);
    expect(readdirSync(at("restored"))).toEqual([]);
  });

  it("puts nothing into the backup, whichever link leads there", async () => {
    symlinkSync(backup, at("other"));
    const run = await house.run("restore", "backup", "--state-dir", "other/state-2", "--json");
    expect([run.exitCode, run.json()]).toMatchObject([3, { code: "path_escapes" }]);
    expect((await house.run("backup", "verify", "backup")).exitCode).toBe(0);
  });

  it("restores nothing with --dry-run, and says what it would", async () => {
    const run = await house.run("restore", "backup", "--state-dir", "restored", "--dry-run", "--json");
    expect([run.exitCode, run.json()]).toMatchObject([0, { outcome: "would_restore" }]);
    expect(existsSync(at("restored"))).toBe(false);
  });

  it("gives back a state that is written on", async () => {
    await house.run("restore", "backup", "--state-dir", "restored");
    const frozen = ["freeze", "dev/shop", "--reason", "later", "--state-dir", "restored"];
    expect((await house.run(...frozen)).exitCode).toBe(0);
    expect((await house.run("backup", "verify", "backup")).exitCode).toBe(0);
  });
});

describe("a drill", () => {
  it("computes every verdict again and resolves 1,000 keys, and is recorded where somebody keeps books", async () => {
    const report = await documentOf<Record<string, unknown>>(
      house.run("backup", "drill", "backup", "--state-dir", ".tau/deployment", "--json"),
    );
    expect(report).toMatchObject({
      ...{ result: "passed", streams: 2, replayed: 1, keys: 1_000, not_replayable: 0 },
      tree_hash: documentIn(backup).tree_hash,
      restore_procedure_hash: documentIn(backup).dr["restore_procedure_hash"],
      record: { stream: "system" },
    });
    expect(await lastDrill()).toMatchObject({ result: "passed", keys: 1_000, replayed: 1 });
  });

  it("records also that it failed, and with what", async () => {
    const ruined = copy();
    RUINS["its last byte flipped"]?.(join(at(ruined), "state/tau-edge/ledger.db"));
    const run = await house.run("backup", "drill", ruined, "--state-dir", ".tau/deployment", "--json");
    expect([run.exitCode, run.json()]).toMatchObject([4, { code: "backup_corrupt", at: "state/tau-edge/ledger.db" }]);
    expect(await lastDrill()).toMatchObject({
      result: "failed",
      code: "backup_corrupt",
      at: "state/tau-edge/ledger.db",
    });
  });

  it("leaves what it restored where it was told to, and nothing elsewhere", async () => {
    expect((await house.run("backup", "drill", "backup", "--into", "into")).exitCode).toBe(0);
    expect((await house.run("doctor", "--state-dir", "into")).exitCode).toBe(0);
    const taken = await house.run("backup", "drill", "backup", "--into", "into", "--json");
    expect([taken.exitCode, taken.json()]).toMatchObject([3, { code: "not_empty" }]);
  });

  async function lastDrill(): Promise<unknown> {
    const state = openStateReader(house.state);
    try {
      const records = await state.ledger.read("system", 0, 256);
      return records.findLast(({ record }) => record.type === BACKUP_DRILLED)?.record.body;
    } finally {
      await state.close();
    }
  }
});

describe("what is no backup", () => {
  it("is told from one that is damaged", async () => {
    const missing = await house.run("backup", "verify", "nowhere", "--json");
    expect([missing.exitCode, missing.json()]).toMatchObject([1, { code: "not_a_directory" }]);
    const other = await house.run("backup", "verify", ".tau/deployment", "--json");
    expect([other.exitCode, other.json()]).toMatchObject([4, { code: "backup_corrupt", at: "backup.json" }]);
  });

  it("is a newer one: its version is named before anything else is looked at", async () => {
    for (const change of [{ v: 2, what: "else" }, { schemas: { ...documentIn(backup).schemas, ledger: 99 } }]) {
      const ruined = copy();
      const document = JSON.stringify({ ...documentIn(at(ruined)), ...change });
      writeFileSync(join(at(ruined), "backup.json"), document);
      const hash = createHash("sha256").update(document).digest("hex");
      writeFileSync(join(at(ruined), "backup.json.sha256"), `${hash}  backup.json\n`);
      const run = await house.run("restore", ruined, "--state-dir", "restored", "--json");
      expect([run.exitCode, run.json()]).toMatchObject([4, { code: "backup_newer" }]);
      expect(existsSync(at("restored"))).toBe(false);
    }
  });
});

/** The path that an error names for a fault of this kind of this file. */
function blamed(path: string, ruin: string): string {
  if (ruin === "a file beside it") return `${path}.old`;
  return path === "backup.json" && ruin.includes("flipped") ? "backup.json.sha256" : path;
}

describe("of a ruined backup nothing is restored: with each file in turn,", () => {
  it.each(Object.keys(RUINS))("%s", async (name) => {
    const ruin = RUINS[name];
    const faults: unknown[] = [];
    for (const path of filesIn(backup)) {
      const ruined = copy();
      ruin?.(join(at(ruined), path));
      for (const verb of [["backup", "verify"], ["restore"], ["backup", "drill"]]) {
        const place =
          verb[0] === "restore" ? ["--state-dir", "restored"] : verb[1] === "drill" ? ["--into", "into"] : [];
        const run = await house.run(...verb, ruined, ...place, "--json");
        const { code, at: blame } = run.json() as { code: string; at?: string };
        const left = ["restored", "into"].filter((dir) => existsSync(at(dir)));
        if (run.exitCode !== 4 || code !== "backup_corrupt" || left.length + unfinished().length > 0)
          faults.push([path, verb, run.exitCode, code, blame, left, unfinished()]);
        if (!String(blame).includes(blamed(path, name)) && path !== "backup.json") faults.push([path, verb, blame]);
      }
    }
    expect(faults).toEqual([]);
  });
});
