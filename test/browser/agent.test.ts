/** An agent on a page: real Chromium against real gateways, through everything that may happen to an agent. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoryArtifact } from "../runtimes/rollout-story.ts";
import { adder } from "./adder.ts";
import { CHROMIUM_MISSING, launchChromium } from "./chromium.ts";
import type { Front } from "./front.ts";
import { type BrowsedGateway, GATEWAYS, OWNER } from "./gateways.ts";

/** A folder for pictures of the page, for whoever wants to look at it. */
const SHOTS = process.env["SHOTS"];
const TIMEOUT_MS = 20_000;

let browser: Browser;
let artifacts: ReadonlyMap<string, StoryArtifact>;

beforeAll(async () => {
  if (CHROMIUM_MISSING !== undefined) return;
  const made = await Promise.all(["old", "new"].map(async (name) => [name, await adder(name)] as const));
  artifacts = new Map(made);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
});

function artifactOf(name: string): StoryArtifact {
  const artifact = artifacts.get(name);
  if (artifact === undefined) throw new Error(`there is no ${name}`);
  return artifact;
}

for (const [name, start] of GATEWAYS)
  describe.skipIf(CHROMIUM_MISSING !== undefined)(`an agent on a page, with a gateway on ${name}`, () => {
    let gateway: BrowsedGateway;
    let front: Front;
    let page: Page;
    const errors: string[] = [];

    beforeAll(async () => {
      gateway = await start(artifactOf);
      front = gateway.front;
      page = await (await browser.newContext({ viewport: { width: 1180, height: 900 } })).newPage();
      page.setDefaultTimeout(TIMEOUT_MS);
      page.on("pageerror", (error) => errors.push(String(error)));
    });

    afterAll(async () => {
      await page?.context().close();
      await gateway?.end();
    });

    async function told(path: string, document: object): Promise<Record<string, unknown>> {
      const headers = { authorization: `Bearer ${OWNER}`, "content-type": "application/json" };
      const response = await fetch(front.origin + path, { method: "POST", headers, body: JSON.stringify(document) });
      const text = await response.text();
      expect(response.ok, `${path} ${text}`).toBe(true);
      return JSON.parse(text) as Record<string, unknown>;
    }

    const link = async () => String((await told("/v1/bootstrap/links", { subject: "browser-agent" }))["url"]);
    const textOf = async (id: string) => (await page.locator(`#${id}`).textContent()) ?? "";
    const shows = (id: string, text: string | RegExp) =>
      expect.poll(() => textOf(id), { timeout: TIMEOUT_MS }).toMatch(text);
    const shot = async (what: string) => {
      if (SHOTS !== undefined)
        writeFileSync(join(SHOTS, `${name}-${what}.png`), await page.screenshot({ fullPage: true }));
    };
    const follow = async () => {
      await page.fill("#environment", "dev");
      await page.fill("#blueprint", "shop");
      await page.click("#toggle");
    };

    it("gets in with the link it was opened with, and takes that out of the address bar first", async () => {
      const url = await link();
      await page.goto(url);
      expect(page.url()).toBe(`${front.origin}/boot`);
      await shows("standing", "needs a link");
      await shot("1-link");
      // Nothing is used up before a person says so: who only looks at links opens pages, too.
      expect(front.seen.filter(({ path }) => path.includes("exchange"))).toEqual([]);
      await page.click("#enter button");
      await shows("standing", "registered");
      await shows("pinned", "pinned");
      expect(await textOf("did")).toMatch(/^did:key:z6Mk/);
      const secret = url.split(".").at(-2) ?? "";
      expect(
        await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify(history.state)),
      ).not.toContain(secret);
      expect(front.seen.some(({ path, headers }) => (path + JSON.stringify(headers)).includes(secret))).toBe(false);
      await shot("2-registered");
    });

    it("has its key after a reload, and cannot export it", async () => {
      const did = await textOf("did");
      await page.reload();
      await shows("standing", "registered");
      expect(await textOf("did")).toBe(did);
      const kept = await page.evaluate(async () => {
        const open = indexedDB.open("tau-edge-agent");
        await new Promise((resolve) => {
          open.onsuccess = resolve;
        });
        const all = open.result.transaction("agents").objectStore("agents").getAll();
        await new Promise((resolve) => {
          all.onsuccess = resolve;
        });
        const [{ keys }] = all.result as [{ keys: CryptoKeyPair }];
        const exported = await Promise.all(
          (["pkcs8", "jwk", "raw"] as const).map((format) =>
            crypto.subtle.exportKey(format, keys.privateKey).then(
              () => "exported",
              (error: unknown) => (error instanceof Error ? error.name : "?"),
            ),
          ),
        );
        return { extractable: keys.privateKey.extractable, json: JSON.stringify(keys.privateKey), exported };
      });
      expect(kept).toEqual({ extractable: false, json: "{}", exported: Array(3).fill("InvalidAccessError") });
    });

    it("runs what it was given after every byte of it was verified, and reports", async () => {
      await follow();
      await shows("running", /runs as (candidate|baseline)/);
      expect(await page.locator("#steps li").count()).toBe(3);
      await page.selectOption("#export", "add");
      await page.fill("#args", "[2, 40]");
      await page.click("#call button");
      await shows("result", "42");
      await page.selectOption("#export", "fail");
      await page.fill("#args", "[]");
      await page.click("#call button");
      await shows("log", "call_failed");
      await shows("added", /^[1-9]/);
      await shot("3-runs");
      const { agents } = (await (
        await fetch(`${front.origin}/v1/agents`, { headers: { authorization: `Bearer ${OWNER}` } })
      ).json()) as { agents: { did: string; states: object[] }[] };
      const me = agents.find(({ did }) => did.startsWith("did:key:"));
      expect(me).toMatchObject({ did: await textOf("did"), states: [{ blueprint: "shop", state: "running" }] });
    });

    it("runs components where they have no origin, no store and no network", async () => {
      const frame = page.frames().find((one) => one.url().endsWith("/dashboard/sandbox.html"));
      const reached = await frame?.evaluate(async (origin) => {
        const tried = async (act: () => unknown) => {
          try {
            await act();
            return "reached";
          } catch {
            return "refused";
          }
        };
        return {
          origin: self.origin,
          network: await tried(() => fetch(`${origin}/livez`)),
          page: await tried(() => parent.document),
          store: await tried(() => indexedDB.open("x")),
          local: await tried(() => localStorage),
        };
      }, front.origin);
      expect(reached).toEqual({
        ...{ origin: "null", network: "refused", page: "refused", store: "refused", local: "refused" },
      });
    });

    it("refuses a tampered artifact and tampered derived code, and runs nothing", async () => {
      await page.click("#toggle");
      for (const part of ["/v1/artifacts/", "/v1/objects/"]) {
        front.tampered = (path) => path.startsWith(part);
        await follow();
        await shows("running", "refused");
        await shows("log", "content_digest");
        expect(await page.locator("#call").isVisible()).toBe(false);
        expect(page.frames()).toHaveLength(1);
        await shot(`4-refused-${part.split("/")[2]}`);
        await page.click("#toggle");
      }
      front.tampered = () => false;
    });

    it("goes on over a rotation that kills its token, by proving its key again", async () => {
      await follow();
      await shows("running", /runs as/);
      const old = front.seen.findLast(({ path }) => path.startsWith("/v1/resolve/"))?.headers;
      await told("/v1/admin/rotate", { scope: ["links", "tokens"] });
      front.seen.length = 0;
      await expect
        .poll(() => front.seen.filter(({ path }) => path === "/v1/token").length, { timeout: TIMEOUT_MS })
        .toBeGreaterThan(0);
      const asked = () => front.seen.filter(({ path }) => path.startsWith("/v1/resolve/")).length;
      const before = asked();
      await expect.poll(asked, { timeout: TIMEOUT_MS }).toBeGreaterThan(before + 1);
      expect([await textOf("standing"), await textOf("running")]).toEqual([
        "registered",
        expect.stringMatching(/runs as/),
      ]);
      // What was seen on the wire before is worth nothing: the token is dead, and the proof was used.
      const { authorization = "", dpop = "" } = (old ?? {}) as Record<string, string>;
      const replayed = await fetch(`${front.origin}/v1/resolve/dev/shop`, { headers: { authorization, dpop } });
      expect(replayed.status).toBe(401);
    });

    it("stops while the blueprint is frozen, says why, and goes on when it is released", async () => {
      const place = { environment: "dev", blueprint: "shop" };
      await told("/v1/freezes", { ...place, reason: "it loses orders" });
      await shows("running", "paused");
      await shows("paused", "it loses orders");
      expect(await page.locator("#call").isVisible()).toBe(false);
      expect(page.frames()).toHaveLength(1);
      await shot("5-paused");
      await told("/v1/unfreezes", { ...place, reason: "mended" });
      await shows("running", /runs as/);
      expect(await page.locator("#paused").isVisible()).toBe(false);
    });

    it("throws away a component that never returns, and the page stays alive", async () => {
      await page.selectOption("#export", "spin");
      await page.fill("#args", "[]");
      await page.click("#call button");
      await shows("log", "call_timed_out");
      expect(await page.evaluate(() => 1 + 1)).toBe(2);
    });

    it("needs a link when it is revoked, and gets another identity with one", async () => {
      const did = await textOf("did");
      await told("/v1/agents/revoke", { did });
      await shows("standing", "needs a link");
      await shot("6-needs-link");
      await page.fill("#link", await link());
      await page.click("#enter button");
      await shows("standing", "registered");
      expect(await textOf("did")).not.toBe(did);
      await shows("running", /runs as/);
    });

    it("runs no script that somebody puts into the page", async () => {
      const ran = await page.evaluate(async () => {
        const violations: string[] = [];
        document.addEventListener("securitypolicyviolation", ({ violatedDirective }) =>
          violations.push(violatedDirective),
        );
        const tried = (act: () => void) => {
          try {
            act();
            return "taken";
          } catch {
            return "refused";
          }
        };
        const told = {
          html: tried(() => {
            document.body.innerHTML += "<img src=x onerror='window.pwned=1'>";
          }),
          script: tried(() => {
            const script = document.createElement("script");
            script.textContent = "window.pwned=1";
            document.body.append(script);
          }),
          handler: tried(() => {
            document.body.setAttribute("onclick", "window.pwned=1");
            document.body.click();
          }),
        };
        const elsewhere = await fetch("http://127.0.0.1:1/").then(
          () => "reached",
          () => "refused",
        );
        // What was violated is told a little later.
        await new Promise((resolve) => setTimeout(resolve, 500));
        return { ...told, elsewhere, pwned: "pwned" in window, violations: violations.length > 0 };
      });
      expect(ran).toMatchObject({ html: "refused", elsewhere: "refused", pwned: false, violations: true });
    });

    it("looks into a file without asking anybody", async () => {
      await page.click("#toggle");
      const asked: string[] = [];
      page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
      const { bytes } = artifactOf("new");
      const file = { name: "shop.wasm", mimeType: "application/wasm", buffer: Buffer.from(bytes) };
      const manifest = await fetch(`${front.origin}/v1/manifests/${gateway.manifest}`);
      const buffer = Buffer.from(await manifest.arrayBuffer());
      await page.setInputFiles("#file", [file, { name: "shop.manifest.json", mimeType: "application/json", buffer }]);
      await shows("found", "The manifest is true of these bytes");
      await shot("7-file");
      // What the agent still has to tell, at whatever moment.
      const agents = /^(?:POST \/v1\/(?:reports|token)|GET \/v1\/resolve\/.*)$/;
      // The script that looks is loaded when it is first needed.
      const script = /^GET \/dashboard\/[a-zA-Z0-9-]+\.js$/;
      expect(asked.filter((line) => !agents.test(line) && !script.test(line))).toEqual([]);
      asked.length = 0;
      await page.setInputFiles("#file", [{ ...file, buffer: Buffer.from(bytes).fill(0x21, 30, 31) }]);
      await shows("found", /non compliant|cannot be read/);
      await shot("8-damaged-file");
      expect(asked.filter((line) => !agents.test(line))).toEqual([]);
    });

    it("has thrown nothing that nobody caught", () => {
      expect(errors).toEqual([]);
    });
  });
