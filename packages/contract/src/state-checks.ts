/**
 * What must hold before anything in `state.json` is used, or anything is written over it.
 *
 * | bytes                                                               | answer          |
 * |---------------------------------------------------------------------|-----------------|
 * | too large, not strict JSON, a known key or element of another type  | `state_corrupt` |
 * | `schema_version` above 1                                            | `state_newer`   |
 * | anything else                                                       | the facts       |
 */
import { type ExactJsonValue, encodeUtf8, readJson, type StartSha256 } from "@tau-edge/encoding";
import { type DeploymentHealth, EMPTY_HEALTH, readHealth } from "./health.ts";
import { CONTRACT_LIMITS } from "./limits.ts";
import { BlockHash, type CycleKey, CyclesDigest, DidsDigest, KnownDigest } from "./state-digests.ts";
import { corrupt, isObject, type JsonObject, refuseState, type StateRefusal } from "./state-document.ts";
import type { StateElement, StateFacts, StateVisitor } from "./state-facts.ts";
import type { StatePiece } from "./state-scan.ts";
import { aroundWrittenHash, authorshipOf, readStamp, STAMP_KEY, type StateStamp } from "./state-stamp.ts";

/** Arrays whose elements are looked at one by one; everything else is one value. */
export const STATE_ARRAYS = [
  "processed_case_keys",
  "rollouts",
  "failed_cases",
  "wasm_deliverables",
  "browser_dids",
] as const;

type StateArray = (typeof STATE_ARRAYS)[number];
type Member = Extract<StatePiece, { kind: "member" }>;
type Element = Extract<StatePiece, { kind: "element" }>;

export class StateChecks {
  readonly #visitor: StateVisitor;
  readonly #written: BlockHash;
  readonly #known: KnownDigest;
  readonly #cycles: CyclesDigest;
  readonly #dids: DidsDigest;
  readonly #counts = { processed_case_keys: 0, rollouts: 0, failed_cases: 0, wasm_deliverables: 0, browser_dids: 0 };
  #sizeBytes = 0;
  #health: DeploymentHealth = EMPTY_HEALTH;
  #stamp: StateStamp | "none" | undefined = "none";
  #stampIsAsWritten = true;
  #fault: StateRefusal | undefined;

  constructor(visitor: StateVisitor, start: StartSha256) {
    this.#visitor = visitor;
    this.#written = new BlockHash(start());
    this.#known = new KnownDigest(start);
    this.#cycles = new CyclesDigest(start);
    this.#dids = new DidsDigest(start);
  }

  /** What was found so far; a newer schema further on would still win. */
  get fault(): StateRefusal | undefined {
    return this.#fault;
  }

  /**
   * @returns the element, where it is an object
   * @throws EncodingError for a value that is not strict JSON, `at` counted from its beginning
   */
  see(piece: StatePiece): JsonObject | undefined {
    this.#add(piece.before);
    switch (piece.kind) {
      case "array":
        this.#add(OPENING_BRACKET);
        return undefined;
      case "array_end":
        this.#add(CLOSING_BRACKET);
        return undefined;
      case "member":
        this.#seeMember(piece);
        return undefined;
      case "element":
        this.#add(piece.raw);
        return this.#seeElement(piece);
    }
  }

  /** @param rest what stands behind the last piece */
  finish(rest: Uint8Array): StateFacts | StateRefusal {
    this.#add(rest);
    if (this.#fault !== undefined) return this.#fault;
    const cycles_sha256 = this.#cycles.digest();
    const known_sha256 = this.#known.digest();
    const dids_sha256 = this.#dids.digest();
    const author = authorshipOf(this.#stamp, {
      written_sha256: this.#stampIsAsWritten ? this.#written.digest() : undefined,
      known_sha256,
      cycles_sha256,
      dids_sha256,
    });
    return {
      outcome: "read",
      size_bytes: this.#sizeBytes,
      processed_case_count: this.#counts.processed_case_keys,
      rollout_count: this.#counts.rollouts,
      failed_case_count: this.#counts.failed_cases,
      deliverable_count: this.#counts.wasm_deliverables,
      browser_did_count: this.#counts.browser_dids,
      health: this.#health,
      shows_cycles: !this.#cycles.isEmpty,
      known_sha256,
      cycles_sha256,
      dids_sha256,
      written_by: author.by,
      ...("at" in author && { foreign_at: author.at }),
      ...("stamp" in author && { stamp: author.stamp }),
    };
  }

