/** The counters of the last deployment cycle, as S1's runner left them in `state.json`. */
import { type DeploymentHealth, EMPTY_HEALTH, readState } from "@tau-edge/contract";
import type { Sha256 } from "@tau-edge/encoding";
import { PortError } from "@tau-edge/ports";
import { readStateBytes } from "./state-bytes.ts";
import { foreignState } from "./state-file.ts";

/** A file that is not there yet has no counters: no evidence, so a gate holds. */
export class StateHealth {
  readonly #path: string;
  readonly #sha256: Sha256;
  /** What was read last. Anybody may ask as often as they like, and the file may have megabytes. */
  #last: { readonly identity: string; readonly health: DeploymentHealth } | undefined;

  constructor(path: string, sha256: Sha256) {
    this.#path = path;
    this.#sha256 = sha256;
  }

  /** @throws PortError `state_corrupt`, `state_newer`, `state_foreign`: counters out of such a file prove nothing */
  async read(): Promise<DeploymentHealth> {
    const found = readStateBytes(this.#path, this.#last?.identity);
    if (found === "unchanged" && this.#last !== undefined) return this.#last.health;
    this.#last = undefined;
    if (found === undefined || found === "unchanged") return EMPTY_HEALTH;
    const state = readState(found.bytes, this.#sha256);
    if (state.outcome === "refused")
      throw new PortError(state.code, `${this.#path} ${state.at}`, state.detail, { remedy: state.remedy });
    if (state.written_by === "foreign") throw foreignState(this.#path);
    this.#last = { identity: found.identity, health: state.health };
    return state.health;
  }
}
