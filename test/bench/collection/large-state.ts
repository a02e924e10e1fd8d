/**
 * A state directory with as many objects and records as somebody asks for, written past the stores: rows in large
 * transactions, and files that are links to a few, because what is measured looks at names, sizes and times.
 */
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { nativeSha256, objectPath, openState } from "@tau-edge/adapter-node";
import { draftPackaged } from "@tau-edge/control";
import { type Digest, digestBytes, digestOf, encodeUtf8 } from "@tau-edge/encoding";
import { emptyHead, type Head, type RecordDraft, type StoredRecord, sealDrafts } from "@tau-edge/ledger";

export const START_UNIX_MS = 1_764_000_000_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** When the younger half was packaged; the older half may go then. */
export const END_UNIX_MS = START_UNIX_MS + 90 * DAY_MS;

const STREAMS = 100;
/** A record of a package, and one that says that somebody vouched for the clock, as after a week's rest. */
const RECORDS_OF_PACKAGE = 2;
const LINKS_MAX = 60_000;
const OBJECT_BYTES = 64;
const ACTOR = { kind: "local", id: "somebody" } as const;

/** @param count of objects, and of records; a multiple of 400 */
export async function writeLargeState(stateDir: string, count: number): Promise<void> {
  const state = await openState(stateDir);
  // Whoever writes first makes the tables.
  await state.ledger.transaction(async () => undefined);
  await state.close();
  const files = new LinkedFiles(stateDir);
  const database = new DatabaseSync(join(stateDir, "tau-edge", "ledger.db"));
  database.exec("PRAGMA synchronous = OFF; BEGIN");
  const insertRecord = database.prepare("INSERT INTO record (stream, seq, bytes, hash) VALUES (?, ?, ?, ?)");
  const names: { readonly digest: Digest; readonly stream: string; readonly seq: number }[] = [];
  for (let nth = 0; nth < STREAMS; nth++) {
    const stream = `default/dev/blueprint-${String(nth).padStart(2, "0")}`;
    for (const { stored, objects } of packagesOf(stream, count / STREAMS / RECORDS_OF_PACKAGE)) {
      const { seq } = stored.record;
      insertRecord.run(stream, seq, stored.bytes, stored.hash);
      for (const digest of objects) names.push({ digest, stream, seq });
      if (seq % RECORDS_OF_PACKAGE === 0) for (const digest of objects) files.add(digest);
    }
  }
  // In the order of the index, which is many times faster than in the order of hashes.
  const insertName = database.prepare("INSERT INTO named_object (digest, stream, seq) VALUES (?, ?, ?)");
  names.sort((a, b) => (a.digest < b.digest ? -1 : 1));
  for (const { digest, stream, seq } of names) insertName.run(digestBytes(digest), stream, seq);
  database.exec("COMMIT");
  database.close();
}

interface Packaged {
  readonly stored: StoredRecord;
  readonly objects: readonly Digest[];
}

function* packagesOf(stream: string, packages: number): Generator<Packaged> {
  let head = emptyHead(stream, nativeSha256);
  for (let nth = 0; nth < packages; nth++) {
    const [artifact, manifest] = ["artifact", "manifest"].map((what) => digestNumber(`${what} ${stream} ${nth}`));
    if (artifact === undefined || manifest === undefined) throw new Error("there are two");
    const now_unix_ms = nth < packages / 2 ? START_UNIX_MS : END_UNIX_MS;
    const { records, head: after } = seal(
      stream,
      head,
      [packagedDraft(stream, artifact, manifest), VOUCHED],
      now_unix_ms,
    );
    for (const stored of records) yield { stored, objects: [artifact, manifest] };
    head = after;
  }
}

function seal(stream: string, head: Head, drafts: readonly RecordDraft[], now_unix_ms: number) {
  const sealed = sealDrafts({ stream, head, drafts, now_unix_ms, sha256: nativeSha256, accept_clock_jump: true });
  if (sealed.outcome !== "sealed") throw new Error("the clock was accepted");
  return sealed;
}

function digestNumber(text: string): Digest {
  return digestOf(nativeSha256(encodeUtf8(text)));
}

const VOUCHED: RecordDraft = {
  type: "clock_accepted",
  actor: ACTOR,
  body: { now_unix_ms: END_UNIX_MS, previous_at_unix_ms: START_UNIX_MS },
};

function packagedDraft(stream: string, artifact: Digest, manifest: Digest): RecordDraft {
  const [, , blueprint_id = ""] = stream.split("/");
  const facts = {
    blueprint_id,
    artifact,
    manifest,
    artifact_size_bytes: OBJECT_BYTES,
    manifest_size_bytes: OBJECT_BYTES,
    artifact_kind: "module",
    profile_id: "wasi_preview2_v1",
    runtime_profile: "wasm_wasi",
    file_name: `${blueprint_id}.wasm`,
    policy_revision: "1",
    generated_unix_ms: START_UNIX_MS,
    constraint_profile_id: "wasi_preview2_v1",
    required_abi: "wasi_preview2",
    required_feature_gates: [],
  } as const;
  return draftPackaged(facts, ACTOR);
}

/** Many names for few files. */
class LinkedFiles {
  readonly #stateDir: string;
  readonly #directories = new Set<string>();
  #links = 0;
  #source = "";

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  add(digest: Digest): void {
    const path = objectPath(this.#stateDir, digest);
    const directory = dirname(path);
    if (!this.#directories.has(directory)) {
      mkdirSync(directory, { recursive: true });
      this.#directories.add(directory);
    }
    if (this.#links % LINKS_MAX === 0) {
      writeFileSync(path, new Uint8Array(OBJECT_BYTES), { mode: 0o444 });
      this.#source = path;
    } else linkSync(this.#source, path);
    this.#links += 1;
  }
}
