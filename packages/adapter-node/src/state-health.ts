/** The counters of the last deployment cycle, as a runner left them in `state.json`. */
import { type DeploymentHealth, EMPTY_HEALTH } from "@tau-edge/contract";
import { openStateBytes } from "./state-bytes.ts";
import { readSoundState } from "./state-file.ts";

/** A file that is not there yet has no counters: no evidence, so a gate holds. */
export class StateHealth {
  readonly #path: string;
  /** What was read last. Anybody may ask as often as they like, and the file may have megabytes. */
  #last: { readonly identity: string; readonly health: DeploymentHealth } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws PortError `state_corrupt`, `state_newer`, `state_foreign`: counters out of such a file prove nothing */
  async read(): Promise<DeploymentHealth> {
    const found = openStateBytes(this.#path, this.#last?.identity);
    if (found === "unchanged" && this.#last !== undefined) return this.#last.health;
    this.#last = undefined;
    if (found === undefined || found === "unchanged") return EMPTY_HEALTH;
    const { health } = readSoundState(found, this.#path);
    this.#last = { identity: found.identity, health };
    return health;
  }
}
