/** Backups whose lists and checksums are right and whose contents are not; and backups of states that are collected. */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  hashedTree,
  nativeSha256,
  openBackupTarget,
  openState,
  startNativeSha256,
  systemClock,
} from "@tau-edge/adapter-node";
import { createBackup, drillBackup } from "@tau-edge/control";
import { type Digest, digestHex, writeCanonicalJson } from "@tau-edge/encoding";
import { type TreeEntry, treeHash } from "@tau-edge/ledger";
import type { BackupTarget } from "@tau-edge/ports";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { create, restorePorts, verify } from "./backup-writer.ts";
import { makeScratch } from "./rollout-kill.ts";
import { ROLLOUT_WRITER } from "./rollout-writer.ts";
import { sampleArtifact, storeSample } from "./sample-writer.ts";
import { runPiped } from "./strace.ts";

let scratch: string;
const at = (name: string) => join(scratch, name);
beforeAll(async () => {
  scratch = await makeScratch();
  await runPiped(process.execPath, [ROLLOUT_WRITER, at("live")]);
  await create(at("live"), at("whole"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Makes lists and checksums right again, and the document say what `change` says. */
async function signAgain(dir: string, change: (document: Record<string, unknown>) => void): Promise<void> {
  const files: TreeEntry[] = [];
  const leaveOut = (path: string) => path.startsWith("backup.json");
  for await (const file of hashedTree(dir, { leaveOut })) files.push(file);
  const document: Record<string, unknown> = JSON.parse(readFileSync(join(dir, "backup.json"), "utf8"));
  Object.assign(document, { files, tree_hash: treeHash(files, startNativeSha256) });
  change(document);
  const bytes = writeCanonicalJson(document);
  writeFileSync(join(dir, "backup.json"), bytes);
  const hex = Buffer.from(nativeSha256(bytes)).toString("hex");
  writeFileSync(join(dir, "backup.json.sha256"), `${hex}  backup.json\n`);
}

const unchanged = () => {};

async function firstFile(dir: string, prefix: string): Promise<string> {
  for await (const { path } of hashedTree(dir)) if (path.startsWith(prefix)) return path;
  throw new Error(`nothing below ${prefix}`);
}

describe("a backup with right checksums is refused", () => {
  let dir: string;
  beforeEach(() => {
    dir = at("forged");
    rmSync(dir, { recursive: true, force: true });
    cpSync(at("whole"), dir, { recursive: true });
  });

  async function refusal(change = unchanged as (document: Record<string, unknown>) => void) {
    await signAgain(dir, change);
    const restored = drillBackup(restorePorts(dir, at("restored")));
    await expect(restored).rejects.toMatchObject({ code: expect.stringMatching(/_corrupt$|_conflict$/) });
    return verify(dir).then(
      () => "verified",
      (error: { code: string; at: string }) => `${error.code} ${error.at}`,
    );
  }

  const ledger = (sql: string) => {
    const database = new DatabaseSync(join(dir, "state/tau-edge/ledger.db"));
    database.exec(sql);
    database.close();
  };

  it("unless nothing was changed", async () => {
    await signAgain(dir, unchanged);
    expect((await verify(dir)).files).toBeGreaterThan(0);
  });

  it.each([
    "state/tau-edge/ledger.db-wal",
    "state/tau-edge/objects/sha256/aa/none",
    "state/wasm-artifacts/shop/other.wasm",
    "state/.profile",
    "dr/other",
    "other",
  ])("when somebody has put %s into it", async (path) => {
    mkdirSync(join(dir, path, ".."), { recursive: true });
    writeFileSync(join(dir, path), "");
    expect(await refusal()).toBe(`backup_corrupt ${path}`);
  });

  it("when it has agents and says that it has no secrets", async () => {
    writeFileSync(join(dir, "state/tau-edge/agents.db"), "");
    expect(await refusal((document) => Object.assign(document, { secrets: false }))).toBe(
      "backup_corrupt state/tau-edge/agents.db",
    );
  });

  it("when a database has parts that would undo records, or never end", async () => {
    ledger("CREATE TRIGGER undo AFTER INSERT ON record BEGIN DELETE FROM record WHERE seq = NEW.seq; END");
    expect(await refusal()).toBe("ledger_corrupt ledger");
    ledger(
      "DROP TRIGGER undo; ALTER TABLE record RENAME TO other; CREATE VIEW record AS " +
        "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT other.* FROM other, n",
    );
    expect(await refusal()).toBe("ledger_corrupt ledger");
  });

  it("when its counters are no database", async () => {
    writeFileSync(join(dir, "state/tau-edge/windows.db"), "nothing");
    expect(await refusal()).toMatch(/^windows_corrupt /);
  });

  it("when an object is missing that a record names", async () => {
    const path = await firstFile(dir, "state/tau-edge/objects/");
    rmSync(join(dir, path));
    expect(await refusal()).toBe(`backup_corrupt sha256:${path.split("/").at(-1)}`);
  });

  it("when an object has other bytes than its name says", async () => {
    const path = await firstFile(dir, "state/tau-edge/objects/");
    chmodSync(join(dir, path), 0o600);
    writeFileSync(join(dir, path), "something else");
    expect(await refusal()).toBe(`backup_corrupt ${path}`);
  });

  it("when the last record of a stream is missing", async () => {
    ledger("DELETE FROM record WHERE seq = (SELECT max(seq) FROM record)");
    expect(await refusal()).toMatch(/^(backup|ledger)_corrupt default\/dev\/shop/);
  });

  it("when a record says something else", async () => {
    ledger("UPDATE record SET bytes = CAST(replace(bytes, X'73686f70', X'73686f71') AS BLOB) WHERE seq = 3");
    expect(await refusal()).toMatch(/^ledger_corrupt default\/dev\/shop#3/);
  });

  it("when a COMMITTED pointer is missing, or another", async () => {
    const path = await firstFile(dir, "state/tau-edge/committed/");
    const bytes = readFileSync(join(dir, path));
    chmodSync(join(dir, path), 0o600);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(join(dir, path), bytes);
    expect(await refusal()).toMatch(/^pointer_(conflict|corrupt) /);
    rmSync(join(dir, path));
    expect(await refusal()).toBe(`backup_corrupt ${path.replace("state/tau-edge/committed/", "")}`);
  });

  it("when its keys get something else, or its files for the day are others", async () => {
    const other = `sha256:${"0".repeat(64)}`;
    const answers = (document: Record<string, unknown>) => {
      const [first] = document["assignments"] as { answers_hash: string }[];
      if (first !== undefined) first.answers_hash = other;
    };
    expect(await refusal(answers)).toBe("backup_corrupt default/dev/shop");
    const lastGood = (document: Record<string, unknown>) =>
      Object.assign(document["dr"] as object, { last_good_hash: other });
    expect(await refusal(lastGood)).toBe("backup_corrupt dr/last-good.json");
  });
});

describe("a backup of a state that was collected", () => {
  const OLD = 7;
  const artifact: Digest = `sha256:${Buffer.from(nativeSha256(sampleArtifact(OLD))).toString("hex")}`;

  /** As a collection does it; what is held was decided by others. */
  async function collect(dir: string): Promise<void> {
    const state = await openState(dir);
    try {
      const append = async (type: string) => {
        const { seq } = await state.ledger.head("system");
        const drafts = [{ type, actor: { kind: "system", id: "tester" } as const, body: {} }];
        return { stream: "system", expected_seq: seq, drafts, objects: [], now_unix_ms: state.clock.nowUnixMs() };
      };
      await state.collection.condemn(await append("objects_condemned"), [artifact]);
      const { seq } = await state.ledger.head("system");
      const expectation = { condemned_seq: seq, system_seq: seq };
      await state.collection.collect(await append("objects_collected"), [artifact], expectation);
      expect(await state.collection.sweep(10)).toMatchObject({ removed: 1 });
    } finally {
      await state.close();
    }
  }

  async function stateWithSamples(name: string): Promise<string> {
    const state = await openState(at(name));
    for (const nth of [OLD, OLD + 1]) await storeSample(state, nth, () => {});
    await state.close();
    return at(name);
  }

  it("is whole without what was collected, and not without anything else", async () => {
    const live = await stateWithSamples("collected");
    await collect(live);
    expect((await create(live, at("after"))).objects).toBe(3);
    expect(await drillBackup(restorePorts(at("after"), at("after-restored")))).toMatchObject({
      result: "passed",
      objects: 3,
    });
  });

  it("is made again when something is collected under it", async () => {
    const live = await stateWithSamples("under-way");
    const target = await openBackupTarget({ state_dir: live, into: at("under"), secrets: false });
    let copies = 0;
    const disturbed: BackupTarget = {
      copyFiles: () => target.copyFiles(),
      async copyLedger() {
        const copy = await target.copyLedger();
        copies += 1;
        if (copies === 1) await collect(live);
        return copy;
      },
      copyObjects: (digests) => target.copyObjects(digests),
      write: (path, bytes) => target.write(path, bytes),
      count: () => target.count(),
      files: () => target.files(),
      publish: (document) => target.publish(document),
      discard: () => target.discard(),
    };
    const hashes = { sha256: nativeSha256, startSha256: startNativeSha256 };
    const request = { program_version: "0.0.0-test", secrets: false, extra: [] };
    const report = await createBackup(request, { ...hashes, target: disturbed, clock: systemClock });
    expect([copies, report.objects]).toEqual([2, 3]);
    expect((await verify(at("under"))).objects).toBe(3);
  });

  it("is refused when something is gone and nobody collected it", async () => {
    const live = await stateWithSamples("lost");
    const hex = digestHex(artifact);
    rmSync(join(live, "tau-edge/objects/sha256", hex.slice(0, 2), hex));
    await expect(create(live, at("never"))).rejects.toMatchObject({ code: "object_condemned", at: artifact });
  });
});
