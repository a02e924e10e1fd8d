import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { didOf, exchangeOf, hashOf, linkOf, DIRECTORY_NOW_UNIX_MS as NOW, said } from "@tau-edge/ports/suites";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteAgentDirectory, SqliteAgentDirectoryReader } from "./agent-directory.ts";
import { agentsPath } from "./agent-directory-tables.ts";
import { caseBookPath } from "./case-book-tables.ts";
import { DurableFiles } from "./durable-files.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { openState, openStateReader } from "./open-state.ts";

const WORKER = fileURLToPath(new URL("agent-directory.test-worker.ts", import.meta.url));
const LINKS = { open_links_max: 10 };
const KEYS = 200;
const PROCESSES = 6;
const keys = Array.from({ length: KEYS }, (_, key) => key);

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-agents-"));
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

async function withDirectory<T>(work: (directory: SqliteAgentDirectory) => Promise<T>): Promise<T> {
  const directory = new SqliteAgentDirectory(new DurableFiles(nodeFileSystem, stateDir));
  try {
    return await work(directory);
  } finally {
    directory.close();
  }
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** What a process printed until it ended, or was killed a moment after so many lines. */
async function printed(args: readonly string[], lines_max = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
  const child = spawn(process.execPath, [WORKER, stateDir, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === lines_max) setTimeout(() => child.kill("SIGKILL"), Math.random() * 5);
  }
  const [code] = await exit;
  if (lines_max === Number.POSITIVE_INFINITY) expect(code).toBe(0);
  return lines;
}

/** Six processes, each with its part of the keys. */
async function exchangeInCrowd(linesMax: (nth: number) => number): Promise<readonly string[]> {
  const part = Math.ceil(KEYS / PROCESSES);
  const crowd = Array.from({ length: PROCESSES }, (_, nth) =>
    printed(["exchange", String(nth * part), String(Math.min(KEYS, (nth + 1) * part))], linesMax(nth)),
  );
  return (await Promise.all(crowd)).flat();
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("an agent directory in a file", () => {
  it("is created by the first write, not by opening the state, and not by a reader", async () => {
    const reader = openStateReader(stateDir);
    expect(await reader.directory.findAccess(hashOf(1))).toBeUndefined();
    const state = await openState(stateDir);
    expect(await state.directory.facts()).toEqual({ epoch: 0, retired: [] });
    expect(existsSync(join(stateDir, "tau-edge"))).toBe(false);
    await state.directory.addLink(linkOf(1), LINKS);
    await state.directory.exchange(exchangeOf(1, 1, 1));
    expect(await reader.directory.findAccess(hashOf(1))).toMatchObject({ did: didOf(1) });
    await state.close();
    await reader.close();
  });

  it("may be read by its owner alone, with everything that SQLite puts beside it, whatever the umask is", async () => {
    expect(await printed(["modes"])).toEqual([" 600", "-wal 600", "-shm 600"]);
    expect(modeOf(agentsPath(stateDir))).toBe("600");
  });

  it("is taken from everybody else again when a copy has left it open", async () => {
    await withDirectory((directory) => directory.addLink(linkOf(1), LINKS));
    await chmod(agentsPath(stateDir), 0o644);
    await withDirectory((directory) => directory.addLink(linkOf(2), LINKS));
    expect(modeOf(agentsPath(stateDir))).toBe("600");
  });

  it("lists a link that is open, however many came after it and are over: nobody could end it otherwise", async () => {
    await withDirectory((directory) => directory.addLink(linkOf(1), LINKS));
    change(
      agentsPath(stateDir),
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
       INSERT INTO link (link_id, secret_check, subject, scopes, created_unix_ms, expires_unix_ms, created_by, state,
         wrong_secrets, second_uses, repeatable)
       SELECT 'over ' || i, secret_check, subject, scopes, created_unix_ms, iif(i % 2, expires_unix_ms, ${NOW}),
         created_by, iif(i % 2, 'used', 'open'), 0, 0, 1 FROM link, n`,
    );
    await withDirectory(async (directory) => {
      const links = await directory.links(NOW);
      expect(links).toHaveLength(1_000);
      expect(links.at(0)?.link_id).toBe("over 2000");
      expect(links.at(-1)).toMatchObject({ link_id: linkOf(1).link_id, state: "open" });
    });
  });

  it("does not follow a link to somewhere else", async () => {
    await mkdir(join(stateDir, "tau-edge"));
    const elsewhere = join(stateDir, "elsewhere.db");
    await writeFile(elsewhere, "");
    await symlink(elsewhere, agentsPath(stateDir));
    const added = withDirectory((directory) => directory.addLink(linkOf(1), LINKS));
    await expect(added).rejects.toMatchObject({ code: "store_unavailable" });
    expect(await readFile(elsewhere, "utf8")).toBe("");
  });

  it("shows facts of one moment while another process rotates", async () => {
    const reader = new SqliteAgentDirectoryReader(stateDir);
    const epochs = new Set<number>();
    // On a busy machine the other process may be through before this one has looked.
    for (let first = 1; epochs.size < 5; first += 100) {
      let isRotating = true;
      const rotations = printed(["rotate", String(first), String(first + 100)]).finally(() => {
        isRotating = false;
      });
      while (isRotating) {
        const { epoch, owner } = await reader.facts();
        expect(owner?.verifier ?? "0").toBe(String(epoch));
        epochs.add(epoch);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await rotations).toHaveLength(100);
    }
    reader.close();
  });
});

describe("two hundred keys in six processes that show the secret of one link", () => {
  it("make one agent, and its access alone is good", async () => {
    await withDirectory((directory) => directory.addLink(linkOf(1), LINKS));
    const lines = await exchangeInCrowd(() => Number.POSITIVE_INFINITY);
    const [winner, ...others] = lines.filter((line) => line.endsWith(" registered"));
    expect(others).toEqual([]);
    expect(lines.filter((line) => line.endsWith(" used"))).toHaveLength(KEYS - 1);
    const key = Number(winner?.split(" ")[0]);
    await withDirectory(async (directory) => {
      const found = await Promise.all(keys.map((each) => directory.findAccess(hashOf(each))));
      expect(keys.filter((each) => found[each] !== undefined)).toEqual([key]);
      expect((await directory.agents(undefined, KEYS)).map(({ did }) => did)).toEqual([didOf(key)]);
      expect(await directory.links(NOW)).toMatchObject([{ used_by: didOf(key), second_uses: KEYS - 1 }]);
    });
  });

  it("make at most one agent when the processes are killed, and what was acknowledged is there", async () => {
    await withDirectory((directory) => directory.addLink(linkOf(1), LINKS));
    const lines = await exchangeInCrowd((nth) => 1 + 2 * nth);
    const told = lines.filter((line) => line.endsWith(" registered")).map((line) => Number(line.split(" ")[0]));
    expect(told.length).toBeLessThanOrEqual(1);
    await withDirectory(async (directory) => {
      const [link] = await directory.links(NOW);
      const dids = (await directory.agents(undefined, KEYS)).map(({ did }) => did);
      const found = await Promise.all(keys.map((each) => directory.findAccess(hashOf(each))));
      const good = keys.filter((each) => found[each] !== undefined);
      expect(dids).toEqual(link?.state === "used" ? [link.used_by] : []);
      expect(good.map(didOf)).toEqual(dids);
      for (const key of told) expect(good).toEqual([key]);
      expect(link?.second_uses).toBeGreaterThanOrEqual(lines.filter((line) => line.endsWith(" used")).length);
    });
  });
});

describe("an agent directory that is refused, and kept byte for byte:", () => {
  const cases: readonly (readonly [string, string, (path: string) => Promise<void>])[] = [
    ["text", "directory_corrupt", (path) => writeFile(path, "not a database, but longer than nothing at all")],
    ["a database of another program", "directory_corrupt", async (path) => change(path, "CREATE TABLE theirs (x)")],
    [
      "a case book",
      "directory_corrupt",
      async (path) => {
        const state = await openState(stateDir);
        await state.book.exclusively(async (open) => open.addKey("a"));
        await state.close();
        await copyFile(caseBookPath(stateDir), path);
      },
    ],
    [
      "a newer schema",
      "directory_newer",
      async (path) => {
        await withDirectory((directory) => directory.addLink(linkOf(1), LINKS));
        change(path, "PRAGMA user_version = 2");
      },
    ],
  ];

  for (const [what, code, spoil] of cases)
    it(`${what} is ${code}`, async () => {
      await mkdir(join(stateDir, "tau-edge"), { recursive: true });
      const path = agentsPath(stateDir);
      await spoil(path);
      const before = await readFile(path);
      await expect(withDirectory((each) => each.exchange(exchangeOf(1, 1, 1)))).rejects.toMatchObject({ code });
      await expect(withDirectory(async (each) => each.findAccess(hashOf(1)))).rejects.toMatchObject({ code });
      await expect(withDirectory(async (each) => each.findOperator(hashOf(1)))).rejects.toMatchObject({ code });
      expect(await readFile(path)).toEqual(before);
    });
});

describe("words in the file that this program never writes let nobody in:", () => {
  const token = { name: "ci", slot: "current", token_hash: hashOf(9), scopes: [], created_unix_ms: NOW } as const;
  const cases: readonly (readonly [string, (directory: SqliteAgentDirectory) => Promise<unknown>])[] = [
    ["UPDATE agent SET scopes = 'manifest:read admin'", async (each) => each.findAccess(hashOf(1))],
    ["UPDATE agent SET assurance = 'stronger'", (each) => each.agent(didOf(1))],
    ["UPDATE agent SET states = '{}'", (each) => each.agent(didOf(1))],
    ['UPDATE agent SET states = \'[{"state":"running"}]\'', (each) => each.agent(didOf(1))],
    ["UPDATE agent SET states = '['", (each) => each.agent(didOf(1))],
    ["UPDATE link SET state = 'reopened'", (each) => each.exchange(exchangeOf(1, 2, 2))],
    ["UPDATE link SET scopes = 'keys:rotate'", (each) => each.links(NOW)],
    ["UPDATE operator_token SET slot = 'spare'", async (each) => each.findOperator(hashOf(9))],
    ["INSERT INTO owner VALUES (1, 'nobody', '')", (each) => each.facts()],
  ];

  it.each(cases)("%s", async (sql, ask) => {
    await withDirectory(async (directory) => {
      await directory.addLink(linkOf(1), LINKS);
      expect(said(await directory.exchange(exchangeOf(1, 1, 1)))).toBe("registered");
      await directory.addOperatorToken({ ...token, created_by: "owner" });
    });
    change(agentsPath(stateDir), sql);
    await expect(withDirectory(async (directory) => ask(directory))).rejects.toMatchObject({
      code: "directory_corrupt",
      remedy: expect.stringContaining("backup"),
    });
  });
});
