/** The Worker can be deployed, is small, and holds nothing twice. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WRANGLER, WRANGLER_ENV } from "./wrangler-dev.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
let outDir: string;
let said: string;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), "tau-edge-bundle-"));
  const args = [WRANGLER, "deploy", "--dry-run", "--outdir", outDir, "--config", join(ROOT, "wrangler.toml")];
  said = execFileSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, ...WRANGLER_ENV, CI: "1" } });
}, 120_000);

afterAll(() => rm(outDir, { recursive: true, force: true }));

it("passes a dry run of the deployment with its bindings", () => {
  expect(said).toContain("env.OBJECTS");
  expect(said).toContain("env.LEDGER (LedgerDurableObject)");
  expect(said).toContain("env.AGENTS (AgentDirectoryDurableObject)");
  expect(said).toContain("--dry-run: exiting now.");
});

it("is under 1 MB gzipped, and one module without anything of Node", async () => {
  expect((await readdir(outDir)).filter((name) => name.endsWith(".js"))).toEqual(["mod.js"]);
  const bundle = await readFile(join(outDir, "mod.js"));
  const gzipped = gzipSync(bundle).length;
  console.log(`worker bundle: ${bundle.length} bytes, ${gzipped} gzipped`);
  expect(gzipped).toBeLessThan(1_000_000);
  expect(bundle.toString()).not.toMatch(/from ?"node:/);
});

it("carries its schema library once", async () => {
  const map = JSON.parse(await readFile(join(outDir, "mod.js.map"), "utf8")) as { sources: string[] };
  const copies = new Set(map.sources.flatMap((source) => /^(.*node_modules\/zod)\//.exec(source)?.[1] ?? []));
  expect(copies.size).toBe(1);
});
