/** A preflight report as a gateway answers it. */
import { digestSchema } from "@tau-edge/manifest";
import { PREFLIGHT_CHECKS, type PreflightCode, type PreflightReport } from "@tau-edge/rollout";
import { z } from "zod";
import { count, environment, keyOf, ms, text } from "./answer-parts.ts";

const objectState = z.enum(["verified", "missing", "corrupt", "names_another"]);

const facts = z.looseObject({
  artifact: objectState,
  manifest: objectState,
  release: objectState,
  signature: z.enum(["valid", "not_signed", "invalid"]),
  lockfile: z.enum(["not_named", "matches", "differs", "not_given"]),
  plan_refused_by: z.array(text),
  configuration: z.enum(["valid", "missing", "invalid"]),
  checkpoint: z.enum(["none", "restored", "incompatible"]),
  trace: z.enum(["complete", "incomplete"]),
  ledger: z.enum(["writable", "unwritable"]),
  objects: z.enum(["reachable", "unreachable"]),
  free_bytes: count.exactOptional(),
  artifact_size_bytes: count,
  capabilities_added: z.array(text),
  promoted_from: z.looseObject({ environment, manifest: digestSchema, pointer: digestSchema }).exactOptional(),
});

export const preflightReport = z.looseObject({
  v: z.literal(1),
  rollout_id: text,
  attempt: count,
  environment,
  stage: z.int(),
  release: digestSchema,
  plan_hash: digestSchema,
  at_unix_ms: ms,
  facts,
  checks: z.array(
    z.looseObject({
      check: keyOf<PreflightCode>(PREFLIGHT_CHECKS),
      result: z.enum(["pass", "fail", "waived", "not_applicable"]),
    }),
  ),
}) satisfies z.ZodType<PreflightReport>;
