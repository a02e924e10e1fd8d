import { type Digest, encodeUtf8 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { storeDerived } from "./derived-code.ts";
import { makeResolver } from "./resolve.ts";
import { Disk, diskWithStable, Process, planFor } from "./rollouts.test-helper.ts";

const ENTRY = "shop.js";
const FILES: ReadonlyMap<string, Uint8Array> = new Map([
  ["shop.core.wasm", new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])],
  [ENTRY, encodeUtf8("export const answer = 42;")],
]);
const DESCRIPTION = {
  transpiler: "@bytecodealliance/jco",
  version: "1.24.3",
  options: ["--instantiation"],
  entry: ENTRY,
};

async function stored(process: Process, manifest_digest: Digest, files = FILES): Promise<Digest> {
  const result = await storeDerived({ manifest_digest, description: DESCRIPTION, files }, process.ports);
  if (result.outcome === "refused") throw new Error(result.detail);
  return result.derived_hash;
}

describe("derived code", () => {
  it("is told with its release to everybody who gets that one, and to nobody else", async () => {
    const { disk, stable } = await diskWithStable();
    const process = new Process(disk);
    const plain = await process.release(2);
    const derived_hash = await stored(process, plain.manifest_digest);
    const created = await process.rollouts.createRelease({ manifest_digest: plain.manifest_digest, derived_hash });
    if (created.outcome === "refused") throw new Error(created.detail);
    expect(created.release).toMatchObject({ derived_hash, artifact: plain.artifact });
    await process.start(planFor(created.release));
    await process.tick();
    const resolver = makeResolver(new Process(disk).ports);
    const asked = await resolver.resolve("dev", "shop", { override: created.release.release });
    expect(asked.resolved).toMatchObject({ release: { release: created.release.release } });
    expect(resolver.derivedOf("shop", created.release.release)).toBe(derived_hash);
    for (const { release } of [plain, stable]) expect(resolver.derivedOf("shop", release)).toBeUndefined();
    expect(resolver.derivedOf("another", created.release.release)).toBeUndefined();
  });

  it("is known by the digests of its document and of its files once a release names it, and not before", async () => {
    const disk = new Disk();
    const process = new Process(disk);
    const { manifest_digest, artifact } = await process.release(1);
    const derived_hash = await stored(process, manifest_digest);
    const { catalog } = process.ports;
    const named = [...disk.objects].filter(([, bytes]) => [...FILES.values()].some((file) => equal(file, bytes)));
    const digests = [derived_hash, ...named.map(([digest]) => digest)];
    expect(digests).toHaveLength(3);
    for (const digest of digests) expect(await catalog.findDerived(digest)).toBeUndefined();
    await process.rollouts.createRelease({ manifest_digest, derived_hash });
    for (const digest of digests)
      expect(await catalog.findDerived(digest)).toEqual({ digest, size_bytes: disk.objects.get(digest)?.length });
    for (const digest of [artifact, manifest_digest]) expect(await catalog.findDerived(digest)).toBeUndefined();
    const later = new Process(disk);
    expect(await later.ports.catalog.findDerived(derived_hash)).toMatchObject({ digest: derived_hash });
    expect((await later.rollouts.releases("shop"))[0]).toMatchObject({ derived_hash });
  });

  it("of an artifact that is a file of it as well leaves the artifact what it was", async () => {
    const process = new Process(new Disk());
    const { manifest_digest, artifact } = await process.release(1);
    const bytes = process.disk.objects.get(artifact) ?? new Uint8Array();
    const derived_hash = await stored(process, manifest_digest, new Map([...FILES, ["same.wasm", bytes]]));
    await process.rollouts.createRelease({ manifest_digest, derived_hash });
    expect(await process.ports.catalog.find(artifact)).toMatchObject({ part: "artifact" });
    expect(await process.ports.catalog.findDerived(artifact)).toMatchObject({ digest: artifact });
  });

  it("is named by no release when it is not stored, of another artifact, something else, or not whole", async () => {
    const disk = new Disk();
    const process = new Process(disk);
    const [one, other] = [await process.release(1), await process.release(2)];
    const derived_hash = await stored(process, one.manifest_digest);
    const create = (manifest_digest: Digest, derived: Digest) =>
      process.rollouts.createRelease({ manifest_digest, derived_hash: derived });
    const nothing: Digest = `sha256:${"00".repeat(32)}`;
    for (const digest of [nothing, one.artifact, one.release, one.manifest_digest])
      expect(await create(one.manifest_digest, digest)).toMatchObject({ code: "derived_unknown" });
    expect(await create(other.manifest_digest, derived_hash)).toMatchObject({ code: "derived_of_another" });
    const [entry] = [...disk.objects].find(([, bytes]) => equal(bytes, FILES.get(ENTRY) ?? new Uint8Array())) ?? [];
    if (entry !== undefined) disk.objects.delete(entry);
    const before = disk.rows.get("default/dev/shop")?.length;
    expect(await create(one.manifest_digest, derived_hash)).toMatchObject({ code: "derived_incomplete" });
    expect(disk.rows.get("default/dev/shop")?.length).toBe(before);
  });

  it("is not stored for a manifest that nobody packaged, or when it says itself that it is of another artifact", async () => {
    const disk = new Disk();
    const process = new Process(disk);
    const { manifest_digest, release } = await process.release(1);
    const before = disk.contents();
    const store = (manifest: Digest, more: object) =>
      storeDerived(
        { manifest_digest: manifest, description: { ...DESCRIPTION, ...more }, files: FILES },
        process.ports,
      );
    expect(await store(release, {})).toMatchObject({ code: "manifest_unknown" });
    expect(await store(manifest_digest, { artifact_digest: release })).toMatchObject({ code: "derived_of_another" });
    await expect(store(manifest_digest, { entry: "another.js" })).rejects.toMatchObject({ code: "derived_field" });
    expect(disk.contents()).toBe(before);
  });
});

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
