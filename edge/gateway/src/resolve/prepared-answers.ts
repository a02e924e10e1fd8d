/**
 * What a key is told, written down once for each state of a stream: a request only picks a text and puts its bucket in.
 * Texts are kept by the object that the answer is about. Another record makes another object, and the old one goes with
 * its texts.
 */
import { encodeUtf8, type Sha256, toHex } from "@tau-edge/encoding";
import type { AssignedBy, Candidate, ReleaseRef, Resolved } from "@tau-edge/rollout";

export interface ReadyAnswer {
  /** JSON, with a line break at the end. */
  readonly text: string;
  /** Strong: it says what the text was made from. */
  readonly etag: string;
}

export interface AnswerPlace {
  readonly environment: string;
  readonly blueprint: string;
}

type Given = Extract<Resolved, { outcome: "release" }>;

export interface PreparedAnswers {
  of(place: AnswerPlace, resolved: Given): ReadyAnswer;
}

export interface PreparedConfig {
  readonly publicBaseUrl?: string | undefined;
  /** How long a client may go on with what it was told. */
  readonly maxAgeMs: number;
  readonly sha256: Sha256;
}

/** All of a text but the bucket, which comes last. */
interface Piece {
  readonly text: string;
  readonly tag: string;
}

export function prepareAnswers(config: PreparedConfig): PreparedAnswers {
  const written = new WeakMap<Candidate | ReleaseRef, Map<AssignedBy, Piece>>();
  const pieceOf = (place: AnswerPlace, resolved: Given): Piece => {
    const about = resolved.arm?.candidate ?? resolved.release;
    const known = written.get(about)?.get(resolved.by);
    if (known !== undefined) return known;
    const piece = write(place, resolved, config);
    const pieces = written.get(about) ?? new Map<AssignedBy, Piece>();
    written.set(about, pieces.set(resolved.by, piece));
    return piece;
  };
  return {
    of(place, resolved) {
      const { text, tag } = pieceOf(place, resolved);
      const { bucket } = resolved;
      if (bucket === undefined) return { text: `${text}}\n`, etag: `"${tag}"` };
      return { text: `${text},"bucket":${bucket}}\n`, etag: `"${tag}-${bucket}"` };
    },
  };
}

function write(
  { environment, blueprint }: AnswerPlace,
  { release, by, arm }: Given,
  { publicBaseUrl = "", maxAgeMs, sha256 }: PreparedConfig,
): Piece {
  const document = {
    schema_version: 1,
    environment,
    blueprint,
    release: release.release,
    manifest: release.manifest,
    artifact: release.artifact,
    artifact_url: `${publicBaseUrl}/v1/artifacts/${release.artifact}`,
    manifest_url: `${publicBaseUrl}/v1/manifests/${release.manifest}`,
    assigned_by: by,
    ...(arm === undefined ? {} : { rollout: rolloutOf(arm) }),
    max_age_ms: maxAgeMs,
  };
  const text = JSON.stringify(document).slice(0, -1);
  return { text, tag: toHex(sha256(encodeUtf8(text))).slice(0, 32) };
}

/** What an observation of this answer belongs to. A report says all of it but the arm, which follows from the release. */
function rolloutOf({ name, candidate }: NonNullable<Given["arm"]>): object {
  const { rollout_id, attempt, stage, window } = candidate;
  return { rollout_id, attempt, stage, window, arm: name };
}
