/** What the stream `system` says about who may come in. */
import type { StoredRecord } from "@tau-edge/ledger";
import { DID_INITIALIZED, type DidFacts, readDidInitialized } from "../did-record.ts";
import { AGENT_REVOKED, readAgentRevoked } from "./agent-record.ts";
import { BOOTSTRAP_LINK_REVOKED, readLinkRevoked } from "./link-records.ts";
import {
  CREDENTIALS_ROTATED,
  ROTATION_SETTLED,
  type RotationFacts,
  readRotated,
  readRotationSettled,
} from "./rotation-records.ts";
import { readTokenRevoked, TOKEN_REVOKED } from "./token-records.ts";

/** What a record wants to be so in the directory. Doing it twice is doing it once. */
export type Effect =
  | { readonly kind: "link_revoked"; readonly link_ref: string }
  | { readonly kind: "agent_revoked"; readonly did: string }
  | { readonly kind: "token_revoked"; readonly token_refs: readonly string[] }
  | { readonly kind: "rotated"; readonly rotation: RotationFacts };

export interface RecordedEffect {
  readonly record: string;
  readonly seq: number;
  readonly at_unix_ms: number;
  readonly effect: Effect;
}

export class SystemFacts {
  #last: StoredRecord | undefined;
  #epoch = 0;
  readonly #dids = new Map<string, DidFacts>();
  readonly #devDids = new Set<string>();
  readonly #revokedDids = new Set<string>();
  readonly #settledEpochs = new Set<number>();
  readonly #effects = new Set<RecordedEffect>();

  get last(): StoredRecord | undefined {
    return this.#last;
  }

  /** The highest one that was recorded; 0 before the first rotation. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Identities that were made here, by DID; the last word on each. */
  get dids(): ReadonlyMap<string, DidFacts> {
    return this.#dids;
  }

  /** Made here from something that can be guessed. Once is for ever: a key does not become secret again. */
  get devDids(): ReadonlySet<string> {
    return this.#devDids;
  }

  get revokedDids(): ReadonlySet<string> {
    return this.#revokedDids;
  }

  /** Epochs of rotations that were broken off and are enforced without a new credential. */
  get settledEpochs(): ReadonlySet<number> {
    return this.#settledEpochs;
  }

  /** Of the records whose effect nobody has asked the directory about yet, in their order. */
  get effects(): readonly RecordedEffect[] {
    return [...this.#effects];
  }

  /** The directory has it. */
  done(effect: RecordedEffect): void {
    this.#effects.delete(effect);
  }

  /** @throws PortError `ledger_corrupt` for a record that lacks a field; it counts as not read then */
  take(stored: StoredRecord): void {
    const { type, seq, at_unix_ms } = stored.record;
    const effect = this.#effectOf(stored);
    if (effect !== undefined) this.#effects.add({ record: type, seq, at_unix_ms, effect });
    this.#last = stored;
  }

  #effectOf(stored: StoredRecord): Effect | undefined {
    switch (stored.record.type) {
      case DID_INITIALIZED:
        this.#made(readDidInitialized(stored));
        return undefined;
      case BOOTSTRAP_LINK_REVOKED:
        return { kind: "link_revoked", ...readLinkRevoked(stored) };
      case AGENT_REVOKED: {
        const { did } = readAgentRevoked(stored);
        this.#revokedDids.add(did);
        return { kind: "agent_revoked", did };
      }
      case TOKEN_REVOKED:
        return { kind: "token_revoked", token_refs: readTokenRevoked(stored).token_refs };
      case CREDENTIALS_ROTATED: {
        const rotation = readRotated(stored);
        this.#epoch = Math.max(this.#epoch, rotation.epoch);
        return { kind: "rotated", rotation };
      }
      case ROTATION_SETTLED:
        this.#settledEpochs.add(readRotationSettled(stored).epoch);
        return undefined;
      default:
        return undefined;
    }
  }

  #made(facts: DidFacts): void {
    this.#dids.set(facts.did, facts);
    if (facts.assurance === "dev") this.#devDids.add(facts.did);
  }
}
