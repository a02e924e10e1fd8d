/** What `npm run schemas` writes into ../schemas: file name -> schema. */
import type { z } from "zod";
import { backendFileSchema } from "./contract/backend-file.ts";
import { cycleReportSchema, ladderReportSchema } from "./contract/run-schema.ts";

export const JSON_SCHEMAS: { readonly [fileName: string]: { readonly title: string; readonly schema: z.ZodType } } = {
  "backend.schema.json": { title: "Backend of the contract runner: who really deploys", schema: backendFileSchema },
  "ladder-report.schema.json": {
    title: "Report of a ladder: fixtures run one after another until the first hold",
    schema: ladderReportSchema,
  },
  "run-report.schema.json": { title: "Report of one cycle of the contract runner", schema: cycleReportSchema },
};
