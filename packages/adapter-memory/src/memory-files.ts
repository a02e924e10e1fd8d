/** S1's files in a map from path to bytes. Places that share the map are processes that share a disk. */
import { projectState, readState } from "@tau-edge/contract";
import { type Digest, digestHex, digestOf, sha256 as portableSha256, type Sha256 } from "@tau-edge/encoding";
import { isStreamId } from "@tau-edge/ledger";
import { type DeliverableFiles, type DeploymentFiles, type LedgerDeliverables, PortError } from "@tau-edge/ports";
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
    const known = deliverables === undefined ? { seq: -1, entries: [] } : await deliverables();
    this.#project(existing, known);
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
    const turn = (turns.get(this.files) ?? Promise.resolve()).then(async () => {
      const next = this.#project(this.files.get(this.statePath), await deliverables());
      if (next !== undefined) this.#faults.write(this.statePath, () => this.files.set(this.statePath, next));
    });
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

  /** @returns the bytes to write, or undefined when the file is up to date */
  #project(existing: Uint8Array | undefined, known: LedgerDeliverables): Uint8Array | undefined {
    const position = { seq: known.seq, record_hash: known.record_hash ?? "" };
    const next = projectState(existing, known.entries, position, this.#sha256);
    if (next.outcome === "refused")
      throw new PortError(next.code, `${this.statePath} ${next.at}`, next.detail, { remedy: next.remedy });
    const state = existing === undefined || known.seq < 0 ? undefined : readState(existing, this.#sha256);
    if (state?.outcome === "read" && state.stamp !== undefined && state.stamp.seq > known.seq)
      throw new PortError("state_foreign", this.statePath, `It knows ${state.stamp.seq} records, not ${known.seq}`);
    return next.changed ? next.bytes : undefined;
  }
}
