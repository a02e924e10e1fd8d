/** The query of a request, checked against its schema: unknown and repeated parameters are refused. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";
import type { Call } from "./route.ts";

export const PageQuerySchema = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(LIMITS.page_entries_max))
    .default(LIMITS.page_entries_default)
    .meta({ description: `At most ${LIMITS.page_entries_max} entries` }),
  cursor: z.string().min(1).max(128).optional().meta({ description: "`next_cursor` of the page before" }),
});

/** @returns undefined for a query that the schema refuses */
export function readQuery<S extends z.ZodObject>(call: Call, schema: S): z.output<S> | undefined {
  const given = new Map(Object.entries(call.c.req.queries()));
  if ([...given.values()].some((values) => values.length !== 1)) return undefined;
  const parsed = schema.safeParse(Object.fromEntries([...given].map(([key, values]) => [key, values[0]])));
  return parsed.success ? parsed.data : undefined;
}
