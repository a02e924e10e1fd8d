import {
  Faults,
  ManualClock,
  MemoryDeploymentFiles,
  MemoryLedgerStore,
  MemoryPublicFile,
} from "@tau-edge/adapter-memory";
import { decodeUtf8, encodeUtf8, sha256, toHex } from "@tau-edge/encoding";
import { PORTABLE_KEY_DERIVATION, readBootstrapPayload } from "@tau-edge/identity";
import type { RecordDraft } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import { browserDids } from "./browser-dids.ts";
import { openCatalog } from "./catalog.ts";
import { type InitDidRequest, initDid } from "./init-did.ts";
import { ACTOR } from "./packaging.test-helper.ts";
import { openRolloutStreams } from "./rollouts/rollout-streams.ts";
import { verifyChains } from "./verify-chains.ts";

const ENTROPY = `hex:${"5a".repeat(32)}`;
const OTHER_ENTROPY = `hex:${"a5".repeat(32)}`;
const PATH = ".tau/deployment/browser-did.json";
const STATE = ".tau/deployment/state.json";
const DAY_MS = 24 * 60 * 60 * 1000;

const asked = (changes: Partial<InitDidRequest> = {}): InitDidRequest => ({
  method: "key",
  network: "tau-prod",
  subject: "browser-agent",
  entropy: ENTROPY,
  output_path: PATH,
  actor: ACTOR,
  ...changes,
});

/** One disk and one ledger, opened as often as processes come to them. */
function makeDisk() {
  const files = new Map<string, Uint8Array>();
  const rows = new MemoryLedgerStore().rows;
  const clock = new ManualClock();
  const open = (path = PATH, faults = new Faults()) => ({
    ledger: new MemoryLedgerStore({ rows, faults }),
    files: new MemoryDeploymentFiles({ objects: new Map(), files, faults }),
    payload_file: new MemoryPublicFile({ path, files, faults }),
    clock,
    derivation: PORTABLE_KEY_DERIVATION,
  });
  const state = () => JSON.parse(decodeUtf8(files.get(STATE) ?? encodeUtf8("{}")));
  return { files, clock, open, state, ledger: new MemoryLedgerStore({ rows }) };
}

type Disk = ReturnType<typeof makeDisk>;

async function made(disk: Disk, request = asked()) {
  const report = await initDid(request, disk.open(request.output_path));
  if (report.outcome === "refused") throw new Error(report.code);
  return report;
}

async function append(disk: Disk, type: string): Promise<void> {
  const { seq } = await disk.ledger.head("system");
  const drafts: RecordDraft[] = [{ type, actor: ACTOR, body: {} }];
  await disk.ledger.append({
    ...{ stream: "system", expected_seq: seq, drafts, objects: [] },
    now_unix_ms: disk.clock.nowUnixMs(),
  });
}

describe("making an identity", () => {
  it("leaves the payload, a record with its digest, and an entry with the same fields", async () => {
    const disk = makeDisk();
    const report = await made(disk);
    const bytes = disk.files.get(PATH) ?? new Uint8Array(0);
    const payload = readBootstrapPayload(bytes, sha256);
    const payload_sha256 = toHex(sha256(bytes));
    expect(report).toMatchObject({ outcome: "initialized", did: payload.did, persisted: true, payload_sha256 });
    const [stored, ...others] = await disk.ledger.read("system", 0, 9);
    expect(others).toEqual([]);
    expect(stored?.record).toMatchObject({ type: "did_initialized", actor: ACTOR, seq: report.record.seq });
    const facts = {
      did: payload.did,
      method: "key",
      network: "tau-prod",
      subject: "browser-agent",
      assurance: "strong",
    };
    const { public_key_multibase } = payload;
    const file = { output_path: PATH, payload_sha256: sha256(bytes) };
    expect(stored?.record.body).toEqual({ ...facts, ...file, public_key_multibase });
    expect(disk.state().browser_dids).toEqual([{ ...facts, output_path: PATH, payload_sha256 }]);
  });

  it("adds nothing the second time, and brings back the files that somebody removed", async () => {
    const disk = makeDisk();
    const first = await made(disk);
    const files = new Map(disk.files);
    expect(await made(disk)).toEqual({ ...first, outcome: "unchanged" });
    expect(new Map(disk.files)).toEqual(files);
    disk.files.clear();
    expect(await made(disk)).toMatchObject({ outcome: "unchanged", record: first.record });
    expect(new Map(disk.files)).toEqual(files);
    expect((await disk.ledger.head("system")).seq).toBe(0);
  });

  it("lists one identity in two files twice, and two identities in the order in which they were made", async () => {
    const disk = makeDisk();
    await made(disk);
    await made(disk, asked({ output_path: "b.json" }));
    await made(disk, asked({ output_path: "c.json", entropy: OTHER_ENTROPY }));
    const listed: { did: string; output_path: string }[] = disk.state().browser_dids;
    expect(listed.map(({ output_path }) => output_path)).toEqual([PATH, "b.json", "c.json"]);
    expect(new Set(listed.map(({ did }) => did)).size).toBe(2);
  });

  it("is completed by the same call, wherever it was broken off", async () => {
    const whole = makeDisk();
    await made(whole);
    for (let nth = 1; nth <= 3; nth += 1)
      for (const fault of ["crash_before", "crash_after"] as const) {
        const disk = makeDisk();
        const broken = initDid(asked(), disk.open(PATH, new Faults().plan(nth, fault)));
        await expect(broken, `${fault} ${nth}`).rejects.toThrow("write");
        await made(disk);
        expect((await disk.ledger.read("system", 0, 9)).length, `${fault} ${nth}`).toBe(1);
        expect(new Map(disk.files), `${fault} ${nth}`).toEqual(whole.files);
      }
  });

  it("is made once by many at once", async () => {
    const disk = makeDisk();
    const reports = await Promise.all(Array.from({ length: 8 }, () => made(disk)));
    expect(reports.filter(({ outcome }) => outcome === "initialized")).toHaveLength(1);
    expect(disk.state().browser_dids).toHaveLength(1);
  });

  it("gives a file that two want to the first, and keeps nothing of the second", async () => {
    const disk = makeDisk();
    const wanted = [ENTROPY, OTHER_ENTROPY].map((entropy) => made(disk, asked({ entropy })));
    const ends = await Promise.allSettled(wanted);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await disk.ledger.head("system")).seq).toBe(0);
    expect(disk.state().browser_dids).toHaveLength(1);
  });

  it("takes its place between the records of others, and disturbs none of their readers", async () => {
    const disk = makeDisk();
    await append(disk, "token_created");
    await made(disk);
    await append(disk, "token_revoked");
    expect(await made(disk)).toMatchObject({ outcome: "unchanged", record: { seq: 1 } });
    expect(await browserDids(disk.ledger)).toMatchObject({ position: { seq: 1 }, entries: [{ output_path: PATH }] });
    expect(await openCatalog(disk.ledger).readable()).toEqual({ deliverables: [], unreadable: [] });
    expect(await openRolloutStreams(disk.ledger).all()).toMatchObject({ streams: [], failures: new Map() });
    expect(await verifyChains(disk.ledger)).toEqual({ records: 3, streams: 1 });
  });
});

