/** Artifacts, manifests and derived code by digest: immutable bytes, whole or in part. Only what a ledger record names is served. */
import type { Catalog } from "@tau-edge/control";
import { type Digest, digestBytes, isDigest, toBase64 } from "@tau-edge/encoding";
import { PortError } from "@tau-edge/ports";
import { z } from "zod";
import { GatewayError } from "../errors.ts";
import { answerRange, type RangeAnswer } from "../http/byte-range.ts";
import { applicableRange, evaluatePreconditions } from "../http/preconditions.ts";
import { LIMITS } from "../limits.ts";
import type { HotObjects } from "../memory/hot-objects.ts";
import { LEDGER_PROBLEMS } from "../problems/problem-sets.ts";
import type { HeaderRecord } from "../request/headers.ts";
import type { Call, Route } from "../route.ts";

interface Kind {
  readonly path: string;
  readonly operationId: string;
  /** In the summary, after "The bytes of". */
  readonly what: string;
  readonly mediaType: string;
  /** @returns undefined where no record names an object of this kind with this digest */
  sizeBytes(catalog: Catalog, digest: Digest): Promise<number | undefined>;
}

export const DigestSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .meta({ description: "SHA-256 of the bytes: `sha256:` and 64 lowercase hexadecimal digits" });

export const artifactRoute = objectRoute({
  path: "/v1/artifacts/:digest",
  operationId: "getArtifact",
  what: "an artifact",
  mediaType: "application/wasm",
  async sizeBytes(catalog, digest) {
    const found = await catalog.find(digest);
    return found?.part === "artifact" ? found.deliverable.artifact_size_bytes : undefined;
  },
});

export const manifestRoute = objectRoute({
  path: "/v1/manifests/:digest",
  operationId: "getManifest",
  what: "a manifest",
  mediaType: "application/json",
  async sizeBytes(catalog, digest) {
    const found = await catalog.find(digest);
    return found?.part === "manifest" ? found.deliverable.manifest_size_bytes : undefined;
  },
});

/** Never as scripts: whoever runs them has compared them with their digest first (decisions 16). */
export const derivedRoute = objectRoute({
  path: "/v1/objects/:digest",
  operationId: "getObject",
  what: "derived code that a release names: its document, or a file of it",
  mediaType: "application/octet-stream",
  sizeBytes: async (catalog, digest) => (await catalog.findDerived(digest))?.size_bytes,
});

function objectRoute(kind: Kind): Route {
  const { path, operationId, what, mediaType } = kind;
  const fields = { ETag: '`"sha256:<hex>"`', "Repr-Digest": "RFC 9530, of the whole object" };
  return {
    method: "GET",
    path,
    operationId,
    summary: `The bytes of ${what}, by their digest`,
    audience: "agents",
    reads: "manifest:read",
    params: { digest: { schema: DigestSchema, description: "What the bytes must hash to" } },
    requestHeaders: {
      Range: "One range of bytes; several are ignored",
      "If-Range": "The ETag that the range is meant for",
      "If-None-Match": "ETags that the client has",
      "If-Match": "ETags that the client expects",
    },
    answers: {
      200: {
        description: "All bytes",
        content: { [mediaType]: { binary: true } },
        headers: { ...fields, "Content-Digest": "RFC 9530, of this answer" },
      },
      206: {
        description: "The bytes of the range",
        content: { [mediaType]: { binary: true } },
        headers: { ...fields, "Content-Range": "Which bytes" },
      },
      304: { description: "The client has it", headers: { ETag: fields.ETag } },
    },
    problems: [
      "digest_malformed",
      "object_unknown",
      "precondition_failed",
      "range_not_satisfiable",
      "object_corrupt",
      "object_missing",
      "object_collected",
      ...LEDGER_PROBLEMS,
    ],
    answer: (call) => answerObject(call, kind),
  };
}

async function answerObject(call: Call, { mediaType, sizeBytes: sizeOf }: Kind): Promise<Response> {
  const digest = call.c.req.param("digest") ?? "";
  if (!isDigest(digest)) return call.problem("digest_malformed");
  const sizeBytes = await sizeOf(call.services.catalog, digest);
  if (sizeBytes === undefined) return call.problem("object_unknown");
  const constant = constantsOf(digest, mediaType);

  const precondition = evaluatePreconditions(call, constant.etag);
  if (precondition === "failed") return call.problem("precondition_failed");
  const head = call.c.req.method === "HEAD";
  if (precondition === "not_modified") {
    await requireStored(call, digest, sizeBytes);
    return call.reply(304, { etag: constant.etag, ...cachingOf(call) }, null);
  }
  // RFC 9110 section 14.2: Range means nothing with any other method than GET.
  const rangeField = head ? undefined : applicableRange(call, constant.etag);
  const range: RangeAnswer = rangeField === undefined ? { kind: "whole" } : answerRange(rangeField, sizeBytes);
  if (range.kind === "unsatisfiable")
    return call.problem("range_not_satisfiable", { headers: { "content-range": `bytes */${sizeBytes}` } });
  if (head) {
    await requireStored(call, digest, sizeBytes);
    return call.reply(200, { ...constant.headers, ...cachingOf(call), "content-length": String(sizeBytes) }, null);
  }
  return sendBytes(call, digest, sizeBytes, constant, range);
}

