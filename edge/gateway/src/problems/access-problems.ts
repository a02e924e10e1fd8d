/** What the use cases of access refuse, as HTTP says it; part of the one table in problems.ts. */
import { ACCESS_REFUSALS, type AccessRefusalCode, type RefusedAccess } from "@tau-edge/control";
import type { Call } from "../route.ts";
import type { ProblemKind } from "./problems.ts";

const STATUSES: Readonly<Record<AccessRefusalCode, ProblemKind["status"]>> = {
  // RFC 6749 section 5.2.
  invalid_grant: 400,
  scope_missing: 422,
  scope_unknown: 422,
  scope_not_for_agents: 422,
  subject_malformed: 422,
  ttl_out_of_range: 422,
  expected_did_malformed: 422,
  links_full: 409,
  link_unknown: 404,
  agent_unknown: 404,
  agent_revoked: 409,
  token_name_malformed: 422,
  token_expiry_out_of_range: 422,
  token_slots_taken: 409,
  tokens_full: 409,
  token_unknown: 404,
  rotation_empty: 422,
  agents_since_malformed: 422,
  new_password_missing: 422,
  new_password_unused: 422,
  new_password_weak: 422,
  credential_retired: 409,
  rotated_meanwhile: 409,
};

export const ACCESS_PROBLEMS: ReadonlyMap<AccessRefusalCode, ProblemKind> = new Map(
  accessCodes().map((code) => {
    const { meaning, remedy } = ACCESS_REFUSALS[code];
    return [code, { status: STATUSES[code], detail: meaning, remedy }];
  }),
);

function accessCodes(): readonly AccessRefusalCode[] {
  return Object.keys(ACCESS_REFUSALS).filter((code): code is AccessRefusalCode => Object.hasOwn(STATUSES, code));
}

export function answerRefused(call: Call, { code, detail, remedy }: RefusedAccess): Response {
  return call.problem(code, { detail, remedy });
}
