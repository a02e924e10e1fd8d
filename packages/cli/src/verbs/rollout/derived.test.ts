import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openState } from "@tau-edge/adapter-node";
import { type Digest, digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import { readDerivedCode } from "@tau-edge/manifest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openShop, type Shop } from "./rollout.test-helper.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
  mkdirSync(join(shop.dir, "out/interfaces"), { recursive: true });
  for (const [path, text] of FILES) writeFileSync(join(shop.dir, "out", path), text);
});
afterEach(() => shop.leave());

const FILES = [
  ["shop.js", "export const answer = 42;"],
  ["interfaces/shop.core.wasm", "wasm"],
] as const;
const DOCUMENT = {
  transpiler: "@bytecodealliance/jco",
  version: "1.24.3",
  options: ["--instantiation", "async"],
  entry: "shop.js",
  files: [{ path: "shop.js" }, { path: "interfaces/shop.core.wasm" }],
};
const digest = (text: string): Digest => digestOf(sha256(encodeUtf8(text)));

function create(document: object, ...argv: readonly string[]) {
  writeFileSync(join(shop.dir, "out/derived.json"), JSON.stringify(document));
  const named = ["--derived", "out/derived.json", "--json", ...argv];
  return shop.run("release", "create", shop.release.manifest_digest, ...named);
}

describe("release create --derived", () => {
  it("stores every file and a document of them, and the release names it", async () => {
    const run = await create(DOCUMENT);
    expect(run.exitCode).toBe(0);
    const { release } = run.json() as { release: { derived_hash: Digest; release: Digest } };
    const state = await openState(join(shop.dir, ".tau/deployment"));
    const stored = await state.objects.read(release.derived_hash, 100_000);
    const files = [];
    for (const [, text] of FILES) files.push(await state.objects.read(digest(text), 100));
    await state.close();
    expect(readDerivedCode(stored ?? new Uint8Array())).toEqual({
      ...DOCUMENT,
      v: 1,
      artifact_digest: shop.release.artifact,
      files: [
        { path: "interfaces/shop.core.wasm", sha256: digest("wasm"), bytes: 4 },
        { path: "shop.js", sha256: digest(FILES[0][1]), bytes: 25 },
      ],
    });
    expect(files.map((bytes) => bytes?.length)).toEqual([25, 4]);
    const list = await shop.run("release", "list", "shop");
    expect(list.stdout).toContain(`derived    ${release.derived_hash}`);
    expect((await create({ ...DOCUMENT, v: 1 })).json()).toMatchObject({ outcome: "unchanged", release });
  });

  it("is told by resolve with its release", async () => {
    const { release } = (await create(DOCUMENT)).json() as { release: { derived_hash: Digest; release: Digest } };
    shop.plan({ release: release.release });
    await shop.start();
    const asked = await shop.run("resolve", "dev", "shop", "--override", release.release, "--json");
    expect(asked.json()).toMatchObject({ release: release.release, derived: release.derived_hash });
  });

  it("compares what the document says of its files and of its artifact", async () => {
    const [js, core] = DOCUMENT.files;
    const right = { ...js, sha256: digest(FILES[0][1]), bytes: 25 };
    const artifact_digest = shop.release.artifact;
    expect((await create({ ...DOCUMENT, artifact_digest, files: [right, core] })).exitCode).toBe(0);
    for (const wrong of [
      { ...right, sha256: digest("x") },
      { ...right, bytes: 24 },
    ]) {
      const run = await create({ ...DOCUMENT, files: [wrong, core] });
      expect(run.exitCode).toBe(4);
      expect(run.json()).toMatchObject({ code: "derived_differs", at: "out/shop.js" });
    }
    const other = await create({ ...DOCUMENT, artifact_digest: shop.release.release });
    expect(other).toMatchObject({ exitCode: 3 });
    expect(other.json()).toMatchObject({ code: "derived_of_another" });
  });

  it.each([
    [{ entry: "another.js" }, "derived_field"],
    [{ files: [{ path: "shop.js" }, { path: "../secret" }] }, "derived_field"],
    [{ files: [{ path: "shop.js" }, { path: "/etc/passwd" }] }, "derived_field"],
    [{ files: [{ path: "shop.js" }, { path: "shop.js" }] }, "derived_field"],
    [{ files: [] }, "derived_malformed"],
    [{ colour: "red" }, "derived_malformed"],
    [{ transpiler: 1 }, "derived_malformed"],
  ])("is wrong use with %j", async (changes, code) => {
    const run = await create({ ...DOCUMENT, ...changes });
    expect(run.exitCode).toBe(2);
    expect(run.json()).toMatchObject({ code });
  });

  it("says which file is not there", async () => {
    const run = await create({ ...DOCUMENT, files: [...DOCUMENT.files, { path: "more.js" }] });
    expect(run.exitCode).toBe(1);
    expect(run.json()).toMatchObject({ code: "file_not_found", at: "out/more.js" });
  });

  it("publishes nothing that a link leads to outside of its folder", async () => {
    writeFileSync(join(shop.dir, "secret"), "-----BEGIN PRIVATE KEY-----");
    symlinkSync("shop.js", join(shop.dir, "out/alias.js"));
    expect((await create({ ...DOCUMENT, files: [...DOCUMENT.files, { path: "alias.js" }] })).exitCode).toBe(0);
    symlinkSync("../secret", join(shop.dir, "out/more.js"));
    symlinkSync("..", join(shop.dir, "out/up"));
    for (const path of ["more.js", "up/secret"]) {
      const run = await create({ ...DOCUMENT, files: [...DOCUMENT.files, { path }] });
      expect([run.exitCode, run.json()]).toMatchObject([2, { code: "derived_malformed", at: `out/${path}` }]);
    }
  });

  it("is not given to a gateway", async () => {
    writeFileSync(join(shop.dir, "token"), "t".repeat(40), { mode: 0o600 });
    const run = await create(DOCUMENT, "--gateway", "http://127.0.0.1:9", "--token-file", "token");
    expect(run.exitCode).toBe(2);
    expect(run.json()).toMatchObject({ code: "usage", remedy: expect.stringContaining("--state-dir") });
  });
});
