/** What every place that writes S1's files promises. */
import { type Digest, decodeUtf8, digestHex, digestOf, encodeUtf8 } from "@tau-edge/encoding";
import type { DeliverableFiles } from "../deployment-files.ts";
import { check, checkEqual, checkFails, sampleBytes, type TestRegistrar } from "./check.ts";
import { copyTests } from "./deployment-copies-suite.ts";
import { cycleTests } from "./deployment-cycles-suite.ts";
import { didTests } from "./deployment-dids-suite.ts";
import { type DeploymentFilesHarness, type FilesTest, known, names, stateOf } from "./deployment-files-harness.ts";

export function deploymentFilesSuite(t: TestRegistrar, make: () => Promise<DeploymentFilesHarness>): void {
  function test(name: string, run: (harness: DeploymentFilesHarness) => Promise<void>): void {
    t.test(`deployment files: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }
  linkTests(test);
  copyTests(test);
  refreshTests(test);
  refusalTests(test);
  cycleTests(test);
  didTests(test);
}

function linkTests(test: FilesTest): void {
  test("both files have the bytes of their objects, however often they are linked", async (harness) => {
    const planned = await objects(harness, 1);
    for (const files of [harness.files, harness.files, await harness.reopen()]) {
      await files.check(planned);
      const paths = await files.link(planned);
      const stem = `/edge-wasm/${digestHex(planned.artifact)}`;
      check(paths.artifact_path.endsWith(`${stem}.wasm`), `${paths.artifact_path} is S1's name`);
      check(paths.manifest_path.endsWith(`${stem}.manifest.json`), `${paths.manifest_path} is S1's name`);
      checkEqual(await digestAt(harness, paths.artifact_path), planned.artifact, "artifact");
      checkEqual(await digestAt(harness, paths.manifest_path), planned.manifest, "manifest");
    }
  });

  for (const blueprint_id of ["..", ".", "", "../up", "a/b", "a\\b", "/etc", "a\0b", ".hidden", "a..b", "A", "a\n"]) {
    test(`the blueprint ${JSON.stringify(blueprint_id)} is refused`, async (harness) => {
      const planned = { ...(await objects(harness, 2)), blueprint_id };
      await checkFails("path_escapes", "link", () => harness.files.link(planned));
      await checkFails("path_escapes", "check", () => harness.files.check(planned));
    });
  }

  test("files of others are kept, and refused before anything is written", async (harness) => {
    const planned = await objects(harness, 3);
    const paths = await harness.files.link(planned);
    const theirs = encodeUtf8("somebody else's");
    for (const path of [paths.artifact_path, paths.manifest_path]) {
      const ours = await harness.readFile(path);
      await harness.writeFile(path, theirs);
      await checkFails("state_foreign", "check", () => harness.files.check(planned));
      await checkFails("state_foreign", "link", () => harness.files.link(planned));
      checkEqual(await harness.readFile(path), theirs, "their file");
      await harness.writeFile(path, ours ?? theirs);
    }
    await harness.files.link(planned);
  });

  test("the same artifact with another manifest replaces our manifest", async (harness) => {
    const first = await objects(harness, 4);
    const second = { ...first, manifest: (await objects(harness, 5)).manifest };
    await harness.files.link(first);
    await harness.files.check(second);
    const { manifest_path } = await harness.files.link(second);
    checkEqual(await digestAt(harness, manifest_path), second.manifest, "manifest");
  });

  test("an object that is not stored cannot be linked", async (harness) => {
    const missing = digestOf(harness.sha256(sampleBytes(99, 9)));
    const planned = await objects(harness, 6);
    await checkFails("object_condemned", "link", () => harness.files.link({ ...planned, artifact: missing }));
  });
}

