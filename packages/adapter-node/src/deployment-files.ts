/**
 * S1's files beside the ledger: `wasm-artifacts/<blueprint>/<sha>.wasm` and `.manifest.json` as hard links to the
 * objects, and `state.json`. Refreshed under the ledger's write lock, so that a dozen processes lose nothing.
 */
import { dirname, join, relative, resolve } from "node:path";
import { type AdoptedCycles, type BrowserDids, type CycleMembers, cyclesChange } from "@tau-edge/contract";
import { type Digest, digestHex, digestOf } from "@tau-edge/encoding";
import { isStreamId } from "@tau-edge/ledger";
import {
  type DeliverableCopy,
  type DeliverableFiles,
  type DeploymentFiles,
  type LedgerDeliverables,
  PortError,
} from "@tau-edge/ports";
import { type DurableFiles, fileError, LINK_REFUSED } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { hashOfFile } from "./hash-file.ts";
import type { SqliteLedgerStore } from "./ledger-store.ts";
import type { FileObjectStore } from "./object-files.ts";
import { objectPath } from "./object-reader.ts";
import { openStateChunks } from "./state-bytes.ts";
import { StateFile } from "./state-file.ts";

/** Before the umask: a copy is for everybody to read, like the original's. */
const COPY_MODE = 0o444;

export interface NodeDeploymentOptions {
  /** As the user gave it: the paths that are returned begin with it. */
  readonly output_dir: string;
  readonly files: DurableFiles;
  readonly objects: FileObjectStore;
  readonly ledger: SqliteLedgerStore;
}

/** What stands under a name that is to be linked. */
type Standing = "nothing" | "same" | "replaceable";

interface Link {
  readonly path: string;
  readonly digest: Digest;
  readonly part: "artifact" | "manifest";
}

export class NodeDeploymentFiles implements DeploymentFiles {
  readonly #outputDir: string;
  readonly #files: DurableFiles;
  readonly #objects: FileObjectStore;
  readonly #ledger: SqliteLedgerStore;
  readonly #state: StateFile;
  /** Directories with links that a power cut may still take back. */
  readonly #unsynced = new Set<string>();

  constructor(options: NodeDeploymentOptions) {
    this.#outputDir = options.output_dir;
    this.#files = options.files;
    this.#objects = options.objects;
    this.#ledger = options.ledger;
    this.#state = new StateFile(join(options.files.home, "state.json"), options.files);
  }

  async check(planned?: DeliverableFiles, deliverables?: () => Promise<LedgerDeliverables>): Promise<void> {
    const known_seq = this.#state.check();
    if (known_seq !== undefined && deliverables !== undefined)
      this.#state.checkNotAhead(known_seq, (await deliverables()).seq);
    if (planned === undefined) return;
    const [artifact, manifest] = this.#links(planned);
    await this.#checkDirectory(dirname(artifact.path));
    await this.#standing(artifact);
    await this.#standing(manifest);
  }

