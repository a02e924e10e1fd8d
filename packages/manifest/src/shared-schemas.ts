/** Shapes that several documents of this package share. */
import { type Digest, isDigest } from "@tau-edge/encoding";
import { z } from "zod";

/** Blank as the original means it (see rust-trim.ts): it will read these texts. */
export const nonBlank = z.string().regex(/\P{White_Space}/u, "must not be blank");

/** The words of an object that the compiler has checked for completeness. */
export const keysOf = <K extends string>(words: Record<K, true>): K[] => Object.keys(words) as K[];

export const DIGEST_PATTERN = /^sha256:[0-9a-f]{64}$/;

export const digestSchema = z
  .string()
  .regex(DIGEST_PATTERN, "must be `sha256:` and 64 lowercase hex digits")
  .refine((text): text is Digest => isDigest(text));

export const producerSchema = z.object({
  field: z.string(),
  values: z.array(z.object({ name: z.string(), version: z.string() })),
});
