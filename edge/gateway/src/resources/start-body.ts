/**
 * What a start is asked with. An environment profile with commands is refused: whoever has a token may decide what is
 * served, and not what this machine runs.
 */
import type { StartRequest } from "@tau-edge/control";
import { writeCanonicalJson } from "@tau-edge/encoding";
import { digestSchema } from "@tau-edge/manifest";
import {
  type EnvironmentProfile,
  environmentNameSchema,
  environmentProfileSchema,
  planDocumentSchema,
  RolloutError,
  readPlan,
} from "@tau-edge/rollout";
import { z } from "zod";
import { refuseField } from "../request/post-route.ts";
import type { Call } from "../route.ts";

export const CommandlessProfileSchema = environmentProfileSchema.refine(({ checks }) => checks.length === 0, {
  path: ["checks"],
  error: "commands do not come over the network: start where the state directory is",
});

export const StartSchema = z.strictObject({
  plan: planDocumentSchema,
  environment: environmentNameSchema,
  profile: CommandlessProfileSchema.exactOptional(),
  lockfile_hash: digestSchema.exactOptional(),
  accept_noise: z.boolean().exactOptional(),
});

export function readStart(call: Call, body: z.output<typeof StartSchema>): StartRequest | Response {
  const { plan, profile, ...rest } = body;
  try {
    // The one form in which a plan is hashed, from its one reader.
    const normal = readPlan(writeCanonicalJson(plan));
    return { ...rest, plan: normal, ...(profile === undefined ? {} : { profile: profileOf(profile) }) };
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    return refuseField(call, `$.plan${error.at.slice(1)}`, error.message, error.remedy);
  }
}

export function profileOf({ $schema: _, ...profile }: z.output<typeof environmentProfileSchema>): EnvironmentProfile {
  return profile;
}
