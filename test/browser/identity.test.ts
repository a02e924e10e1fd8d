/** Chromium: the same golden bytes, on pages that fetch what they need from this machine. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureTable } from "../../wasm-fixtures/fixtures.ts";
import { readGolden } from "../runtimes/identity-inputs.ts";
import { differences, type Identity } from "../runtimes/identity-suite.ts";
import { CHROMIUM_MISSING, launchChromium } from "./chromium.ts";

const PAGES = {
  identity: "identity-page.ts",
  rollouts: "rollout-golden-page.ts",
  simulations: "simulation-page.ts",
  dids: "did-page.ts",
  live: "live-page.ts",
} as const;
type Page = keyof typeof PAGES;

let server: Server | undefined;
let origin: string;

beforeAll(async () => {
  const files = new Map<string, readonly [type: string, body: Uint8Array | string]>([
    ["/fixtures.json", ["application/json", JSON.stringify(fixtureTable().map(({ name, file }) => ({ name, file })))]],
  ]);
  for (const [name, entry] of Object.entries(PAGES)) {
    const page = `<!doctype html><meta charset=utf-8><title>${name}</title><script type=module src=/${name}.js></script>`;
    files.set(`/${name}`, ["text/html", page]).set(`/${name}.js`, ["text/javascript", await bundled(entry)]);
  }
  for (const { file } of fixtureTable())
    files.set(`/${file}`, ["application/wasm", readFileSync(new URL(`../../wasm-fixtures/${file}`, import.meta.url))]);
  const listening = createServer((request, response) => {
    const found = files.get(request.url ?? "");
    response.writeHead(found === undefined ? 404 : 200, { "content-type": found?.[0] ?? "text/plain" });
    response.end(found?.[1]);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
});

afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

async function bundled(entry: string): Promise<Uint8Array> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  return bundle.outputFiles[0]?.contents ?? new Uint8Array();
}

/** What the page left. */
async function visit(name: Page): Promise<string> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`${origin}/${name}`);
    await page.waitForFunction(() => Object.keys(document.documentElement.dataset).length > 0);
    const left = await page.evaluate(() => ({ ...document.documentElement.dataset }));
    expect(left["failure"]).toBeUndefined();
    return left[name] ?? "";
  } finally {
    await browser.close();
  }
}

describe.skipIf(CHROMIUM_MISSING !== undefined)(`identical bytes (${CHROMIUM_MISSING ?? "Chromium runs"})`, () => {
  it("are the golden ones in Chromium", async () => {
    const identity = JSON.parse(await visit("identity")) as Identity;
    expect(differences(readGolden(), identity)).toEqual([]);
    expect(identity.all).toBe(readGolden().all);
  });

  it("are those of the golden rollouts in Chromium", async () => {
    const told = JSON.parse(await visit("rollouts")) as { readonly count: number; readonly failed: readonly string[] };
    expect(told.failed).toEqual([]);
    expect(told.count).toBeGreaterThan(20);
  });

  it("are those of the golden simulations in Chromium", async () => {
    const drawn = JSON.parse(await visit("simulations")) as {
      readonly count: number;
      readonly failed: readonly string[];
    };
    expect(drawn).toEqual({ count: 1, failed: [] });
  });

  it("are those of the golden identities in Chromium", async () => {
    const made = JSON.parse(await visit("dids")) as { readonly count: number; readonly failed: readonly string[] };
    expect(made.failed).toEqual([]);
    expect(made.count).toBeGreaterThan(100);
  });

  it("and so are the verdicts about signatures, and the keys that are made there", async () => {
    const told = JSON.parse(await visit("live")) as { readonly count: number; readonly failed: readonly string[] };
    expect(told.failed).toEqual([]);
    expect(told.count).toBeGreaterThan(50);
  });
});
