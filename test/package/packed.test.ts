/** What is published works where it lands: packed, installed into empty folders, run on the oldest and newest Node. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** The lowest release that `engines` of the command line names. */
const OLDEST_NODE = "24.15.0";
const CLI_SIZE_BYTES_MAX = 40_000_000;
const BUILD_TIME_MS_MAX = 240_000;
/** The demo of one binary takes a twentieth of it where nothing else runs. */
const USE_TIME_MS_MAX = 120_000;

const root = fileURLToPath(new URL("../..", import.meta.url));
const newest = process.execPath;
const scratch = mkdtempSync(join(tmpdir(), "tau-edge-packed-"));
const [tarballs, alone, together, oldNode] = ["tarballs", "alone", "together", "old-node"].map((name) => {
  const folder = join(scratch, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  return folder;
}) as [string, string, string, string];

const npm = (folder: string, ...args: string[]) =>
  execFileSync("npm", ["--loglevel=error", ...args], { cwd: folder, encoding: "utf8" });

let packed: Map<string, string>;

beforeAll(() => {
  execFileSync(newest, ["scripts/build.ts"], { cwd: root });
  packed = new Map(
    globSync("dist/npm/*", { cwd: root })
      .sort()
      .map((folder) => {
        const [report] = JSON.parse(npm(join(root, folder), "pack", "--json", "--pack-destination", tarballs)) as [
          { name: string; filename: string },
        ];
        return [report.name, join(tarballs, report.filename)] as const;
      }),
  );
  npm(alone, "install", "--ignore-scripts", packed.get("tau-edge") ?? "");
  npm(together, "install", "--ignore-scripts", "--legacy-peer-deps", ...packed.values());
  npm(oldNode, "install", "--ignore-scripts", `node-linux-${process.arch}@${OLDEST_NODE}`);
}, BUILD_TIME_MS_MAX);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function sizeBytes(folder: string): number {
  return Number(/^\d+/.exec(execFileSync("du", ["-sb", folder], { encoding: "utf8" }))?.[0]);
}

describe("packed tarballs", () => {
  it("install the command line alone in less than 40 MB", () => {
    expect(sizeBytes(join(alone, "node_modules"))).toBeLessThan(CLI_SIZE_BYTES_MAX);
    expect(globSync("node_modules/{wrangler,deno,vitest,@bytecodealliance/*}", { cwd: alone })).toEqual([]);
  });

  for (const [name, node] of [
    ["the pinned Node", newest],
    [`Node ${OLDEST_NODE}`, join(oldNode, `node_modules/node-linux-${process.arch}/bin/node`)],
  ] as const) {
    it(`package, inspect and serve on ${name}`, { timeout: USE_TIME_MS_MAX }, () => {
      const run = (...args: string[]) =>
        spawnSync(node, [join(alone, "node_modules/.bin/tau-edge"), ...args], { cwd: alone, encoding: "utf8" });
      const fixture = join(root, "wasm-fixtures/built/module-empty.wasm");
      const done = run("package", fixture, "--json", "--state-dir", join(scratch, "state", name));
      expect(done.stderr).toBe("");
      expect(done.status).toBe(0);
      expect(done.stdout).toContain("93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476");
      expect(run("inspect", fixture).status).toBe(0);
      expect(run("profile", "list", "--json").status).toBe(0);
      expect(run("demo", join(root, "wasm-fixtures/built/c-component.wasm"))).toMatchObject({ status: 0, stderr: "" });
      expect(run("no-such-verb").status).toBe(2);
    });
  }

  it("serve the page that a bootstrap link leads to", async () => {
    const args = ["serve", "--port", "0", "--json", "--state-dir", join(scratch, "state", "served")];
    const serving = spawn(newest, [join(alone, "node_modules/.bin/tau-edge"), ...args], { cwd: alone });
    try {
      const [line] = (await once(serving.stdout, "data")) as [Buffer];
      const { url } = JSON.parse(line.toString()) as { url: string };
      for (const path of ["/boot", "/dashboard/", "/dashboard/sandbox.html"]) {
        const page = await fetch(url + path);
        expect([path, page.status, page.headers.get("content-type")]).toEqual([path, 200, "text/html; charset=utf-8"]);
      }
    } finally {
      serving.kill("SIGTERM");
      await once(serving, "exit");
    }
  });

  it("say in words which Node they need, on one that is too old", () => {
    const launcher = readFileSync(join(alone, "node_modules/tau-edge/bin/tau-edge.js"), "utf8");
    expect(launcher).toContain("24.15");
  });

  it("import every export", () => {
    const specifiers = [...packed.keys()].flatMap((name) => {
      const { exports = {} } = JSON.parse(
        readFileSync(join(together, "node_modules", name, "package.json"), "utf8"),
      ) as {
        exports?: Record<string, unknown>;
      };
      return Object.keys(exports)
        .filter((entry) => !entry.endsWith(".json") && !entry.includes("*"))
        .map((entry) => name + entry.slice(1));
    });
    expect(specifiers.length).toBeGreaterThan(8);
    const script = specifiers.map((specifier) => `await import(${JSON.stringify(specifier)});`).join("\n");
    const { status, stderr } = spawnSync(newest, ["--input-type=module", "--eval", script], {
      cwd: together,
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("carry types that a strict consumer can read", () => {
    const names = [...packed.keys()].filter((name) => name !== "tau-edge");
    const source = names
      .map((name, index) => `import * as room${index} from "${name}";\nexport { room${index} };`)
      .join("\n");
    writeFileSync(join(together, "consumer.ts"), `${source}\n`);
    const { status, stdout } = spawnSync(
      join(root, "node_modules/.bin/tsc"),
      [
        "--noEmit",
        "--strict",
        "--module",
        "nodenext",
        "--target",
        "es2024",
        "--skipLibCheck",
        "--types",
        "",
        "consumer.ts",
      ],
      { cwd: together, encoding: "utf8" },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });
});
