/** Collections over a state directory in memory, and years that pass. */
import { createHash } from "node:crypto";
import {
  Faults,
  MemoryCollectionStore,
  MemoryDeploymentFiles,
  MemoryLedgerStore,
  MemoryObjectStore,
} from "@tau-edge/adapter-memory";
import { type Digest, encodeUtf8, type Sha256 } from "@tau-edge/encoding";
import type { ObjectJudgement } from "@tau-edge/ledger";
import { openCatalog } from "../catalog.ts";
import { storeDerived } from "../rollouts/derived-code.ts";
import { ALICE, type Disk, MINUTE_MS, Process } from "../rollouts/rollouts.test-helper.ts";
import type { ReleaseView } from "../rollouts/rollouts.ts";
import { askCollected } from "./collected-objects.ts";
import type { Collecting, CollectionPorts, CollectReport } from "./collection.ts";
import { makeCollecting } from "./make-collecting.ts";

export const DAY_MS = 24 * 60 * MINUTE_MS;

const sha256: Sha256 = (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest());

export function collectionPorts(disk: Disk, faults = new Faults()): CollectionPorts {
  const { objects: bytes, rows, clock } = disk;
  const ledger = new MemoryLedgerStore({ rows, objects: bytes, sha256, faults });
  const objects = new MemoryObjectStore({ objects: bytes, sha256, clock, faults });
  const collection = new MemoryCollectionStore({ ledger, objects: bytes, faults });
  const catalog = openCatalog(ledger, askCollected(collection, objects));
  const files = new MemoryDeploymentFiles({ objects: bytes, files: disk.files, faults });
  return { objects, ledger, collection, catalog, files, default_output_dir: "out", clock, sha256 };
}

export function collecting(disk: Disk, faults = new Faults()): Collecting {
  return makeCollecting(collectionPorts(disk, faults), ALICE);
}

/** A process that knows what was collected. */
export function lookingProcess(disk: Disk): Process {
  const { catalog } = collectionPorts(disk);
  return new Process(disk, new Faults(), { catalog });
}

/** Both phases, with a day between them, after so many days; somebody says that the clock is right. */
export async function collectAfter(disk: Disk, days: number): Promise<CollectReport> {
  disk.clock.advance(days * DAY_MS);
  await collecting(disk).plan({ accept_clock: true });
  disk.clock.advance(DAY_MS);
  return collecting(disk).run();
}

/** What becomes of every object, by its digest. */
export async function judgements(disk: Disk): Promise<ReadonlyMap<Digest, ObjectJudgement>> {
  const found = new Map<Digest, ObjectJudgement>();
  const onJudgement = (judgement: ObjectJudgement) => void found.set(judgement.digest, judgement);
  await collecting(disk).plan({ dry_run: true, accept_clock: true, onJudgement });
  return found;
}

/** Objects that no record names. */
export function orphan(disk: Disk, text: string): Promise<Digest> {
  return store(disk, encodeUtf8(text));
}

export async function store(disk: Disk, bytes: Uint8Array): Promise<Digest> {
  const digest: Digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  await collectionPorts(disk).objects.putIfAbsent(digest, bytes);
  return digest;
}

/** A release with code that was derived from it, and the objects of that code. */
export async function derivedRelease(process: Process, byte: number, version = "2.0.0") {
  const { manifest_digest } = await process.release(byte);
  const before = new Set(process.disk.objects.keys());
  const files = new Map([["code.js", encodeUtf8("export const answer = 42;")]]);
  const description = { transpiler: "jco", version: "1.0.0", options: [], entry: "code.js" };
  const stored = await storeDerived({ manifest_digest, description, files }, process.ports);
  if (stored.outcome === "refused") throw new Error(stored.detail);
  const code = [...process.disk.objects.keys()].filter((digest) => !before.has(digest));
  const { derived_hash } = stored;
  const created = await process.rollouts.createRelease({ manifest_digest, version, derived_hash });
  if (created.outcome === "refused") throw new Error(created.detail);
  return { release: created.release satisfies ReleaseView, code };
}
