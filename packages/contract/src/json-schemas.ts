/** What `npm run schemas` writes into ../schemas: file name -> schema. */
import type { z } from "zod";
import { operatorSummarySchema, statusViewSchema, transportHealthSchema } from "./status/document-schemas.ts";

export const JSON_SCHEMAS: { readonly [fileName: string]: { readonly title: string; readonly schema: z.ZodType } } = {
  "health.schema.json": {
    title: "Health of a deployment: counters, class, gate and age",
    schema: transportHealthSchema,
  },
  "operator-summary.schema.json": {
    title: "The deployment's row of the promotion gate",
    schema: operatorSummarySchema,
  },
  "status.schema.json": {
    title: "Status of a deployment: what is rolled out, and how the cycles went",
    schema: statusViewSchema,
  },
};
