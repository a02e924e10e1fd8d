/** What every place that writes S1's files promises to a runner: its part of `state.json`, beside the packager's. */
import type { CycleMembers } from "@tau-edge/contract";
import { decodeUtf8, encodeUtf8, toHex } from "@tau-edge/encoding";
import { check, checkEqual, checkFails } from "./check.ts";
import { type DeploymentFilesHarness, type FilesTest, known, names, stateOf } from "./deployment-files-harness.ts";

const THEIRS = '{"rollouts":[{"case_key":"a","x": 1.0}],"note":[1.50],"health":{"failure_streak":2,"mine":1e2}}';

export function cycleTests(test: FilesTest): void {
  test("a runner's part and a packager's stand in one file, whoever comes first", async (harness) => {
    await harness.files.refreshCycles(async () => cycles(1));
    const first = await stateOf(harness);
    checkEqual(Object(first["tau_edge"])["cycles"]["seq"], 1, "position of the cycles");
    await (await harness.reopen()).refresh(async () => known(1));
    await harness.files.refreshCycles(async () => cycles(3));
    await (await harness.reopen()).refresh(async () => known(2));
    await harness.files.check(undefined, async () => known(2));
    const state = await stateOf(harness);
    checkEqual(names(state), ["blueprint-0", "blueprint-1"], "wasm_deliverables");
    checkEqual(state["processed_case_keys"], ["key-0", "key-1", "key-2"], "processed_case_keys");
    checkEqual(state["rollouts"], [{ case_key: "key-0" }, { case_key: "key-1" }, { case_key: "key-2" }], "rollouts");
    checkEqual(state["failed_cases"], [{ case_key: "failed" }], "failed_cases");
    checkEqual(Object(state["health"])["last_cycle_completed"], 3, "health");
    const { seq, cycles: stamped } = Object(state["tau_edge"]);
    checkEqual([seq, stamped.seq, stamped.record_hash], [2, 3, "cd".repeat(32)], "stamp");
  });

  test("of packagers and runners at once none is lost", async (harness) => {
    const places = [harness.files, await harness.reopen()];
    let [packages, ran] = [0, 0];
    const work = Array.from({ length: 24 }, (_, nth) => {
      const files = places[nth % 2] ?? harness.files;
      if (nth % 3 === 0) return files.refreshCycles(async () => cycles(++ran));
      return files.refresh(async () => known(++packages));
    });
    await Promise.all(work);
    const state = await stateOf(harness);
    checkEqual(names(state).length, 16, "deliverables");
    checkEqual(
      state["processed_case_keys"],
      Array.from({ length: 8 }, (_, nth) => `key-${nth}`),
      "keys",
    );
  });

  test("cycles of the original are not written over before they are imported", async (harness) => {
    await harness.writeFile(harness.state_path, encodeUtf8(THEIRS));
    for (const imported_sha256 of [undefined, "0".repeat(64)]) {
      const other = imported_sha256 === undefined ? cycles(1) : { ...cycles(1), imported_sha256 };
      await checkFails("state_foreign", "refreshCycles", () => harness.files.refreshCycles(async () => other));
    }
    const adopted = { position: cycles(1).position, imported_sha256: "0".repeat(64) };
    await checkFails("state_foreign", "adoption of others", () => harness.files.refreshCycles(async () => adopted));
    checkEqual(decodeUtf8(await bytesOf(harness)), THEIRS, "the file");
  });

  test("cycles of the original that were imported stay as they are, and may be written over then", async (harness) => {
    await harness.writeFile(harness.state_path, encodeUtf8(THEIRS));
    const imported_sha256 = await cyclesOf(harness);
    await harness.files.refreshCycles(async () => ({ position: cycles(1).position, imported_sha256 }));
    const adopted = decodeUtf8(await bytesOf(harness));
    check(adopted.startsWith(THEIRS.slice(0, -1)), `every byte is kept: ${adopted}`);
    checkEqual(Object(JSON.parse(adopted).tau_edge).cycles.sha256, imported_sha256, "digest in the stamp");
    await harness.files.refreshCycles(async () => cycles(2));
    const text = decodeUtf8(await bytesOf(harness));
    check(text.includes('"note":[1.50]') && text.includes('"mine":1e2'), `keys of others are kept: ${text}`);
    checkEqual((await stateOf(harness))["processed_case_keys"], ["key-0", "key-1"], "keys");
  });

  test("what a runner wrote and somebody else changed is state_foreign for everybody, and kept", async (harness) => {
    await harness.files.refreshCycles(async () => cycles(2));
    const text = decodeUtf8(await bytesOf(harness));
    const changed = encodeUtf8(text.replace('"key-1"\n', '"key-x"\n'));
    await harness.writeFile(harness.state_path, changed);
    await checkFails("state_foreign", "check", () => harness.files.check());
    await checkFails("state_foreign", "refresh", () => harness.files.refresh(async () => known(1)));
    await checkFails("state_foreign", "refreshCycles", () => harness.files.refreshCycles(async () => cycles(3)));
    checkEqual(await bytesOf(harness), changed, "the file");
  });

  test("a file that knows more cycles than the ledger, or others, is state_foreign, and kept", async (harness) => {
    await harness.files.refreshCycles(async () => cycles(3));
    const before = await bytesOf(harness);
    await checkFails("state_foreign", "fewer", () => harness.files.refreshCycles(async () => cycles(2)));
    const other = { ...cycles(3), position: { seq: 3, record_hash: "ef".repeat(32) } };
    await checkFails("state_foreign", "others", () => harness.files.refreshCycles(async () => other));
    checkEqual(await bytesOf(harness), before, "the file");
  });

  test("a failure to list the cycles leaves the file and the lock", async (harness) => {
    await harness.files.refreshCycles(async () => cycles(1));
    const before = await bytesOf(harness);
    const failing: CycleMembers = { ...cycles(2), rollouts: failingAfterOne() };
    const thrown = await harness.files.refreshCycles(async () => failing).catch((error: unknown) => error);
    check(thrown instanceof RangeError, `the caller sees its own error: ${thrown}`);
    checkEqual(await bytesOf(harness), before, "the file");
    await harness.files.refreshCycles(async () => cycles(2));
  });

  test("the contents are those of the moment in which they were asked for", async (harness) => {
    checkEqual(await harness.files.contents(), undefined, "contents of no file");
    await harness.files.refreshCycles(async () => cycles(1));
    const before = await bytesOf(harness);
    const contents = await harness.files.contents();
    await harness.files.refreshCycles(async () => cycles(2));
    checkEqual(contents === undefined ? undefined : await joined(contents), before, "contents");
  });
}

