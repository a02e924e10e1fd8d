/** A DID names somebody; a DID URL names something of theirs (DID 1.1 section 3.2). Where a DID is asked for, only that will do. */
import { IdentityError } from "./errors.ts";

/** @throws IdentityError `did_url`, `at` the character with which it ceases to be a DID */
export function refuseDidUrl(did: string): void {
  const at = did.search(/[#?/;]/);
  if (at >= 0) throw new IdentityError("did_url", at);
}
