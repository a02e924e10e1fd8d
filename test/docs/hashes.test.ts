/** docs/hashes.md says what is hashed; the code says what comes out. */
import {
  type CborValue,
  type Digest,
  digestBytes,
  digestHex,
  digestOf,
  encodeCbor,
  encodeUtf8,
  sha256,
  startSha256,
  toHex,
} from "@tau-edge/encoding";
import { encodeRecord, genesisHash, recordHash, treeHash } from "@tau-edge/ledger";
import {
  checkpointObject,
  defaultEnvironmentProfile,
  dependenciesLock,
  determinismProfileHash,
  emptyState,
  environmentProfileObject,
  lineageRoot,
  operatorContracts,
  operatorContractsRoot,
  POLICY_IDS,
  planObject,
  policyObject,
  readPlan,
  releaseObject,
  replayToken,
  runtimeEnvHash,
  toolchainHash,
  traceRoot,
} from "@tau-edge/rollout";
import { expect, it } from "vitest";
import { documents, fences, tableUnder } from "./documents.ts";

const STREAM = "default/prod/shop";
const fill = (byte: number): Digest => digestOf(new Uint8Array(32).fill(byte));
const [ones, twos, threes, fours, fives] = [0x11, 0x22, 0x33, 0x44, 0x55].map(fill);
if (!ones || !twos || !threes || !fours || !fives) throw new Error("five digests");

const found = documents().find(({ path }) => path === "docs/hashes.md");
if (found === undefined) throw new Error("no docs/hashes.md");
const page = found;

const genesis = genesisHash(sha256, STREAM);
const record = encodeRecord({
  v: 1,
  stream: STREAM,
  seq: 0,
  at_unix_ms: 0,
  actor: { kind: "local", id: "ann" },
  type: "iter",
  body: {},
  prev: genesis,
});
const plan = readPlan(encodeUtf8(fences(page).find(({ language }) => language === "json")?.body ?? ""));
const tools = { rustc: "1.91.0" };
const runtime = { arch: "x64", os: "linux", runtime: "node", version: "26.1.0" };
const gate_reports = [fours, fives];

const COMPUTED: Readonly<Record<string, string>> = {
  "`genesis`": toHex(genesis),
  "`record_hash`": toHex(recordHash(sha256, record)),
  "`trace_root_hash`": digestHex(traceRoot([digestBytes(ones), digestBytes(twos)], sha256)),
  "`trace_tail_hash`": toHex(recordHash(sha256, record)),
  "`release_hash`": digestHex(
    releaseObject({ v: 1, manifest_digest: twos, profile_id: "wasi_preview2_v1" }, sha256).digest,
  ),
  "`toolchain_hash`": digestHex(toolchainHash(tools, sha256)),
  "`runtime_env_hash`": digestHex(runtimeEnvHash(runtime, sha256)),
  "`dependencies_lock_hash`": digestHex(
    dependenciesLock({ lockfile_hash: ones, toolchain_hash: twos, runtime_env_hash: threes }, sha256),
  ),
  "`plan_hash`": digestHex(planObject(plan, sha256).digest),
  "`policy_bundle_hash`": digestHex(policyObject(plan.policy, sha256).digest),
  "`environment_profile_hash`": digestHex(environmentProfileObject(defaultEnvironmentProfile("prod"), sha256).digest),
  "`determinism_profile_hash`": digestHex(determinismProfileHash(sha256)),
  "`operator_contracts_root_hash`": digestHex(operatorContractsRoot("prod", sha256)),
  "`replay_token`": digestHex(
    replayToken(
      {
        release_manifest_hash: ones,
        environment_profile_hash: twos,
        deployment_policy_bundle_hash: threes,
        policy_ids: POLICY_IDS,
      },
      sha256,
    ),
  ),
  "`lineage_root_hash`": digestHex(
    lineageRoot({ release: ones, previous: twos, plan_hash: threes, gate_reports }, sha256),
  ),
  "`lineage_root_hash` of the first commit": digestHex(
    lineageRoot({ release: ones, plan_hash: threes, gate_reports }, sha256),
  ),
  "`checkpoint_hash`": digestHex(checkpointObject(emptyState(STREAM), sha256).digest),
  "`tree_hash`": digestHex(treeHash([{ path: "a/b", size_bytes: 1, sha256: ones }], startSha256)),
};

