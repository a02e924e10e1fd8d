import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf, encodeUtf8 } from "@tau-edge/encoding";
import type { DeliverableFiles } from "@tau-edge/ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NodeDeploymentFiles } from "./deployment-files.ts";
import { DurableFiles } from "./durable-files.ts";
import type { FileSystem } from "./file-system.ts";
import { nativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { FileObjectStore } from "./object-files.ts";
import { objectPath } from "./object-reader.ts";
import { type OpenState, openState } from "./open-state.ts";
import { systemClock } from "./system-clock.ts";

let directory: string;
let state: OpenState;
let planned: DeliverableFiles;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  state = await openState(join(directory, "state"));
  const [artifact, manifest] = [encodeUtf8("artifact"), encodeUtf8("manifest")];
  planned = {
    blueprint_id: "sample",
    artifact: digestOf(nativeSha256(artifact)),
    manifest: digestOf(nativeSha256(manifest)),
  };
  await state.objects.putIfAbsent(planned.artifact, artifact);
  await state.objects.putIfAbsent(planned.manifest, manifest);
});
afterEach(async () => {
  await state.close();
  await rm(directory, { recursive: true, force: true });
});

function filesOn(changes: Partial<FileSystem>): NodeDeploymentFiles {
  const files = new DurableFiles({ ...nodeFileSystem, ...changes }, join(directory, "state"));
  return new NodeDeploymentFiles({
    output_dir: state.default_output_dir,
    files,
    objects: new FileObjectStore(files.home, files, systemClock),
    ledger: state.ledger,
  });
}

describe("artifacts for people", () => {
  it("are further names of the objects, not second copies", async () => {
    const paths = await state.files.link(planned);
    const object = await lstat(objectPath(join(directory, "state"), planned.artifact));
    expect((await lstat(paths.artifact_path)).ino).toBe(object.ino);
    expect(object.nlink).toBe(2);
  });

  it("are copies where links are refused, whole and without leftovers", async () => {
    const refused = Object.assign(new Error("EXDEV"), { code: "EXDEV" });
    const files = filesOn({ link: () => Promise.reject(refused) });
    for (let round = 0; round < 2; round++) {
      const { artifact_path, manifest_path } = await files.link(planned);
      expect(await readFile(artifact_path, "utf8")).toBe("artifact");
      expect(await readFile(manifest_path, "utf8")).toBe("manifest");
      expect(await readdir(join(artifact_path, ".."))).toHaveLength(2);
    }
  });

  it("go where the caller says, under the path that the caller wrote", async () => {
    for (const output_dir of [join(directory, "out"), `${directory}/./out2`, `${directory}/out3/`]) {
      const { artifact_path } = await state.filesIn(output_dir).link(planned);
      const slash = output_dir.endsWith("/") ? "" : "/";
      expect(artifact_path).toBe(`${output_dir}${slash}sample/${planned.artifact.slice(7)}.wasm`);
      expect(await readFile(artifact_path, "utf8")).toBe("artifact");
    }
  });

  it("do not follow a blueprint's directory that leads elsewhere", async () => {
    await mkdir(join(directory, "elsewhere"));
    await mkdir(join(directory, "state", "wasm-artifacts"));
    await symlink(join(directory, "elsewhere"), join(directory, "state", "wasm-artifacts", "sample"));
    await expect(state.files.check(planned)).rejects.toMatchObject({ code: "path_escapes" });
    await expect(state.files.link(planned)).rejects.toMatchObject({ code: "path_escapes" });
    expect(await readdir(join(directory, "elsewhere"))).toEqual([]);
  });
});

describe("state.json", () => {
  const path = () => join(directory, "state", "state.json");
  const known = async () => ({ seq: 1, entries: [] });

  it("keeps the permissions that its owner gave it", async () => {
    await state.files.refresh(known);
    await chmod(path(), 0o600);
    await state.files.refresh(async () => ({ seq: 2, entries: [] }));
    expect((await lstat(path())).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path(), "utf8")).tau_edge.seq).toBe(2);
  });

  it("is not replaced when it is a link or a directory", async () => {
    await writeFile(join(directory, "theirs"), "{}");
    await symlink(join(directory, "theirs"), path());
    await expect(state.files.check()).rejects.toMatchObject({ code: "state_corrupt" });
    await expect(state.files.refresh(known)).rejects.toMatchObject({ code: "state_corrupt" });
    expect((await lstat(path())).isSymbolicLink()).toBe(true);
    await rm(path());
    await mkdir(path());
    await expect(state.files.check()).rejects.toMatchObject({ code: "state_corrupt" });
  });

  it("stays as it was when the new one cannot be written", async () => {
    await state.files.refresh(known);
    const before = await readFile(path());
    const full = Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    const files = filesOn({
      async create(name, mode) {
        return { ...(await nodeFileSystem.create(name, mode)), write: () => Promise.reject(full) };
      },
    });
    await expect(files.refresh(async () => ({ seq: 2, entries: [] }))).rejects.toMatchObject({ code: "store_full" });
    expect(await readFile(path())).toEqual(before);
    expect((await readdir(join(directory, "state"))).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
