import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeUtf8 } from "@tau-edge/encoding";
import type { ArtifactPlace } from "@tau-edge/ports";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeArtifactFiles } from "./artifact-files.ts";

let directory: string;
let files: NodeArtifactFiles;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tau-edge-artifacts-"));
  for (const [place, name] of [
    ["here", "both"],
    ["there", "both"],
    ["there", "there-only"],
  ] as const) {
    await mkdir(join(directory, place), { recursive: true });
    await writeFile(join(directory, place, name), `${name} ${place}`);
  }
  files = new NodeArtifactFiles({
    working_directory: join(directory, "here"),
    fixture_directory: join(directory, "there"),
  });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function found(path: string, place?: ArtifactPlace) {
  const file = await files.read(path, 100, place);
  return file && [decodeUtf8(file.bytes), file.place];
}

describe("files that cases name", () => {
  it("are those of the working directory, as in S1, and else those beside the fixture", async () => {
    expect(await found("both")).toEqual(["both here", "working_directory"]);
    expect(await found("there-only")).toEqual(["there-only there", "fixture"]);
    expect(await found("both", "fixture")).toEqual(["both there", "fixture"]);
    expect(await found("there-only", "working_directory")).toBeUndefined();
    expect(await found(join(directory, "there/both"))).toEqual(["both there", "working_directory"]);
  });

  it.each(["nowhere", "both/below", "x".repeat(5_000), "a\0b"])(
    "are absent under a name that no file has: %.20j",
    async (path) => {
      expect(await found(path)).toBeUndefined();
    },
  );

  it("are not read when they are too large, or no files", async () => {
    await expect(files.read("both", 3)).rejects.toMatchObject({ code: "object_too_large" });
    await expect(files.read(".", 100)).rejects.toMatchObject({ code: "store_unavailable" });
  });
});
