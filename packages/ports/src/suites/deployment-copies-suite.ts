/** What every place that writes S1's files promises to a collection: readable copies of what went, taken away. */
import { digestOf, encodeUtf8 } from "@tau-edge/encoding";
import type { DeliverableCopy, DeliverableFiles } from "../deployment-files.ts";
import { check, checkEqual, sampleBytes } from "./check.ts";
import type { DeploymentFilesHarness, FilesTest } from "./deployment-files-harness.ts";

export function copyTests(test: FilesTest): void {
  test("copies of what went are taken away, once, and no others", async (harness) => {
    const [gone, kept] = [await deliverable(harness, 1), await deliverable(harness, 2)];
    const paths = await harness.files.link(gone);
    const others = await harness.files.link(kept);
    checkEqual(await harness.files.unlink(async () => copiesOf(gone)), 2, "copies");
    for (const path of [paths.artifact_path, paths.manifest_path])
      checkEqual(await harness.readFile(path), undefined, path);
    for (const path of [others.artifact_path, others.manifest_path])
      check((await harness.readFile(path)) !== undefined, `${path} is kept`);
    checkEqual(await (await harness.reopen()).unlink(async () => copiesOf(gone)), 0, "copies once more");
    await harness.files.link(gone);
  });

  test("a file of others under the name of a copy is kept", async (harness) => {
    const gone = await deliverable(harness, 3);
    const { artifact_path } = await harness.files.link(gone);
    const theirs = encodeUtf8("somebody else's");
    await harness.writeFile(artifact_path, theirs);
    checkEqual(await harness.files.unlink(async () => copiesOf(gone)), 1, "copies");
    checkEqual(await harness.readFile(artifact_path), theirs, "their file");
  });

  test("the manifest of a later package stays where the one before it goes", async (harness) => {
    const first = await deliverable(harness, 4);
    const second = { ...first, manifest: (await deliverable(harness, 5)).manifest };
    await harness.files.link(first);
    const { manifest_path } = await harness.files.link(second);
    const [, manifest] = copiesOf(first);
    checkEqual(await harness.files.unlink(async () => (manifest === undefined ? [] : [manifest])), 0, "copies");
    check((await harness.readFile(manifest_path)) !== undefined, "the later manifest is kept");
  });

  test("copies that were never made are no failure", async (harness) => {
    const never = await deliverable(harness, 6);
    checkEqual(await harness.files.unlink(async () => copiesOf(never)), 0, "copies");
    checkEqual(await harness.files.unlink(async () => []), 0, "copies of nothing");
  });
}

function copiesOf({ blueprint_id, artifact, manifest }: DeliverableFiles): readonly DeliverableCopy[] {
  return [
    { blueprint_id, artifact, part: "artifact", digest: artifact },
    { blueprint_id, artifact, part: "manifest", digest: manifest },
  ];
}

async function deliverable(harness: DeploymentFilesHarness, nth: number): Promise<DeliverableFiles> {
  const [artifact, manifest] = [sampleBytes(nth, 64), sampleBytes(nth + 100, 64)];
  const files = {
    blueprint_id: `copies-${nth}`,
    artifact: digestOf(harness.sha256(artifact)),
    manifest: digestOf(harness.sha256(manifest)),
  };
  await harness.putObject(files.artifact, artifact);
  await harness.putObject(files.manifest, manifest);
  return files;
}