/** A runner that has processed so many cases, and failed in another one. */
function cycles(count: number): CycleMembers {
  const keys = Array.from({ length: count }, (_, nth) => `key-${nth}`);
  return {
    position: { seq: count, record_hash: "cd".repeat(32) },
    processed_case_keys: keys,
    rollouts: keys.map((case_key) => JSON.stringify({ case_key })),
    failed_cases: ['{"case_key":"failed"}'],
    health: {
      updated_unix_ms: 5,
      cycle_duration_ms: 1,
      queue_depth: 0,
      active_runs: 0,
      failure_streak: 0,
      last_cycle_discovered: count,
      last_cycle_processed: count,
      last_cycle_completed: count,
      last_cycle_failed: 0,
      last_cycle_duplicates: 0,
    },
  };
}

function* failingAfterOne(): Generator<string, void, undefined> {
  yield "{}";
  throw new RangeError("no book");
}

/** The digest of the cycles in the file, as whoever imports it computes it. */
async function cyclesOf(harness: DeploymentFilesHarness): Promise<string> {
  const lines: string[] = [];
  const add = (key: string, raw: string) => lines.push(`${toHex(harness.sha256(encodeUtf8(`${raw}\n`)))}  ${key}\n`);
  add("rollouts", '{"case_key":"a","x": 1.0}');
  add("health", '{"failure_streak":2,"mine":1e2}');
  return toHex(harness.sha256(encodeUtf8(lines.join(""))));
}

async function bytesOf(harness: DeploymentFilesHarness): Promise<Uint8Array> {
  const bytes = await harness.readFile(harness.state_path);
  check(bytes !== undefined, "there is a state file");
  return bytes;
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes: number[] = [];
  for await (const chunk of chunks) bytes.push(...chunk);
  return new Uint8Array(bytes);
}