async function sendBytes(
  call: Call,
  digest: Digest,
  sizeBytes: number,
  constant: Constants,
  range: Sent,
): Promise<Response> {
  const body = await bytesOf(call, digest, sizeBytes, range);
  if (range.kind === "whole") {
    const length = String(sizeBytes);
    return call.reply(
      200,
      { ...constant.headers, ...constant.whole, ...cachingOf(call), "content-length": length },
      body,
    );
  }
  const { start, end } = range.range;
  const partial = { "content-range": `bytes ${start}-${end - 1}/${sizeBytes}`, "content-length": String(end - start) };
  return call.reply(206, { ...constant.headers, ...cachingOf(call), ...partial }, body);
}

type Sent = Exclude<RangeAnswer, { kind: "unsatisfiable" }>;

/** Nothing is sent before the object is verified: `read` and `open` throw `object_corrupt` where its digest differs. */
async function bytesOf(call: Call, digest: Digest, sizeBytes: number, sent: Sent): Promise<BodyInit> {
  const { objects, hot } = call.services;
  // For a part of what is not in memory, reading all of it would be work without end for whoever asks for single bytes.
  const memory = sent.kind === "whole" || sizeBytes < LIMITS.counted_answer_bytes_min || hot.has(digest);
  const bytes = await (memory ? loadedBytes(call, digest, sizeBytes) : undefined);
  if (bytes !== undefined) return sent.kind === "whole" ? bytes : bytes.subarray(sent.range.start, sent.range.end);
  const opened = await objects.open(digest);
  if (opened === undefined) throw await missing(call, digest);
  if (opened.size_bytes !== sizeBytes) {
    await opened.close();
    throw wrongSize(digest, sizeBytes);
  }
  return sent.kind === "whole" ? opened.body() : opened.body(sent.range);
}

function loadedBytes(call: Call, digest: Digest, sizeBytes: number): ReturnType<HotObjects["get"]> {
  const { objects, hot } = call.services;
  return hot.get({
    digest,
    sizeBytes,
    async load() {
      const read = await objects.read(digest, sizeBytes).catch((error: unknown) => {
        throw error instanceof PortError && error.code === "object_too_large" ? wrongSize(digest, sizeBytes) : error;
      });
      if (read === undefined) throw await missing(call, digest);
      if (read.length !== sizeBytes) throw wrongSize(digest, sizeBytes);
      return read;
    },
    sent: () => (sizeBytes < LIMITS.counted_answer_bytes_min ? undefined : call.untilSent()),
  });
}

/** For answers without a body: memory or the store has the object, and nothing is opened to find out. */
async function requireStored(call: Call, digest: Digest, sizeBytes: number): Promise<void> {
  if (call.services.hot.has(digest)) return;
  const info = await call.services.objects.stat(digest);
  if (info === undefined) throw await missing(call, digest);
  if (info.size_bytes !== sizeBytes) throw wrongSize(digest, sizeBytes);
}

async function missing(call: Call, digest: Digest): Promise<GatewayError> {
  const by = await call.services.catalog.collected(digest);
  if (by !== undefined)
    return new GatewayError("object_collected", digest, `It was collected by ${by.stream}#${by.seq}`);
  return new GatewayError("object_missing", digest, "The ledger names an object that the store does not have");
}

function wrongSize(digest: Digest, sizeBytes: number): PortError {
  return new PortError(
    "object_corrupt",
    digest,
    `The stored object does not have the ${sizeBytes} bytes of its record`,
  );
}

/** `no-transform`: a proxy that recompresses would send other bytes than the digest names. */
const CACHED_BY_ALL = { "cache-control": "public, max-age=31536000, immutable, no-transform" };
/** RFC 9111 section 5.2.2.7: not by a cache that would give it to somebody else. */
const CACHED_BY_ONE = { "cache-control": "private, max-age=31536000, immutable, no-transform" };

function cachingOf(call: Call): HeaderRecord {
  return call.services.settings().readers === "agents" ? CACHED_BY_ONE : CACHED_BY_ALL;
}

interface Constants {
  readonly etag: string;
  readonly headers: HeaderRecord;
  /** Only when the answer holds the whole object. */
  readonly whole: HeaderRecord;
}

function constantsOf(digest: Digest, mediaType: string): Constants {
  const etag = `"${digest}"`;
  const field = `sha-256=:${toBase64(digestBytes(digest))}:`;
  return {
    etag,
    headers: {
      "content-type": mediaType,
      etag,
      "accept-ranges": "bytes",
      "repr-digest": field,
    },
    whole: { "content-digest": field },
  };
}
