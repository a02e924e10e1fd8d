/** What a schema says of something wrong, without what may be a secret in the wrong place. */
import type { z } from "zod";

/** As members are named here. */
const MEMBER_NAME = /^[a-z][a-z0-9_]{0,31}$/;

/** A mistyped name of a member is repeated, so that it is found; what is none is not. */
export function issueWords(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "it is not valid";
  const isRepeatable = issue.code !== "unrecognized_keys" || issue.keys.every((key) => MEMBER_NAME.test(key));
  return isRepeatable ? issue.message : "a member has a name that no member has";
}