  async link(files: DeliverableFiles): Promise<{ readonly artifact_path: string; readonly manifest_path: string }> {
    const [artifact, manifest] = this.#links(files);
    const directory = dirname(artifact.path);
    await this.#checkDirectory(directory);
    await this.#files.makeDirectories(directory);
    await this.#makeLink(artifact);
    await this.#makeLink(manifest);
    this.#unsynced.add(directory);
    return { artifact_path: this.#shown(artifact.path), manifest_path: this.#shown(manifest.path) };
  }

  async refresh(deliverables: () => Promise<LedgerDeliverables>): Promise<void> {
    // The ledger's lock, not one of its own: nobody appends between the reading and the writing.
    await this.#ledger.transaction(async () => {
      const { seq, record_hash = "", entries, withdrawn = [] } = await deliverables();
      const position = { seq, record_hash };
      await this.#state.write({ kind: "deliverables", entries, withdrawn, position }, () => this.#syncLinks());
    });
  }

  async unlink(copies: () => Promise<readonly DeliverableCopy[]>): Promise<number> {
    const directories = new Set<string>();
    let count = 0;
    await this.#ledger.transaction(async () => {
      for (const { blueprint_id, artifact, part, digest } of await copies()) {
        const links = this.#links({ blueprint_id, artifact, manifest: digest });
        const link = links.find((known) => known.part === part);
        if (link === undefined || !(await this.#isOurs(link))) continue;
        await this.#remove(link.path);
        directories.add(dirname(link.path));
        count += 1;
      }
    });
    for (const directory of directories) await this.#files.syncNames(directory);
    return count;
  }

  async refreshCycles(cycles: () => Promise<CycleMembers | AdoptedCycles>): Promise<void> {
    await this.#ledger.transaction(async () => {
      const found = await cycles();
      await this.#state.write(cyclesChange(found), async () => undefined);
    });
  }

  async refreshDids(dids: () => Promise<BrowserDids>): Promise<void> {
    await this.#ledger.transaction(async () => {
      await this.#state.write({ kind: "dids", dids: await dids() }, async () => undefined);
    });
  }

  async contents(): Promise<AsyncIterable<Uint8Array> | undefined> {
    return (await openStateChunks(this.#state.path))?.chunks();
  }

  async #syncLinks(): Promise<void> {
    const directories = [...this.#unsynced];
    await Promise.all(directories.map((directory) => this.#files.syncNames(directory)));
    for (const directory of directories) this.#unsynced.delete(directory);
  }

  #links(files: DeliverableFiles): readonly [Link, Link] {
    const { blueprint_id, artifact, manifest } = files;
    if (!isStreamId(blueprint_id))
      throw new PortError("path_escapes", JSON.stringify(blueprint_id.slice(0, 100)), "Not a name for a directory", {
        remedy: "Use lowercase letters, digits, `.`, `_` and `-`, beginning with a letter or digit, without `..`.",
      });
    const stem = join(resolve(this.#outputDir), blueprint_id, digestHex(artifact));
    return [
      { path: `${stem}.wasm`, digest: artifact, part: "artifact" },
      { path: `${stem}.manifest.json`, digest: manifest, part: "manifest" },
    ];
  }

  /** The path as the user would write it. */
  #shown(path: string): string {
    const given = this.#outputDir;
    return `${given}${given.endsWith("/") ? "" : "/"}${relative(given, path)}`;
  }

  /** A blueprint's directory that is a link would put the files somewhere else. */
  async #checkDirectory(directory: string): Promise<void> {
    const found = await this.#files.fs.facts(directory).catch((error: unknown) => {
      throw fileError(error, directory);
    });
    if (found !== undefined && found.kind !== "directory")
      throw new PortError("path_escapes", directory, "It is not a directory itself", { remedy: "Move it aside." });
  }

  async #makeLink(link: Link): Promise<void> {
    const standing = await this.#standing(link);
    if (standing === "same") return;
    if (standing === "replaceable") return this.#replace(link);
    try {
      await this.#files.fs.link(objectPath(this.#files.home, link.digest), link.path);
    } catch (error) {
      const code = posixCode(error);
      if (code === "EEXIST") return this.#makeLink(link);
      if (code === "ENOENT" && (await this.#objects.stat(link.digest)) === undefined) throw missing(link.digest);
      if (!LINK_REFUSED.has(code)) throw fileError(error, link.path);
      await this.#copy(link);
    }
  }

  /** The object itself under another name, or its bytes where links are refused. */
  async #isOurs({ path, digest }: Link): Promise<boolean> {
    const { fs, home } = this.#files;
    try {
      // A directory that leads elsewhere has no files of ours.
      if ((await fs.facts(dirname(path)))?.kind !== "directory") return false;
      const found = await fs.facts(path);
      if (found?.kind !== "file") return false;
      const object = await fs.facts(objectPath(home, digest));
      return found.identity === object?.identity || digestOf(await hashOfFile(path)) === digest;
    } catch (error) {
      throw fileError(error, path);
    }
  }

  async #remove(path: string): Promise<void> {
    try {
      await this.#files.fs.unlink(path);
    } catch (error) {
      if (posixCode(error) !== "ENOENT") throw fileError(error, path);
    }
  }

  /** @throws PortError `state_foreign` for bytes that this program did not put there */
  async #standing({ path, digest, part }: Link): Promise<Standing> {
    const { fs, home } = this.#files;
    try {
      const found = await fs.facts(path);
      if (found === undefined) return "nothing";
      const object = await fs.facts(objectPath(home, digest));
      if (found.identity === object?.identity) return "same";
      if (found.kind !== "file") throw foreign(path);
      const standing = digestOf(await hashOfFile(path));
      if (standing === digest) return "same";
      // The same artifact under another profile has another manifest and S1 gives it the same name.
      if (part === "manifest" && (await this.#objects.stat(standing)) !== undefined) return "replaceable";
      throw foreign(path);
    } catch (error) {
      throw fileError(error, path);
    }
  }

  async #copy(link: Link): Promise<void> {
    const temporary = await this.#copyToTemporary(link);
    try {
      if (!(await this.#files.publish(temporary, link.path))) await this.#makeLink(link);
    } finally {
      await this.#files.discard(temporary);
    }
  }

  async #replace(link: Link): Promise<void> {
    await this.#files.replace(await this.#copyToTemporary(link), link.path);
  }

  async #copyToTemporary({ path, digest }: Link): Promise<string> {
    const bytes = await this.#objects.read(digest, Number.MAX_SAFE_INTEGER);
    if (bytes === undefined) throw missing(digest);
    return this.#files.writeTemporary(bytes, COPY_MODE, dirname(path));
  }
}

function missing(digest: Digest): PortError {
  return new PortError("object_condemned", digest, "There is no such object to link to");
}

function foreign(path: string): PortError {
  return new PortError("state_foreign", path, "Something else stands under this name", {
    remedy: `Move it aside: mv '${path}' '${path}.foreign'`,
  });
}
