/** What `npm run schemas` writes into ../schemas: file name -> schema. */
import type { z } from "zod";
import { environmentProfileSchema } from "./plan/environment-profile.ts";
import { planDocumentSchema } from "./plan/plan-schema.ts";
import { releaseSchema } from "./release.ts";

export const JSON_SCHEMAS: { readonly [fileName: string]: { readonly title: string; readonly schema: z.ZodType } } = {
  "environment-profile.schema.json": {
    title: "Environment profile: what an environment can check",
    schema: environmentProfileSchema,
  },
  "plan.schema.json": { title: "Plan of a rollout", schema: planDocumentSchema },
  "release.schema.json": { title: "Release: a manifest and where it came from", schema: releaseSchema },
};
