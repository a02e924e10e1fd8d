/** Why a use case of access does nothing although it was asked by somebody who may. The codes are public API. */
export const ACCESS_REFUSALS = {
  invalid_grant: {
    meaning: "The link or the key lets nobody in. It is never said why: who guesses would learn from it.",
    remedy: "Ask for a new link: `tau-edge bootstrap link`.",
  },
  scope_missing: {
    meaning: "There is no scope in the list, so nothing could be done with it.",
    remedy: "Name one, such as `--scope status:read`, or leave the list away.",
  },
  scope_unknown: {
    meaning: "A scope is none that this program knows.",
    remedy: "See `tau-edge token create --help` for all of them.",
  },
  scope_not_for_agents: {
    meaning: "An agent may have `status:read`, `manifest:read` and `events:write`, and nothing else.",
    remedy: "Leave the other scopes away, or make a token: `tau-edge token create`.",
  },
  subject_malformed: {
    meaning:
      "The subject is not 1 to 63 lowercase letters, digits, `.`, `_`, `-`, with a letter or digit around each dot.",
    remedy: "Name it like `browser-agent`.",
  },
  ttl_out_of_range: {
    meaning: "A link is good for 30 to 600 seconds.",
    remedy: "Leave `--ttl` away: it is 300 seconds then.",
  },
  expected_did_malformed: {
    meaning: "The DID that a link is for is no did:key of an Ed25519 key.",
    remedy: "Copy it as `tau-edge did show` prints it.",
  },
  links_full: {
    meaning: "As many links are open as there may be.",
    remedy: "Wait until some expire, or revoke some: `tau-edge bootstrap list`.",
  },
  link_unknown: {
    meaning: "There is no such link.",
    remedy: "`tau-edge bootstrap list`",
  },
  agent_unknown: {
    meaning: "The DID is no did:key, or nobody registered with it.",
    remedy: "`tau-edge agents list`",
  },
  agent_revoked: {
    meaning: "The DID is revoked for ever.",
    remedy: "Let the agent make another key, and its link be for that one.",
  },
  token_name_malformed: {
    meaning:
      "The name of a token is not 1 to 63 lowercase letters, digits, `.`, `_`, `-`, or is the name `owner`, which is taken.",
    remedy: "Name it after the one person or machine that has it, such as `ci`.",
  },
  token_expiry_out_of_range: {
    meaning: "A token is good for 60 seconds to 366 days, or without an end.",
    remedy: "Leave `--expires-in` away, or give a time between them.",
  },
  token_slots_taken: {
    meaning: "The name has two tokens already, the current and the next one.",
    remedy: "Revoke the one that is no longer used: `tau-edge token list`, then `tau-edge token revoke NAME`.",
  },
  tokens_full: {
    meaning: "There are as many tokens as there may be.",
    remedy: "Revoke some: `tau-edge token list`.",
  },
  token_unknown: {
    meaning: "There is no token of this name in this slot.",
    remedy: "`tau-edge token list`",
  },
  rotation_empty: {
    meaning: "The rotation names nothing, or something else than `credential`, `links`, `tokens` and `agents`.",
    remedy: "Leave `--scope` away: it is `credential`, `links` and `tokens` then.",
  },
  agents_since_malformed: {
    meaning: "The time from which on agents are revoked is not in the past.",
    remedy: "Give an instant before now, such as `--agents-since 2026-11-21T17:00:00Z`.",
  },
  new_password_missing: {
    meaning: "The owner has a password, and no new one was given.",
    remedy: "Give it with `--new-password-file FILE`.",
  },
  new_password_unused: {
    meaning: "A new password was given, and the owner has a token.",
    remedy: "Leave the password away: a new token is made and printed once.",
  },
  new_password_weak: {
    meaning: "A password has 12 to 1,024 characters, none of them a lone surrogate.",
    remedy: "Take a longer one, such as five random words.",
  },
  credential_retired: {
    meaning: "The password is in use, or was, and a rotation ended it.",
    remedy: "Take one that was never used here.",
  },
  rotated_meanwhile: {
    meaning: "Somebody else rotated in between, so whoever asks was let in by a credential that may be dead.",
    remedy: "Ask again with the credential that is in force now.",
  },
} as const satisfies { readonly [code: string]: { readonly meaning: string; readonly remedy: string } };

export type AccessRefusalCode = keyof typeof ACCESS_REFUSALS;

/** Nothing was changed. */
export interface RefusedAccess<Code extends AccessRefusalCode = AccessRefusalCode> {
  readonly outcome: "refused";
  readonly code: Code;
  readonly detail: string;
  readonly remedy: string;
}

export function refuseAccess<Code extends AccessRefusalCode>(code: Code): RefusedAccess<Code> {
  const { meaning, remedy } = ACCESS_REFUSALS[code];
  return { outcome: "refused", code, detail: meaning, remedy };
}
