/** What `npm run schemas` writes into ../schemas: file name -> schema. */
import type { z } from "zod";
import { bootstrapPayloadSchema } from "./payload-schema.ts";

export const JSON_SCHEMAS: { readonly [fileName: string]: { readonly title: string; readonly schema: z.ZodType } } = {
  "bootstrap-payload.schema.json": {
    title: "What may be served about an identity (kamn_browser_v1)",
    schema: bootstrapPayloadSchema,
  },
};
