/** What every place that writes S1's files promises to `did init`: its part of `state.json`, beside the others'. */
import type { BrowserDids } from "@tau-edge/contract";
import { decodeUtf8, encodeUtf8 } from "@tau-edge/encoding";
import { checkEqual, checkFails } from "./check.ts";
import { type DeploymentFilesHarness, type FilesTest, known, names, stateOf } from "./deployment-files-harness.ts";

const THEIRS = '{"note":[1.50],"rollouts":[{"case_key":"a","x": 1.0}],"browser_dids":[{"did":"did:web:old"}]}';

export function didTests(test: FilesTest): void {
  test("identities and deliverables stand in one file, whoever comes first", async (harness) => {
    await harness.files.refreshDids(async () => dids(1));
    await (await harness.reopen()).refresh(async () => known(1));
    await harness.files.refreshDids(async () => dids(2));
    await (await harness.reopen()).refresh(async () => known(2));
    await harness.files.check(undefined, async () => known(2));
    const state = await stateOf(harness);
    checkEqual(names(state), ["blueprint-0", "blueprint-1"], "wasm_deliverables");
    checkEqual(state["browser_dids"], dids(2).entries, "browser_dids");
    const { seq, dids: stamped } = Object(state["tau_edge"]);
    checkEqual([seq, stamped.seq, stamped.record_hash], [2, 2, "ef".repeat(32)], "stamp");
  });

  test("what stands in a file of others stays, and identities come behind it", async (harness) => {
    await harness.writeFile(harness.state_path, encodeUtf8(THEIRS));
    await harness.files.refreshDids(async () => dids(1));
    const state = await stateOf(harness);
    checkEqual([state["note"], state["rollouts"]], [[1.5], [{ case_key: "a", x: 1 }]], "what is not ours");
    checkEqual(state["browser_dids"], [{ did: "did:web:old" }, ...dids(1).entries], "browser_dids");
  });

  test("identities of a longer or another ledger are not written over", async (harness) => {
    await harness.files.refreshDids(async () => dids(2));
    const before = await textOf(harness);
    await checkFails("state_foreign", "fewer", () => harness.files.refreshDids(async () => dids(1)));
    const other = { ...dids(2), position: { seq: 2, record_hash: "00".repeat(32) } };
    await checkFails("state_foreign", "others", () => harness.files.refreshDids(async () => other));
    checkEqual(await textOf(harness), before, "the file");
  });

  test("identities that somebody changed are refused, and kept", async (harness) => {
    await harness.files.refreshDids(async () => dids(1));
    const forged = (await textOf(harness)).replace("did:key:z0", "did:key:z9");
    await harness.writeFile(harness.state_path, encodeUtf8(forged));
    const files = await harness.reopen();
    await checkFails("state_foreign", "refreshDids", () => files.refreshDids(async () => dids(2)));
    await checkFails("state_foreign", "check", () => files.check());
    checkEqual(await textOf(harness), forged, "the file");
  });
}

/** So many identities, each in a file of its own. */
function dids(count: number): BrowserDids {
  return {
    position: { seq: count, record_hash: "ef".repeat(32) },
    entries: Array.from({ length: count }, (_, nth) => ({
      did: `did:key:z${nth}`,
      method: "key",
      network: "tau-devnet",
      subject: "browser-agent",
      assurance: "dev",
      output_path: `dids/${nth}.json`,
      payload_sha256: "ab".repeat(32),
    })),
  };
}

async function textOf(harness: DeploymentFilesHarness): Promise<string> {
  return decodeUtf8((await harness.readFile(harness.state_path)) ?? new Uint8Array(0));
}
