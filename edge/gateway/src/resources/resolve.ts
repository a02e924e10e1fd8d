/** Who gets what now? One release for a key, and how long it may be kept. */
import type { Answer } from "@tau-edge/control";
import { isWellFormed, utf8Length } from "@tau-edge/encoding";
import { isStreamId } from "@tau-edge/ledger";
import { digestSchema } from "@tau-edge/manifest";
import { type Asking, parseEnvironment, VERSION_KEY_BYTES_MAX } from "@tau-edge/rollout";
import { z } from "zod";
import { evaluatePreconditions } from "../http/preconditions.ts";
import { LEDGER_PROBLEMS } from "../problems/problem-sets.ts";
import { readQuery } from "../request/query.ts";
import type { AnswerPlace } from "../resolve/prepared-answers.ts";
import type { Call, Route } from "../route.ts";
import { DigestSchema } from "./objects.ts";

/** The name that Cloudflare gave it: a platform that splits traffic by itself and this gateway see the same key. */
const KEY_FIELD = "cloudflare-workers-version-key";

/** Of every answer, beside what is fixed for the gateway. */
export const RESOLVE_HEADERS = {
  "content-type": "application/json",
  // Whoever took it from a cache would count `max_age_ms` anew from there.
  "cache-control": "private, no-cache",
  vary: "Authorization, Cloudflare-Workers-Version-Key",
} as const;

export const ResolveSchema = z.object({
  schema_version: z.literal(1),
  environment: z.string(),
  blueprint: z.string(),
  release: DigestSchema,
  manifest: DigestSchema,
  artifact: DigestSchema,
  artifact_url: z.string(),
  manifest_url: z.string(),
  derived: DigestSchema.optional().meta({
    description: "Code for browsers that was derived from the artifact, if any",
  }),
  derived_url: z.string().optional().meta({ description: "Of its document, which names its files by digest" }),
  assigned_by: z.enum(["cohort", "outside_cohort", "committed", "no_key", "override"]),
  rollout: z
    .object({
      rollout_id: z.string(),
      attempt: z.int().min(1),
      stage: z.int().min(0),
      window: z.int().min(0),
      arm: z.enum(["candidate", "baseline"]),
    })
    .optional()
    .meta({ description: "What observations belong to; absent where they are nobody's sample" }),
  max_age_ms: z.int().min(0).meta({ description: "Ask again before it is older; stop what was withdrawn" }),
  bucket: z.int().min(0).max(9_999).optional(),
});

export const PausedSchema = z.object({
  schema_version: z.literal(1),
  environment: z.string(),
  blueprint: z.string(),
  outcome: z.literal("paused").meta({ description: "Nobody is to run it: stop what runs, and ask again" }),
  reason: z.string(),
  since_unix_ms: z.int(),
  max_age_ms: z.int().min(0).meta({ description: "Ask again before it is older" }),
});

/** A release has no `outcome`, because there was one answer only for as long as there was nothing else. */
export const ResolveAnswerSchema = z.union([PausedSchema, ResolveSchema]);

const ResolveQuerySchema = z.strictObject({
  key: z.string().optional().meta({
    description:
      "Who asks, for as long as they are to get the same; instead of the header field. Of an agent that names none, its DID",
  }),
  release: digestSchema.optional().meta({ description: "A release by name: the candidate's, or the one served here" }),
});

/** Nothing else begins so. */
export const RESOLVE_PREFIX = "/v1/resolve/";

export const resolveRoute: Route = {
  method: "GET",
  path: `${RESOLVE_PREFIX}:environment/:blueprint`,
  operationId: "resolve",
  summary: "The release that a key gets now",
  audience: "agents",
  reads: "manifest:read",
  params: {
    environment: { schema: z.string(), description: "dev, staging or prod" },
    blueprint: { schema: z.string(), description: "The blueprint" },
  },
  query: ResolveQuerySchema,
  requestHeaders: {
    "Cloudflare-Workers-Version-Key": "Who asks, for as long as they are to get the same: printable ASCII",
    "If-None-Match": "ETags that the client has",
  },
  answers: {
    200: {
      description: "The release, or that the blueprint is frozen",
      content: { "application/json": { schema: "Resolve" } },
      headers: {
        ETag: "Changes with everything that the answer says",
        Vary: "Authorization, Cloudflare-Workers-Version-Key",
      },
    },
    304: { description: "The client has it", headers: { ETag: "As of 200" } },
  },
  problems: [
    "query_invalid",
    "version_key_malformed",
    "environment_unknown",
    "no_release",
    "override_unknown",
    "precondition_failed",
    ...LEDGER_PROBLEMS,
  ],
  answer(call) {
    const { req } = call.c;
    const environment = parseEnvironment(req.param("environment") ?? "");
    if (environment === undefined) return call.problem("environment_unknown");
    const asking = readAsking(call);
    if (asking instanceof Response) return asking;
    const blueprint = req.param("blueprint") ?? "";
    if (!isStreamId(blueprint)) return call.problem("no_release");
    const place = { environment, blueprint };
    const answer = call.services.rollouts.resolver.resolve(environment, blueprint, asking);
    // Most answers are at hand, and a promise for each would cost as much as the hash of its key.
    return answer instanceof Promise ? answer.then((late) => tell(call, place, late)) : tell(call, place, answer);
  },
};

function tell(call: Call, place: AnswerPlace, { resolved }: Answer): Response {
  if (resolved.outcome === "none") return call.problem(resolved.code);
  const { answers } = call.services;
  const ready = resolved.outcome === "paused" ? answers.paused(place, resolved.frozen) : answers.of(place, resolved);
  const { text, etag, headers } = ready;
  const precondition = evaluatePreconditions(call, etag);
  if (precondition === "failed") return call.problem("precondition_failed");
  return precondition === "not_modified" ? call.ready(304, headers, null) : call.ready(200, headers, text);
}

function readAsking(call: Call): Asking | Response {
  const { req } = call.c;
  const field = call.field(KEY_FIELD);
  // Most requests have no query, and looking at one costs more than all else here.
  if (!req.url.includes("?")) {
    if (field === null) return keyedBy(call.reader?.did);
    return isFieldKey(field) ? { version_key: field } : call.problem("version_key_malformed");
  }
  const query = readQuery(call, ResolveQuerySchema);
  if (query === undefined) return call.problem("query_invalid");
  const { key, release: override } = query;
  const wrong = field === null ? key !== undefined && !isKey(key) : key !== undefined || !isFieldKey(field);
  if (wrong) return call.problem("version_key_malformed");
  const asking = keyedBy(field ?? key ?? call.reader?.did);
  return override === undefined ? asking : { ...asking, override };
}

const NOBODY: Asking = {};

/** An agent that names no key is its own: what it is told stays the same as long as its stage does. */
function keyedBy(version_key: string | undefined): Asking {
  return version_key === undefined ? NOBODY : { version_key };
}

function isKey(key: string): boolean {
  return key.length > 0 && isWellFormed(key) && utf8Length(key) <= VERSION_KEY_BYTES_MAX;
}

/** Runtimes read other bytes of a field as Latin-1, so that the same key would be another one in a query. */
function isFieldKey(key: string): boolean {
  return key.length <= VERSION_KEY_BYTES_MAX && /^[ -~]+$/.test(key);
}