function refreshTests(test: FilesTest): void {
  test("an absent state file becomes S1's, with our stamp", async (harness) => {
    await harness.files.check();
    checkEqual(await harness.readFile(harness.state_path), undefined, "after check");
    await harness.files.refresh(async () => known(1));
    const state = await stateOf(harness);
    checkEqual(state["schema_version"], 1, "schema_version");
    checkEqual(names(state), ["blueprint-0"], "wasm_deliverables");
    const { seq, record_hash } = Object(state["tau_edge"]);
    checkEqual([seq, record_hash], [1, "ab".repeat(32)], "stamp");
  });

  test("a file that is up to date is left alone", async (harness) => {
    await harness.files.refresh(async () => known(2));
    const before = await harness.readFile(harness.state_path);
    await (await harness.reopen()).refresh(async () => known(2));
    checkEqual(await harness.readFile(harness.state_path), before, "bytes");
    await harness.files.refresh(async () => known(3));
    checkEqual(names(await stateOf(harness)).length, 3, "entries, when the ledger has gone on");
  });

  test("what the original wrote is kept, to the last unknown key", async (harness) => {
    const theirs = '{"schema_version":1,"big":12345678901234567890,"rollouts":[{"x":1}],"health":{"case_count":0}}';
    await harness.writeFile(harness.state_path, encodeUtf8(theirs));
    await harness.files.check();
    await harness.files.refresh(async () => known(1));
    const text = decodeUtf8((await harness.readFile(harness.state_path)) ?? new Uint8Array());
    check(text.startsWith(theirs.slice(0, -1)), `every byte of theirs is kept: ${text}`);
    check(text.includes('"blueprint-0"'), `theirs and ours stand side by side: ${text}`);
  });

  test("of many refreshes none is lost, and none runs beside another", async (harness) => {
    const places = [harness.files, await harness.reopen()];
    let [records, running] = [0, 0];
    const refreshes = Array.from({ length: 24 }, async (_, nth) => {
      await (places[nth % 2] ?? harness.files).refresh(async () => {
        running += 1;
        checkEqual(running, 1, "refreshes at once");
        records += 1;
        const found = known(records);
        await new Promise<void>((resolve) => {
          queueMicrotask(resolve);
        });
        running -= 1;
        return found;
      });
    });
    await Promise.all(refreshes);
    checkEqual(names(await stateOf(harness)).length, 24, "deliverables");
  });

  test("a failure to read the ledger leaves the file and the lock", async (harness) => {
    await harness.files.refresh(async () => known(1));
    let thrown: unknown;
    await harness.files
      .refresh(() => Promise.reject(new RangeError("no ledger")))
      .catch((error: unknown) => {
        thrown = error;
      });
    check(thrown instanceof RangeError, "the caller sees its own error");
    await harness.files.refresh(async () => known(2));
    checkEqual(names(await stateOf(harness)).length, 2, "deliverables");
  });
}

function refusalTests(test: FilesTest): void {
  const refused = [
    ["state_corrupt", "half a document", '{"schema_version": 1, "rollouts": ['],
    ["state_corrupt", "an empty file", ""],
    ["state_corrupt", "a list", "[]"],
    ["state_corrupt", "a duplicate key", '{"schema_version": 1, "schema_version": 1}'],
    ["state_newer", "a newer schema", '{"schema_version": 2}'],
  ] as const;
  for (const [code, what, text] of refused) {
    test(`${what} is ${code}, and kept`, async (harness) => {
      await harness.writeFile(harness.state_path, encodeUtf8(text));
      await checkFails(code, "check", () => harness.files.check());
      await checkFails(code, "refresh", () => harness.files.refresh(async () => known(1)));
      checkEqual(await harness.readFile(harness.state_path), encodeUtf8(text), "the file");
    });
  }

  test("our keys changed by somebody else are state_foreign, and kept", async (harness) => {
    await harness.files.refresh(async () => known(2));
    const text = decodeUtf8((await harness.readFile(harness.state_path)) ?? new Uint8Array());
    const changed = encodeUtf8(text.replace("blueprint-1", "blueprint-x"));
    await harness.writeFile(harness.state_path, changed);
    await checkFails("state_foreign", "check", () => harness.files.check());
    await checkFails("state_foreign", "refresh", () => harness.files.refresh(async () => known(3)));
    checkEqual(await harness.readFile(harness.state_path), changed, "the file");
  });

  test("a file that knows more than the ledger is state_foreign, and kept", async (harness) => {
    await harness.files.refresh(async () => known(3));
    const before = await harness.readFile(harness.state_path);
    await checkFails("state_foreign", "refresh", () => harness.files.refresh(async () => known(2)));
    await checkFails("state_foreign", "check", () => harness.files.check(undefined, async () => known(2)));
    await harness.files.check(undefined, async () => known(3));
    checkEqual(await harness.readFile(harness.state_path), before, "the file");
  });
}

async function objects(harness: DeploymentFilesHarness, seed: number): Promise<DeliverableFiles> {
  const [artifact, manifest] = [sampleBytes(seed, 5_000), sampleBytes(seed + 100, 500)];
  const planned = {
    blueprint_id: "edge-wasm",
    artifact: digestOf(harness.sha256(artifact)),
    manifest: digestOf(harness.sha256(manifest)),
  };
  await harness.putObject(planned.artifact, artifact);
  await harness.putObject(planned.manifest, manifest);
  return planned;
}

async function digestAt(harness: DeploymentFilesHarness, path: string): Promise<Digest | undefined> {
  const bytes = await harness.readFile(path);
  return bytes === undefined ? undefined : digestOf(harness.sha256(bytes));
}
