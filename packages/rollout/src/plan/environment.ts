/** dev -> staging -> prod, in this order and no other (S3, 0.D). */

import { z } from "zod";

export const ENVIRONMENTS = ["dev", "staging", "prod"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

export function isEnvironment(text: string): text is Environment {
  return (ENVIRONMENTS as readonly string[]).includes(text);
}

/** S1 writes `production` where S3 writes `prod`; both are one environment, stored as `prod` (decisions 5). */
export function parseEnvironment(text: string): Environment | undefined {
  const name = text === "production" ? "prod" : text;
  return isEnvironment(name) ? name : undefined;
}

export const environmentSchema = z.enum(ENVIRONMENTS);

/** In a document that people write: as `parseEnvironment` reads it. */
export const environmentNameSchema = z
  .enum([...ENVIRONMENTS, "production"])
  .transform((name) => (name === "production" ? "prod" : name));
