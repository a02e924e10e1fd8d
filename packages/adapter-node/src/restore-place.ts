/** Where a backup in a directory is restored to: a state directory that is empty or not there. */
import { copyFile, link } from "node:fs/promises";
import { join, resolve } from "node:path";
import { digestHex } from "@tau-edge/encoding";
import { type CopiedState, type DeliverableFiles, type FileSum, PortError, type RestorePlace } from "@tau-edge/ports";
import { BACKUP_STATE, isReadOnly } from "./backup-layout.ts";
import { copiedState } from "./copied-state.ts";
import { fileError, LINK_REFUSED } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { objectPath } from "./object-reader.ts";
import { leadsInto } from "./real-place.ts";
import { checkNothingAt, StagedTree } from "./staged-tree.ts";

export interface RestorePlaceOptions {
  readonly backup: string;
  readonly state_dir: string;
}

export class DirectoryRestorePlace implements RestorePlace {
  readonly #backup: string;
  readonly #stateDir: string;
  readonly #tree: StagedTree;
  #isPublished = false;

  constructor({ backup, state_dir }: RestorePlaceOptions) {
    this.#backup = resolve(backup);
    this.#stateDir = resolve(state_dir);
    this.#tree = new StagedTree(this.#stateDir, directoryMode, "tau-edge");
  }

  async checkEmpty(): Promise<void> {
    if (await leadsInto(this.#stateDir, this.#backup))
      throw new PortError("path_escapes", this.#stateDir, "A state inside the backup would be a file too many in it", {
        remedy: "Name a place elsewhere.",
      });
    await checkNothingAt(this.#stateDir, true);
  }

  async copy(path: string): Promise<FileSum> {
    const within = path.slice(BACKUP_STATE.length + 1);
    const mode = (found: number) => (isReadOnly(within) ? 0o444 : found);
    const sum = await this.#tree.copy(join(this.#backup, path), within, mode);
    if (sum === undefined) throw new PortError("store_unavailable", path, "The file was removed meanwhile");
    return sum;
  }

  state(): CopiedState {
    return copiedState(this.#isPublished ? this.#stateDir : this.#tree.root);
  }

  async link(files: readonly DeliverableFiles[]): Promise<void> {
    for (const { blueprint_id, artifact, manifest } of files) {
      const stem = `wasm-artifacts/${blueprint_id}/${digestHex(artifact)}`;
      await this.#link(objectPath(this.#tree.root, artifact), this.#tree.at(`${stem}.wasm`));
      await this.#link(objectPath(this.#tree.root, manifest), this.#tree.at(`${stem}.manifest.json`));
    }
  }

  async publish(): Promise<void> {
    await this.#tree.publish();
    this.#isPublished = true;
  }

  async discard(): Promise<void> {
    if (!this.#isPublished) await this.#tree.discard();
  }

  async #link(from: string, to: string): Promise<void> {
    try {
      await link(from, to).catch(async (error: unknown) => {
        if (!LINK_REFUSED.has(posixCode(error))) throw error;
        await copyFile(from, to);
      });
    } catch (error) {
      throw fileError(error, to);
    }
  }
}

/** The ledger and the objects are ours alone; S1's directories are for everybody whom the umask lets in. */
function directoryMode(path: string): number {
  return path === "tau-edge" || path.startsWith("tau-edge/") ? 0o700 : 0o777;
}
