/** What a preflight looks at: gathered outside, written down whole. */
import { type CborValue, type Digest, digestBytes } from "@tau-edge/encoding";
import { type Fields, textOf } from "@tau-edge/ledger";
import { ENVIRONMENTS, type Environment } from "../plan/environment.ts";

const OBJECT_STATES = ["verified", "missing", "corrupt", "names_another"] as const;
/** `names_another`: it is sound, and what it names is not what it should. */
export type ObjectState = (typeof OBJECT_STATES)[number];

const SIGNATURES = ["valid", "not_signed", "invalid"] as const;
const LOCKFILES = ["not_named", "matches", "differs", "not_given"] as const;
const CONFIGURATIONS = ["valid", "missing", "invalid"] as const;
const CHECKPOINTS = ["none", "restored", "incompatible"] as const;
const TRACES = ["complete", "incomplete"] as const;

export interface PreflightFacts {
  readonly artifact: ObjectState;
  readonly manifest: ObjectState;
  readonly release: ObjectState;
  readonly signature: (typeof SIGNATURES)[number];
  readonly lockfile: (typeof LOCKFILES)[number];
  /** Names of lint rules. */
  readonly plan_refused_by: readonly string[];
  /** The environment profile. */
  readonly configuration: (typeof CONFIGURATIONS)[number];
  /** Of the last commit of this stream. */
  readonly checkpoint: (typeof CHECKPOINTS)[number];
  /** The objects that this rollout's records name. */
  readonly trace: (typeof TRACES)[number];
  readonly ledger: "writable" | "unwritable";
  readonly objects: "reachable" | "unreachable";
  /** Absent where nobody can say. */
  readonly free_bytes?: number;
  readonly artifact_size_bytes: number;
  /** What the release can do and its baseline cannot; all it can do where there is no baseline is accepted with it. */
  readonly capabilities_added: readonly string[];
  /** The last commit of the environment before this one. */
  readonly promoted_from?: {
    readonly environment: Environment;
    readonly manifest: Digest;
    /** The COMMITTED pointer, as an object. */
    readonly pointer: Digest;
  };
}

export function factsToCbor(facts: PreflightFacts): CborValue {
  const { promoted_from, ...rest } = facts;
  if (promoted_from === undefined) return rest;
  const { environment, manifest, pointer } = promoted_from;
  const promoted = { environment, manifest: digestBytes(manifest), pointer: digestBytes(pointer) };
  return { ...rest, promoted_from: promoted };
}

/** @throws LedgerError `field_malformed` */
export function factsOf(fields: Fields): PreflightFacts {
  const free_bytes = fields.optional("free_bytes", (key) => fields.integer(key));
  const promoted_from = fields.optional("promoted_from", (key) => promotion(fields.map(key)));
  const facts: PreflightFacts = {
    artifact: fields.word("artifact", OBJECT_STATES),
    manifest: fields.word("manifest", OBJECT_STATES),
    release: fields.word("release", OBJECT_STATES),
    signature: fields.word("signature", SIGNATURES),
    lockfile: fields.word("lockfile", LOCKFILES),
    plan_refused_by: fields.list("plan_refused_by", textOf),
    configuration: fields.word("configuration", CONFIGURATIONS),
    checkpoint: fields.word("checkpoint", CHECKPOINTS),
    trace: fields.word("trace", TRACES),
    ledger: fields.word("ledger", ["writable", "unwritable"]),
    objects: fields.word("objects", ["reachable", "unreachable"]),
    ...(free_bytes === undefined ? {} : { free_bytes }),
    artifact_size_bytes: fields.integer("artifact_size_bytes"),
    capabilities_added: fields.list("capabilities_added", textOf),
    ...(promoted_from === undefined ? {} : { promoted_from }),
  };
  fields.end();
  return facts;
}

function promotion(fields: Fields): NonNullable<PreflightFacts["promoted_from"]> {
  const promoted_from = {
    environment: fields.word("environment", ENVIRONMENTS),
    manifest: fields.digest("manifest"),
    pointer: fields.digest("pointer"),
  };
  fields.end();
  return promoted_from;
}
