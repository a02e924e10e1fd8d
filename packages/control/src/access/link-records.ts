/**
 * The records `bootstrap_link_created` and `bootstrap_link_revoked`. A link goes by its `link_ref`: whoever has the id
 * itself can burn the link.
 */
import { encodeUtf8, type Sha256, toHex } from "@tau-edge/encoding";
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import type { AgentScope } from "@tau-edge/ports";
import { readFields } from "../record-fields.ts";
import { AGENT_SCOPES } from "./scopes.ts";

export const BOOTSTRAP_LINK_CREATED = "bootstrap_link_created";
export const BOOTSTRAP_LINK_REVOKED = "bootstrap_link_revoked";

const REF_CHARS = 16;

export interface CreatedLinkFacts {
  /** 16 hex digits: the first 64 bits of the SHA-256 of the link's id. */
  readonly link_ref: string;
  readonly subject: string;
  readonly scopes: readonly AgentScope[];
  readonly expected_did?: string;
  readonly expires_unix_ms: number;
}

export function linkRef(link_id: string, sha256: Sha256): string {
  return toHex(sha256(encodeUtf8(link_id))).slice(0, REF_CHARS);
}

export function draftLinkCreated({ scopes, ...facts }: CreatedLinkFacts, actor: Actor): RecordDraft {
  return { type: BOOTSTRAP_LINK_CREATED, actor, body: { ...facts, scopes: [...scopes] } };
}

/** @throws PortError `ledger_corrupt` when a field is missing or of another type */
export function readLinkCreated(stored: StoredRecord): CreatedLinkFacts {
  const fields = readFields(stored);
  const expected_did = fields.optionalText("expected_did");
  return {
    link_ref: fields.text("link_ref"),
    subject: fields.text("subject"),
    scopes: fields.words("scopes", AGENT_SCOPES),
    ...(expected_did !== undefined && { expected_did }),
    expires_unix_ms: fields.count("expires_unix_ms"),
  };
}

export function draftLinkRevoked(link_ref: string, actor: Actor): RecordDraft {
  return { type: BOOTSTRAP_LINK_REVOKED, actor, body: { link_ref } };
}

/** @throws PortError `ledger_corrupt` */
export function readLinkRevoked(stored: StoredRecord): { readonly link_ref: string } {
  return { link_ref: readFields(stored).text("link_ref") };
}
