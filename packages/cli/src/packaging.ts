/**
 * One run of `package` over any number of files: what all of them share is opened when the first one needs it. A run
 * in which every file is refused therefore leaves no trace on the disk.
 */
import { nativeSha256 } from "@tau-edge/adapter-node";
import { type PackageReport, preparePackage, storePackage } from "@tau-edge/control";
import {
  blueprintFromFileName,
  generatedUnixMs,
  type Profile,
  parseBlueprintId,
  type RuntimeProfile,
} from "@tau-edge/manifest";
import type { Validator } from "@tau-edge/ports";
import type { CliIo } from "./io.ts";
import { localActor } from "./local-actor.ts";
import { readFileOnce } from "./operands.ts";
import { type OpenStore, openStore } from "./store.ts";

export interface PackagingOptions {
  readonly stateDir: string;
  readonly outputDir?: string;
  /** Default: from the file's name. */
  readonly blueprint?: string;
  readonly profile: Profile;
  readonly runtimeProfile?: RuntimeProfile;
  readonly deep: boolean;
  readonly dryRun: boolean;
  /** Whoever runs this vouches for the clock; the record says so where it mattered. */
  readonly acceptClock: boolean;
}

export class Packaging {
  readonly #options: PackagingOptions;
  readonly #io: CliIo;
  #store: OpenStore | undefined;
  #validator: Validator | undefined;

  constructor(options: PackagingOptions, io: CliIo) {
    this.#options = options;
    this.#io = io;
  }

  async run(file: string): Promise<PackageReport> {
    const { blueprint, profile, runtimeProfile, outputDir, dryRun } = this.#options;
    const blueprint_id = blueprint === undefined ? blueprintFromFileName(file) : parseBlueprintId(blueprint);
    const generated_unix_ms = generatedUnixMs(this.#io.env["SOURCE_DATE_EPOCH"]);
    const prepared = await preparePackage(
      {
        bytes: readFileOnce(this.#io, file),
        file,
        blueprint_id,
        profile,
        generated_unix_ms,
        ...(runtimeProfile === undefined ? {} : { runtime_profile: runtimeProfile }),
        ...(outputDir === undefined ? {} : { output_dir: outputDir }),
      },
      { sha256: nativeSha256, ...(await this.#deep()) },
    );
    if (prepared.outcome === "refused" || dryRun) return prepared.report;
    this.#store ??= await openStore(this.#io, this.#options.stateDir, outputDir);
    const { ports } = this.#store;
    const accept_clock = this.#options.acceptClock;
    return this.#io.uninterrupted(() => storePackage(prepared, localActor(), ports, { accept_clock }));
  }

  async close(): Promise<void> {
    await this.#validator?.close();
    await this.#store?.close();
  }

  async #deep(): Promise<{ readonly validator?: Validator }> {
    if (!this.#options.deep) return {};
    this.#validator ??= (await import("@tau-edge/adapter-jco")).createJcoValidator();
    return { validator: this.#validator };
  }
}
