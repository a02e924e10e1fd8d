/** Who gets what now? Answered from memory; the ledger is asked at most once in RESOLVE_AGE_MS_MAX. */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import type { Clock } from "@tau-edge/ports";
import { type Asking, type Assignment, type Environment, type Resolved, resolve } from "@tau-edge/rollout";
import { RESOLVE_AGE_MS_MAX, RESOLVED_KEY_CHARS_MAX, RESOLVED_KEYS_MAX } from "../limits.ts";
import { packagingStream } from "../stream.ts";
import type { Frozen } from "./freeze-record.ts";
import type { RolloutStreams } from "./rollout-streams.ts";

export interface Resolver {
  /**
   * @throws RolloutError `version_key_length`
   * @throws PortError when the ledger cannot be read: an old answer might be one that was withdrawn
   */
  resolve(environment: Environment, blueprint: string, asking: Asking): Answer | Promise<Answer>;
  /** The derived code that the release names, as of the last answer; undefined where it names none. */
  derivedOf(blueprint: string, release: Digest): Digest | undefined;
}

export interface Answer {
  readonly resolved: Resolved | Paused;
  /** The record that the answer is as of; absent for a stream without records. */
  readonly as_of?: { readonly stream: string; readonly seq: number; readonly at_unix_ms: number };
}

/** Whoever runs the blueprint stops until it is released, also who asks for a release by name. */
export interface Paused {
  readonly outcome: "paused";
  /** The same object for as long as it is frozen. */
  readonly frozen: Frozen;
}

export interface ResolverPorts {
  readonly streams: RolloutStreams;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

export function makeResolver(ports: ResolverPorts): Resolver {
  return new FollowingResolver(ports);
}

class FollowingResolver implements Resolver {
  readonly #ports: ResolverPorts;
  #failures: ReadonlyMap<string, unknown> = new Map();
  /** When the ledger was asked, not when it answered. */
  #asked_unix_ms = Number.NEGATIVE_INFINITY;
  /** By key. Another record of a rollout makes another assignment, and the old one goes with its keys. */
  #remembered = new WeakMap<Assignment, Map<string, Resolved>>();
  #rememberedCount = 0;
  /** However many ask, the ledger is asked by one of them. */
  #asking: Promise<void> | undefined;

  constructor(ports: ResolverPorts) {
    this.#ports = ports;
  }

  resolve(environment: Environment, blueprint: string, asking: Asking): Answer | Promise<Answer> {
    const age_ms = this.#ports.clock.nowUnixMs() - this.#asked_unix_ms;
    const stream = `default/${environment}/${blueprint}`;
    // A clock that was set back makes an answer older, not younger.
    if (age_ms >= 0 && age_ms < RESOLVE_AGE_MS_MAX) return this.#answer(stream, asking);
    return this.#ask().then(() => this.#answer(stream, asking));
  }

  derivedOf(blueprint: string, release: Digest): Digest | undefined {
    const { releases = [] } = this.#ports.streams.known(packagingStream(blueprint)) ?? {};
    return releases.find((recorded) => recorded.release === release)?.derived?.derived;
  }

  #answer(stream: string, asking: Asking): Answer {
    const { streams, sha256 } = this.#ports;
    if (this.#failures.has(stream)) throw this.#failures.get(stream);
    const known = streams.known(stream);
    if (known === undefined) return { resolved: resolve({}, asking, sha256) };
    const { next_seq, at_unix_ms } = known.state;
    const as_of = { stream, seq: next_seq - 1, at_unix_ms };
    if (known.frozen !== undefined) return { resolved: { outcome: "paused", frozen: known.frozen }, as_of };
    return { resolved: this.#resolved(known.assignment, asking), as_of };
  }

  /** Whoever follows a rollout asks every few seconds with the same key; an assignment gives it the same answer each time. */
  #resolved(assignment: Assignment, asking: Asking): Resolved {
    const { version_key, override } = asking;
    const { sha256 } = this.#ports;
    if (version_key === undefined || override !== undefined) return resolve(assignment, asking, sha256);
    if (!isExposing(assignment) || version_key.length > RESOLVED_KEY_CHARS_MAX)
      return resolve(assignment, asking, sha256);
    const known = this.#remembered.get(assignment)?.get(version_key);
    if (known !== undefined) return known;
    const resolved = resolve(assignment, asking, sha256);
    this.#remember(assignment, version_key, resolved);
    return resolved;
  }

  #remember(assignment: Assignment, version_key: string, resolved: Resolved): void {
    if (this.#rememberedCount >= RESOLVED_KEYS_MAX) {
      this.#remembered = new WeakMap();
      this.#rememberedCount = 0;
    }
    this.#rememberedCount += 1;
    const keys = this.#remembered.get(assignment) ?? new Map<string, Resolved>();
    this.#remembered.set(assignment, keys.set(version_key, resolved));
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#askLedger().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askLedger(): Promise<void> {
    const now_unix_ms = this.#ports.clock.nowUnixMs();
    this.#failures = await this.#ports.streams.refresh();
    this.#asked_unix_ms = now_unix_ms;
  }
}

/** Otherwise no key is hashed, and there is nothing to save. */
function isExposing({ candidate }: Assignment): boolean {
  return candidate !== undefined && candidate.weight_bp > 0;
}
