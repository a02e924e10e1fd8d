/** Chromium: the same golden bytes, on a page that fetches the fixtures from this machine. */
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

const PAGE = "<!doctype html><meta charset=utf-8><title>identity</title><script type=module src=/page.js></script>";

let server: Server | undefined;
let origin: string;

beforeAll(async () => {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL("identity-page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  const script = bundle.outputFiles[0]?.contents ?? new Uint8Array();
  const files = new Map<string, readonly [type: string, body: Uint8Array | string]>([
    ["/", ["text/html", PAGE]],
    ["/page.js", ["text/javascript", script]],
    ["/fixtures.json", ["application/json", JSON.stringify(fixtureTable().map(({ name, file }) => ({ name, file })))]],
  ]);
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

describe.skipIf(CHROMIUM_MISSING !== undefined)(`identical bytes (${CHROMIUM_MISSING ?? "Chromium runs"})`, () => {
  it("are the golden ones in Chromium", async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(`${origin}/`);
      await page.waitForFunction(() => Object.keys(document.documentElement.dataset).length > 0);
      const left = await page.evaluate(() => ({ ...document.documentElement.dataset }));
      expect(left["failure"]).toBeUndefined();
      const identity = JSON.parse(left["identity"] ?? "") as Identity;
      expect(differences(readGolden(), identity)).toEqual([]);
      expect(identity.all).toBe(readGolden().all);
    } finally {
      await browser.close();
    }
  });
});