  #seeMember(piece: Member): void {
    const value = readValue(piece.raw);
    if (piece.key === STAMP_KEY) {
      this.#seeStamp(piece.raw, value);
      return;
    }
    this.#add(piece.raw);
    if (piece.key === "schema_version") this.#refuse(faultOfVersion(value));
    else if (piece.key === "health") this.#seeHealth(piece.raw, value);
    else if (isStateArray(piece.key)) this.#refuse(corrupt(`$.${piece.key}`, "Expected an array"));
  }

  /** The digest that the stamp holds leaves its own digits out. */
  #seeStamp(raw: Uint8Array, value: ExactJsonValue): void {
    this.#stamp = readStamp(value);
    const around = this.#stamp === undefined ? undefined : aroundWrittenHash(raw, this.#stamp);
    this.#stampIsAsWritten = around !== undefined;
    this.#sizeBytes += raw.length;
    for (const text of around ?? []) this.#written.add(encodeUtf8(text));
  }

  #seeHealth(raw: Uint8Array, value: ExactJsonValue): void {
    if (!isObject(value)) {
      this.#refuse(corrupt("$.health", "Expected an object"));
      return;
    }
    const health = readHealth(value);
    if (typeof health === "string") this.#refuse(corrupt(`$.health.${health}`, "Expected a whole number from 0"));
    else this.#health = health;
    if (Object.keys(value).length > 0) this.#cycles.add("health", raw);
  }

  #seeElement({ key, index, raw }: Element): JsonObject | undefined {
    const max = CONTRACT_LIMITS.state_element_bytes_max;
    const at = `$.${key}[${index}]`;
    if (raw.length > max) {
      this.#refuse(corrupt(at, `It has ${raw.length} bytes, at most ${max} are read`));
      return undefined;
    }
    const value = readValue(raw);
    if (!isStateArray(key)) return undefined;
    this.#counts[key] += 1;
    if (key === "processed_case_keys") {
      this.#cycles.add(key, raw);
      if (typeof value === "string") this.#visitor.onKey?.(value);
      else this.#refuse(corrupt(at, "Expected a string"));
      return undefined;
    }
    if (isObject(value)) {
      this.#seeObject(key, { value, raw, index });
      return value;
    }
    this.#refuse(corrupt(at, "Expected an object"));
    return undefined;
  }

  #seeObject(key: Exclude<StateArray, "processed_case_keys">, element: StateElement): void {
    if (key === "wasm_deliverables") {
      this.#known.add(element.value);
      return;
    }
    if (key === "browser_dids") {
      this.#dids.add(element.raw);
      return;
    }
    const cycleKey: CycleKey = key;
    this.#cycles.add(cycleKey, element.raw);
    if (key === "rollouts") this.#visitor.onRollout?.(element);
    else this.#visitor.onFailedCase?.(element);
  }

  /** The first fault in file order, unless the whole file is of a schema that we cannot know. */
  #refuse(fault: StateRefusal | undefined): void {
    if (fault !== undefined && (this.#fault === undefined || fault.code === "state_newer")) this.#fault = fault;
  }

  #add(bytes: Uint8Array): void {
    this.#sizeBytes += bytes.length;
    this.#written.add(bytes);
  }
}

const OPENING_BRACKET = new Uint8Array([0x5b]);
const CLOSING_BRACKET = new Uint8Array([0x5d]);

function readValue(raw: Uint8Array): ExactJsonValue {
  return readJson(raw, { integers: "exact", size_bytes_max: raw.length });
}

function faultOfVersion(version: ExactJsonValue): StateRefusal | undefined {
  if (version === 1) return undefined;
  const at = "$.schema_version";
  const newer = typeof version === "bigint" ? version > 1n : Number.isInteger(version) && Number(version) > 1;
  return newer
    ? refuseState("state_newer", at, `Schema ${version} is newer than 1`)
    : corrupt(at, "The schema version is not 1");
}

function isStateArray(key: string): key is StateArray {
  return (STATE_ARRAYS as readonly string[]).includes(key);
}