describe("nothing is made", () => {
  it.each([
    ["something else", "my own file\n"],
    ["a payload that contradicts itself", '{"schema_version":1}'],
  ])("where %s stands", async (_, text) => {
    const disk = makeDisk();
    disk.files.set(PATH, encodeUtf8(text));
    await expect(made(disk)).rejects.toMatchObject({ code: "state_foreign", at: PATH });
    expect([...disk.files]).toEqual([[PATH, encodeUtf8(text)]]);
    expect((await disk.ledger.head("system")).seq).toBe(-1);
  });

  it("where another identity stands, and says how to go on", async () => {
    const disk = makeDisk();
    await made(disk);
    const before = new Map(disk.files);
    const other = made(disk, asked({ entropy: OTHER_ENTROPY }));
    await expect(other).rejects.toMatchObject({ code: "state_foreign", remedy: expect.stringContaining("--output") });
    expect(new Map(disk.files)).toEqual(before);
  });

  it("where the original's file stands, and says what that is", async () => {
    const disk = makeDisk();
    const did = `did:key:zMT3gM8k4KUBH8sm4wwlZIkj86L4LuZD-fhFpq8e6_8s`;
    const identity = {
      ...{ schema_version: 1, method: "key", network: "tau-devnet", subject: "browser-agent", did },
      key_id: `${did}#primary`,
      fingerprint: "313de033c938294047f2c9b8c309592248fce8be0bb990fe7e1169abc7baffcb",
      proof_material: "MT3gM8k4KUBH8sm4wwlZIkj86L4LuZD-fhFpq8e6_8s",
    };
    const file = { schema_version: 1, runtime: "native-host", interoperability_profile: "kamn_browser_v1", identity };
    disk.files.set(PATH, encodeUtf8(JSON.stringify(file)));
    const remedy = expect.stringContaining("did verify --legacy");
    await expect(made(disk)).rejects.toMatchObject({ code: "state_foreign", remedy });
  });

  it("where state.json was changed by somebody else", async () => {
    const disk = makeDisk();
    await made(disk);
    const text = decodeUtf8(disk.files.get(STATE) ?? new Uint8Array(0));
    disk.files.set(STATE, encodeUtf8(text.replace('"tau-prod"', '"tau-test"')));
    const other = made(disk, asked({ output_path: "b.json" }));
    await expect(other).rejects.toMatchObject({ code: "state_foreign" });
    expect(disk.files.has("b.json")).toBe(false);
  });

  it("by a clock that is behind, unless somebody vouches for it", async () => {
    const disk = makeDisk();
    await made(disk);
    disk.clock.advance(-DAY_MS);
    const request = asked({ output_path: "b.json" });
    await expect(made(disk, request)).rejects.toMatchObject({ code: "clock_jump" });
    expect(disk.files.has("b.json")).toBe(false);
    expect(await made(disk, { ...request, accept_clock: true })).toMatchObject({ outcome: "initialized" });
    const types = (await disk.ledger.read("system", 0, 9)).map(({ record }) => record.type);
    expect(types).toEqual(["did_initialized", "did_initialized", "clock_accepted"]);
  });

  it.each([
    ["local-dev-seed", "entropy_well_known"],
    ["a phrase of mine", "entropy_weak"],
  ])("from %j on a network that is no devnet", async (entropy, code) => {
    const disk = makeDisk();
    expect(await initDid(asked({ entropy }), disk.open())).toEqual({ outcome: "refused", code });
    expect(disk.files.size).toBe(0);
  });
});

it("calls a record corrupt that lacks a field", async () => {
  const disk = makeDisk();
  await append(disk, "did_initialized");
  await expect(browserDids(disk.ledger)).rejects.toMatchObject({ code: "ledger_corrupt" });
});
