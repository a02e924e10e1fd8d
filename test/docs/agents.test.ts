/** docs/agents.md: its limits are those of the code, and its playbooks work as they are written. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { AgentError, memoryKeyStore, openAgent } from "@tau-edge/agent";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Document, documents, fences, ROOT, tableUnder } from "./documents.ts";

const found = documents().find(({ path }) => path === "docs/agents.md");
if (found === undefined) throw new Error("no docs/agents.md");
const page = found;

const LIMITS_OF: Readonly<Record<string, string>> = {
  control: "packages/control/src/limits.ts",
  identity: "packages/identity/src/limits.ts",
  ports: "packages/ports/src/limits.ts",
  gateway: "edge/gateway/src/limits.ts",
  cli: "packages/cli/src/did/limits.ts",
};

/** What a unit is in milliseconds or bytes. */
const UNITS: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 },
  ...{ KiB: 1_024, characters: 1, "": 1 },
};

async function constantOf(named: string): Promise<number> {
  const [, room = "", name = ""] = /^`(\w+) (\w+)`$/.exec(named) ?? [];
  const module: Record<string, unknown> = await import(join(ROOT, LIMITS_OF[room] ?? room));
  const table = module["LIMITS"];
  const value =
    typeof table === "object" && table !== null
      ? Object.entries(table).find(([key]) => key === name)?.[1]
      : module[name];
  if (typeof value !== "number") throw new Error(`no limit ${named}`);
  return value * (/_S(_|$)/.test(name) ? 1_000 : 1);
}

describe("limits", () => {
  const rows = tableUnder(page, "## Limits");
  it.each(rows)("%s: %s is %s", async (_what, bound = "", named = "") => {
    const [, digits = "", unit = ""] = /^([\d,]+)(?: (\w+))?$/.exec(bound) ?? [];
    expect(Number(digits.replaceAll(",", "")) * (UNITS[unit] ?? Number.NaN)).toBe(await constantOf(named));
  });

  it("are all there that a link, a proof and a guess run into", () => expect(rows.length).toBeGreaterThan(25));
});

const MAIN = join(ROOT, "packages/cli/src/main.ts");
const TOKEN = "owner-token-0123456789abcdef0123456789";
let dir = "";
let stop = async () => {};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tau-edge-playbook-"));
});
afterEach(async () => {
  await stop();
  rmSync(dir, { recursive: true, force: true });
});

async function serve(auth: object): Promise<string> {
  writeFileSync(join(dir, "gateway.json"), JSON.stringify({ gateway: { auth } }));
  const args = [MAIN, "serve", "--port", "0", "--json", "--config", "gateway.json"];
  const gateway = spawn(process.execPath, args, { cwd: dir, stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(gateway, "exit");
  stop = async () => {
    gateway.kill("SIGTERM");
    await ended;
  };
  for await (const line of createInterface({ input: gateway.stdout })) return JSON.parse(line).url;
  throw new Error("the gateway did not start");
}

/** The commands of one heading, as a shell runs them; only the gateway is another. */
function play(document: Document, heading: string, url: string) {
  const from = document.text.split("\n").indexOf(heading) + 1;
  const scripts = fences(document).filter(
    ({ language, line }) => language === "bash" && line > from && line < nextHeading(from),
  );
  expect(scripts.length).toBeGreaterThan(0);
  return scripts.map(({ body }) => run(body.replaceAll("https://gateway.example", url)));

  function nextHeading(line: number): number {
    const at = document.text.split("\n").findIndex((text, index) => index >= line && /^##/.test(text));
    return at === -1 ? Infinity : at + 1;
  }
}

function run(script: string) {
  const before = 'set -e\ntau-edge() { "$NODE" "$MAIN" "$@"; }\n';
  const env = { ...process.env, NODE: process.execPath, MAIN };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", before + script], { cwd: dir, encoding: "utf8", env });
  return { status, stdout, stderr };
}

const ok = { status: 0, stderr: "" };
const read = (name: string) => readFileSync(join(dir, name), "utf8").trim();
const isLetIn = (url: string, credential: string) =>
  run(`tau-edge token list --gateway ${url} ${credential}`).status === 0;

describe("a link that was made on the state directory", () => {
  const link = (url: string, credentials: string) =>
    run(`tau-edge bootstrap link --public-base-url ${url} ${credentials} --json`);
  const isTaken = async (url: string, credentials: string) => {
    const agent = await openAgent({ gateway: url, keys: memoryKeyStore() });
    try {
      await agent.bootstrap(JSON.parse(link(url, credentials).stdout).url);
      return agent.standing;
    } catch (error) {
      return error instanceof AgentError ? error.problem : error;
    } finally {
      await agent.close();
    }
  };

  it("lets an agent in where the gateway's configuration was named, and nobody where another one was", async () => {
    writeFileSync(join(dir, "owner.token"), TOKEN);
    const url = await serve({ token: { file: "owner.token" } });
    expect(await isTaken(url, "--config gateway.json")).toBe("registered");
    expect(await isTaken(url, "--unconfigured")).toBe("invalid_grant");
    const { stdout } = run("tau-edge agents list");
    expect(stdout.match(/did:key:z6Mk/g)).toHaveLength(1);
    expect(
      run("tau-edge rotate --after-incident --agents-since 2026-01-01T00:00:00Z --config gateway.json").stdout,
    ).toMatch(/\n {2}access tokens +1\n {2}agents +1\n/);
    expect(run("tau-edge agents list").stdout).toContain("revoked");
  });
});

describe("playbooks", () => {
  it("in token mode end the old token, and leave no gap for a machine", async () => {
    writeFileSync(join(dir, "owner.token"), TOKEN);
    writeFileSync(join(dir, "old.token"), TOKEN);
    const url = await serve({ token: { file: "owner.token" } });
    expect(isLetIn(url, "--token-file old.token")).toBe(true);
    expect(play(page, "### Playbook: token mode", url)).toMatchObject([ok, ok]);
    expect(read("owner.token")).not.toBe(TOKEN);
    expect(isLetIn(url, "--token-file owner.token")).toBe(true);
    expect(isLetIn(url, "--token-file old.token")).toBe(false);
  });

  it("in password mode end the old password", async () => {
    writeFileSync(join(dir, "owner.password"), "correct horse battery staple\n");
    writeFileSync(join(dir, "old.password"), "correct horse battery staple\n");
    writeFileSync(join(dir, "next.password"), "another five random words\n");
    const url = await serve({ password: { file: "owner.password" } });
    expect(play(page, "### Playbook: password mode", url)).toMatchObject([ok]);
    expect(isLetIn(url, "--password-file old.password")).toBe(false);
  });

  it("with a bootstrap secret of its own replace both", async () => {
    writeFileSync(join(dir, "owner.token"), TOKEN);
    writeFileSync(join(dir, "bootstrap.secret"), "0123456789abcdef0123456789abcdef\n");
    const url = await serve({ token: { file: "owner.token" }, bootstrap_secret: { file: "bootstrap.secret" } });
    expect(run(`tau-edge bootstrap link --gateway ${url} --token-file owner.token`)).toMatchObject(ok);
    const [played] = play(page, "### A bootstrap secret of its own", url);
    expect(played).toMatchObject(ok);
    expect(played?.stdout).toMatch(/bootstrap key +the one before\n.*\n +open links +1\n/);
    expect(isLetIn(url, "--token-file owner.token")).toBe(true);
  });
});