const rows = [
  "## Records",
  "## What is rolled out",
  "## How it is computed",
  "## What a commit binds",
  "## Directories",
].flatMap((heading) => tableUnder(page, heading));

it("docs/hashes.md has a vector of every hash that can have one by itself", () => {
  const listed = rows.filter((row) => row[3] !== "").map((row) => [row[0], (row[3] ?? "").replaceAll("`", "")]);
  expect(Object.fromEntries(listed)).toEqual(COMPUTED);
});

it("docs/hashes.md lists the ids of the rules", () => {
  const lines = page.text.split("\n");
  const ids = Object.entries(POLICY_IDS).map(([rule, id]) => `| \`${rule}\` | \`${id}\` |`);
  expect(ids.filter((line) => !lines.includes(line))).toEqual([]);
});

/** The formulas of the page, written out once more without the functions that the program uses. */
it.each<[string, CborValue]>([
  ["`trace_root_hash`", ["trace_root_v1", [digestBytes(ones), digestBytes(twos)]]],
  ["`release_hash`", ["release", { v: 1, manifest_digest: digestBytes(twos), profile_id: "wasi_preview2_v1" }]],
  ["`toolchain_hash`", ["toolchain_v1", tools]],
  ["`runtime_env_hash`", ["runtime_env_v1", runtime]],
  ["`dependencies_lock_hash`", ["deps_lock_v1", ...[ones, twos, threes].map(digestBytes)]],
  [
    "`environment_profile_hash`",
    ["environment_profile_v1", { schema_version: 1, environment: "prod", determinism: "bitwise", checks: [] }],
  ],
  [
    "`operator_contracts_root_hash`",
    [
      "operator_contracts_v1",
      operatorContracts("prod").map((contract) => sha256(encodeCbor(["operator_contract_v1", { ...contract }]))),
    ],
  ],
  ["`tree_hash`", ["tree_v1", [["a/b", 1, digestBytes(ones)]]]],
  ["`determinism_profile_hash`", ["determinism_profile_v1", { determinism: "bitwise", ...POLICY_IDS }]],
  [
    "`replay_token`",
    [
      "replay_token",
      [
        ...[ones, twos, threes].map(digestBytes),
        null,
        POLICY_IDS.prng_family,
        POLICY_IDS.numeric_policy,
        POLICY_IDS.ordering_policy,
        POLICY_IDS.parallel_policy,
        POLICY_IDS.environment_policy,
      ],
    ],
  ],
  ["`lineage_root_hash`", ["lineage_v1", ...[ones, twos, threes].map(digestBytes), gate_reports.map(digestBytes)]],
  [
    "`lineage_root_hash` of the first commit",
    ["lineage_v1", ...[ones, threes].map(digestBytes), gate_reports.map(digestBytes)],
  ],
  [
    "`checkpoint_hash`",
    ["checkpoint_v1", { v: 1, stream: STREAM, next_seq: 0, at_unix_ms: 0, committed: [], run: null, lock: null }],
  ],
])("%s is what its formula says", (name, preimage) => {
  expect(toHex(sha256(encodeCbor(preimage)))).toBe(COMPUTED[name]);
});

it("the lock of dependencies is S3's published vector", () => {
  expect(COMPUTED["`dependencies_lock_hash`"]).toBe("e985efa144f4579c3e8cafa0b048b23a7551f10f4b23d4635072f9cdfaadc42b");
});

it("a plan as it is stored has the hash of the plan as it was written", () => {
  const stored = readPlan(encodeUtf8(JSON.stringify(plan)));
  expect(planObject(stored, sha256).digest).toBe(planObject(plan, sha256).digest);
});
