/** What `npm run schemas` writes into ../schemas: file name -> schema. */
import type { z } from "zod";
import { diffSchema } from "./diff-schema.ts";
import { inspectionSchema } from "./inspection-schema.ts";
import { manifestSchema } from "./manifest-schema.ts";
import { profileSchema } from "./profile-schema.ts";
import { verdictSchema } from "./verdict-schema.ts";

export const JSON_SCHEMAS: { readonly [fileName: string]: { readonly title: string; readonly schema: z.ZodType } } = {
  "diff.schema.json": { title: "What changed between two binaries", schema: diffSchema },
  "inspection.schema.json": { title: "What is in a WebAssembly binary", schema: inspectionSchema },
  "manifest.schema.json": {
    title: "Manifest of one artifact (tau_wasm_deliverable, schema 1)",
    schema: manifestSchema,
  },
  "profile.schema.json": { title: "Profile: what an artifact may be", schema: profileSchema },
  "verdict.schema.json": { title: "Judgement of one binary against one profile", schema: verdictSchema },
};
