/** A deployment in memory, and small binaries to package. */
import { ManualClock, MemoryDeploymentFiles, MemoryLedgerStore, MemoryObjectStore } from "@tau-edge/adapter-memory";
import { sha256 } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import { DEFAULT_PROFILE, FIXED_UNIX_MS } from "@tau-edge/manifest";
import type { DeepVerdict, Validator } from "@tau-edge/ports";
import { openCatalog } from "./catalog.ts";
import type { PackageReport } from "./package-report.ts";
import { type PackageRequest, preparePackage } from "./prepare-package.ts";
import { type StorePorts, storePackage } from "./store-package.ts";

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
export const EMPTY_MODULE = new Uint8Array(PREAMBLE);
/** Another module: a custom section named `n` with one byte. */
export const moduleNumber = (byte: number) => new Uint8Array([...PREAMBLE, 0, 3, 1, 0x6e, byte]);
/** Imports a function of `wasi_snapshot_preview1`. */
export const PREVIEW1_MODULE = new Uint8Array([
  ...PREAMBLE,
  ...[1, 4, 1, 0x60, 0, 0],
  ...[2, 28, 1, 22, ...new TextEncoder().encode("wasi_snapshot_preview1"), 1, 0x66, 0, 0],
]);
/** The length of the section is cut off. */
export const MALFORMED = new Uint8Array([...PREAMBLE, 1, 0xff]);

export const ACTOR: Actor = { kind: "local", id: "somebody" };

export interface Deployment extends StorePorts {
  readonly objects: MemoryObjectStore;
  readonly ledger: MemoryLedgerStore;
  readonly files: MemoryDeploymentFiles;
}

export function makeDeployment(): Deployment {
  const objects = new MemoryObjectStore();
  const ledger = new MemoryLedgerStore({ objects: objects.objects });
  return {
    objects,
    ledger,
    catalog: openCatalog(ledger),
    files: new MemoryDeploymentFiles({ objects: objects.objects }),
    default_output_dir: ".tau/deployment/wasm-artifacts",
    clock: new ManualClock(),
  };
}

export function request(bytes: Uint8Array, more: Partial<PackageRequest> = {}): PackageRequest {
  const fixed = {
    file: "dir/app.wasm",
    blueprint_id: "app",
    profile: DEFAULT_PROFILE,
    generated_unix_ms: FIXED_UNIX_MS,
  };
  return { bytes, ...fixed, ...more };
}

export async function packageInto(
  ports: StorePorts,
  asked: PackageRequest,
  validator?: Validator,
): Promise<PackageReport> {
  const prepared = await preparePackage(asked, { sha256, ...(validator === undefined ? {} : { validator }) });
  return prepared.outcome === "refused" ? prepared.report : storePackage(prepared, ACTOR, ports);
}

/** Counts what it is shown, and answers always the same. */
export function fixedValidator(verdict: DeepVerdict): Validator & { readonly shown: Uint8Array[] } {
  const shown: Uint8Array[] = [];
  return {
    shown,
    validate: async (bytes) => {
      shown.push(bytes);
      return verdict;
    },
    close: async () => undefined,
  };
}
