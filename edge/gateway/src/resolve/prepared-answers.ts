/**
 * What a key is told, written down once for each state of a stream and bucket: a request only picks it.
 * Texts are kept by the object that the answer is about. Another record makes another object, and the old one goes with
 * its texts.
 */
import type { Frozen } from "@tau-edge/control";
import { type Digest, decodeUtf8, encodeUtf8, type Sha256, toHex } from "@tau-edge/encoding";
import type { AssignedBy, Candidate, ReleaseRef, Resolved } from "@tau-edge/rollout";
import type { HeaderRecord } from "../request/headers.ts";

export interface ReadyAnswer {
  /** JSON, with a line break at the end. */
  readonly text: string;
  /** Strong: it says what the text was made from. */
  readonly etag: string;
  /** All but the name of the request. */
  readonly headers: HeaderRecord;
}

export interface AnswerPlace {
  readonly environment: string;
  readonly blueprint: string;
}

type Given = Extract<Resolved, { outcome: "release" }>;

export interface PreparedAnswers {
  of(place: AnswerPlace, resolved: Given): ReadyAnswer;
  paused(place: AnswerPlace, frozen: Frozen): ReadyAnswer;
}

export interface PreparedConfig {
  readonly publicBaseUrl?: string | undefined;
  /** How long a client may go on with what it was told. */
  readonly maxAgeMs: number;
  readonly sha256: Sha256;
  /** The derived code that a release names. Asked once for each text. */
  derivedOf(blueprint: string, release: Digest): Digest | undefined;
  /** Of every answer, beside its tag. */
  readonly fields: HeaderRecord;
}

/** What is said about one candidate or release, for one reason. */
interface Pieces {
  /** All of a text but the bucket, which comes last. */
  readonly text: string;
  readonly tag: string;
  readonly withoutBucket: ReadyAnswer;
  /** Whoever asks again, or shares a bucket, gets what is joined already: at most 10,000 of them, of 1 KB each. */
  readonly byBucket: Map<number, ReadyAnswer>;
}

export function prepareAnswers(config: PreparedConfig): PreparedAnswers {
  const written = new WeakMap<Candidate | ReleaseRef, Map<AssignedBy, Pieces>>();
  const pauses = new WeakMap<Frozen, ReadyAnswer>();
  const piecesOf = (place: AnswerPlace, resolved: Given): Pieces => {
    const about = resolved.arm?.candidate ?? resolved.release;
    const known = written.get(about)?.get(resolved.by);
    if (known !== undefined) return known;
    const pieces = write(place, resolved, config);
    const all = written.get(about) ?? new Map<AssignedBy, Pieces>();
    written.set(about, all.set(resolved.by, pieces));
    return pieces;
  };
  return {
    of(place, resolved) {
      const { text, tag, withoutBucket, byBucket } = piecesOf(place, resolved);
      const { bucket } = resolved;
      if (bucket === undefined) return withoutBucket;
      const known = byBucket.get(bucket);
      if (known !== undefined) return known;
      const answer = join(`${text},"bucket":${bucket}}\n`, `"${tag}-${bucket}"`, config.fields);
      byBucket.set(bucket, answer);
      return answer;
    },
    paused(place, frozen) {
      const known = pauses.get(frozen);
      if (known !== undefined) return known;
      const answer = writePause(place, frozen, config);
      pauses.set(frozen, answer);
      return answer;
    },
  };
}

/** The text is made anew from its bytes: one that is kept in pieces would be put together again for each answer. */
function join(pieces: string, etag: string, fields: HeaderRecord): ReadyAnswer {
  return { text: decodeUtf8(encodeUtf8(pieces)), etag, headers: { ...fields, etag } };
}

function write(
  { environment, blueprint }: AnswerPlace,
  { release, by, arm }: Given,
  { publicBaseUrl = "", maxAgeMs, sha256, derivedOf, fields }: PreparedConfig,
): Pieces {
  const derived = derivedOf(blueprint, release.release);
  const document = {
    schema_version: 1,
    environment,
    blueprint,
    release: release.release,
    manifest: release.manifest,
    artifact: release.artifact,
    artifact_url: `${publicBaseUrl}/v1/artifacts/${release.artifact}`,
    manifest_url: `${publicBaseUrl}/v1/manifests/${release.manifest}`,
    ...(derived === undefined ? {} : { derived, derived_url: `${publicBaseUrl}/v1/objects/${derived}` }),
    assigned_by: by,
    ...(arm === undefined ? {} : { rollout: rolloutOf(arm) }),
    max_age_ms: maxAgeMs,
  };
  const text = JSON.stringify(document).slice(0, -1);
  const tag = tagOf(text, sha256);
  return { text, tag, withoutBucket: join(`${text}}\n`, `"${tag}"`, fields), byBucket: new Map() };
}

function writePause({ environment, blueprint }: AnswerPlace, frozen: Frozen, config: PreparedConfig): ReadyAnswer {
  const { reason, since_unix_ms } = frozen;
  const place = { schema_version: 1, environment, blueprint };
  const document = { ...place, outcome: "paused", reason, since_unix_ms, max_age_ms: config.maxAgeMs };
  const text = JSON.stringify(document);
  return join(`${text}\n`, `"${tagOf(text, config.sha256)}"`, config.fields);
}

function tagOf(text: string, sha256: Sha256): string {
  return toHex(sha256(encodeUtf8(text))).slice(0, 32);
}

/** What an observation of this answer belongs to. A report says all of it but the arm, which follows from the release. */
function rolloutOf({ name, candidate }: NonNullable<Given["arm"]>): object {
  const { rollout_id, attempt, stage, window } = candidate;
  return { rollout_id, attempt, stage, window, arm: name };
}
