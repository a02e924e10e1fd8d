/** S1's files in a map from path to bytes. Places that share the map are processes that share a disk. */
import {
  type AdoptedCycles,
  type BrowserDids,
  type CycleMembers,
  cyclesChange,
  projectState,
  readState,
  refuseAhead,
  type StateChange,
  type StateFacts,
  type StateRefusal,
} from "@tau-edge/contract";
import {
  type Digest,
  digestHex,
  digestOf,
  sha256 as portableSha256,
  type Sha256,
  startSha256,
} from "@tau-edge/encoding";
import { isStreamId } from "@tau-edge/ledger";
import {
  type DeliverableCopy,
  type DeliverableFiles,
  type DeploymentFiles,
  type LedgerDeliverables,
  PortError,
} from "@tau-edge/ports";
import { Faults } from "./faults.ts";

export interface MemoryFilesOptions {
  /** What is to be linked. */
  readonly objects: ReadonlyMap<Digest, Uint8Array>;
  readonly files?: Map<string, Uint8Array>;
  readonly sha256?: Sha256;
  readonly state_dir?: string;
  readonly faults?: Faults;
}

/** Places that share a map of files take turns. */
const turns = new WeakMap<Map<string, Uint8Array>, Promise<unknown>>();

export class MemoryDeploymentFiles implements DeploymentFiles {
  readonly files: Map<string, Uint8Array>;
  readonly #objects: ReadonlyMap<Digest, Uint8Array>;
  readonly #sha256: Sha256;
  readonly #stateDir: string;
  readonly #faults: Faults;

  constructor(options: MemoryFilesOptions) {
    this.files = options.files ?? new Map();
    this.#objects = options.objects;
    this.#sha256 = options.sha256 ?? portableSha256;
    this.#stateDir = options.state_dir ?? ".tau/deployment";
    this.#faults = options.faults ?? new Faults();
  }

  get statePath(): string {
    return `${this.#stateDir}/state.json`;
  }

  async check(planned?: DeliverableFiles, deliverables?: () => Promise<LedgerDeliverables>): Promise<void> {
    // The file first: what it knows by now, a ledger that is read afterwards knows too.
    const existing = this.files.get(this.statePath);
    const known = deliverables === undefined ? undefined : await deliverables();
    const stamp = existing === undefined ? undefined : this.#factsOf(existing).stamp;
    const ahead = stamp === undefined || known === undefined ? undefined : refuseAhead(stamp.seq, known.seq);
    if (ahead !== undefined) throw this.#refused(ahead);
    if (planned !== undefined) for (const [path, digest] of this.#links(planned)) this.#checkStanding(path, digest);
  }

  async link(planned: DeliverableFiles): Promise<{ readonly artifact_path: string; readonly manifest_path: string }> {
    const links = this.#links(planned);
    for (const [path, digest] of links) {
      this.#checkStanding(path, digest);
      const bytes = this.#objects.get(digest);
      if (bytes === undefined) throw new PortError("object_condemned", digest, "There is no such object to link to");
      this.#faults.write(path, () => this.files.set(path, bytes));
    }
    return { artifact_path: links[0][0], manifest_path: links[1][0] };
  }

  refresh(deliverables: () => Promise<LedgerDeliverables>): Promise<void> {
    return this.#inTurn(async () => {
      const { seq, record_hash = "", entries, withdrawn = [] } = await deliverables();
      this.#write({ kind: "deliverables", entries, withdrawn, position: { seq, record_hash } });
    });
  }

  async unlink(copies: () => Promise<readonly DeliverableCopy[]>): Promise<number> {
    let count = 0;
    await this.#inTurn(async () => {
      for (const { blueprint_id, artifact, part, digest } of await copies()) {
        const [[artifact_path], [manifest_path]] = this.#links({ blueprint_id, artifact, manifest: digest });
        const path = part === "artifact" ? artifact_path : manifest_path;
        const standing = this.files.get(path);
        if (standing === undefined || digestOf(this.#sha256(standing)) !== digest) continue;
        this.#faults.write(path, () => this.files.delete(path));
        count += 1;
      }
    });
    return count;
  }

  refreshCycles(cycles: () => Promise<CycleMembers | AdoptedCycles>): Promise<void> {
    return this.#inTurn(async () => this.#write(cyclesChange(await cycles())));
  }

  refreshDids(dids: () => Promise<BrowserDids>): Promise<void> {
    return this.#inTurn(async () => this.#write({ kind: "dids", dids: await dids() }));
  }

  async contents(): Promise<AsyncIterable<Uint8Array> | undefined> {
    const bytes = this.files.get(this.statePath);
    return bytes === undefined ? undefined : inOnePiece(bytes);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = (turns.get(this.files) ?? Promise.resolve()).then(work);
    turns.set(
      this.files,
      turn.catch(() => undefined),
    );
    return turn;
  }

  #links({
    blueprint_id,
    artifact,
    manifest,
  }: DeliverableFiles): readonly [readonly [string, Digest], readonly [string, Digest]] {
    if (!isStreamId(blueprint_id))
      throw new PortError("path_escapes", JSON.stringify(blueprint_id), "Not a name for a directory");
    const stem = `${this.#stateDir}/wasm-artifacts/${blueprint_id}/${digestHex(artifact)}`;
    return [
      [`${stem}.wasm`, artifact],
      [`${stem}.manifest.json`, manifest],
    ];
  }

  #checkStanding(path: string, digest: Digest): void {
    const standing = this.files.get(path);
    if (standing === undefined) return;
    const found = digestOf(this.#sha256(standing));
    if (found === digest || (path.endsWith(".json") && this.#objects.has(found))) return;
    throw new PortError("state_foreign", path, "Something else stands under this name");
  }

  #write(change: StateChange): void {
    const existing = this.files.get(this.statePath);
    const blocks = projectState(existing === undefined ? undefined : [existing], change, startSha256);
    const written: Uint8Array[] = [];
    for (let block = blocks.next(); ; block = blocks.next()) {
      if (block.done !== true) {
        written.push(block.value);
        continue;
      }
      if (block.value.outcome === "refused") throw this.#refused(block.value);
      if (block.value.changed)
        this.#faults.write(this.statePath, () => this.files.set(this.statePath, joined(written)));
      return;
    }
  }

  /** @throws PortError `state_corrupt`, `state_newer`, `state_foreign` */
  #factsOf(bytes: Uint8Array): StateFacts {
    const facts = readState([bytes], {}, startSha256);
    if (facts.outcome === "refused") throw this.#refused(facts);
    if (facts.foreign_at !== undefined)
      throw new PortError("state_foreign", `${this.statePath} ${facts.foreign_at}`, "Somebody else changed it");
    return facts;
  }

  #refused({ code, at, detail, remedy }: StateRefusal): PortError {
    return new PortError(code, `${this.statePath} ${at}`, detail, { remedy });
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
