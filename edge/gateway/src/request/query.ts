/** The query of a request, checked against its schema: unknown and repeated parameters are refused. */
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import type { Call } from "../route.ts";

export function pageQuerySchema(limitDefault: number, limitMax: number) {
  return z.strictObject({
    limit: z
      .string()
      .regex(/^[1-9]\d{0,5}$/)
      .transform(Number)
      .pipe(z.int().min(1).max(limitMax))
      .default(limitDefault)
      .meta({ description: `At most ${limitMax} entries` }),
    cursor: z.string().min(1).max(256).optional().meta({ description: "What the page before says is next" }),
  });
}

export const PageQuerySchema = pageQuerySchema(LIMITS.page_entries_default, LIMITS.page_entries_max);

/** @returns undefined for a query that the schema refuses */
export function readQuery<S extends z.ZodObject>(call: Call, schema: S): z.output<S> | undefined {
  if (!isDecodable(call.c.req.url)) return undefined;
  const given = new Map(Object.entries(call.c.req.queries()));
  if ([...given.values()].some((values) => values.length !== 1)) return undefined;
  const parsed = schema.safeParse(Object.fromEntries([...given].map(([key, values]) => [key, values[0]])));
  return parsed.success ? parsed.data : undefined;
}

/** Escapes that are no UTF-8 would otherwise be taken as they stand, and be the same as others: `%ff` as `%25ff`. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.slice(url.indexOf("?") + 1));
    return true;
  } catch {
    return false;
  }
}
