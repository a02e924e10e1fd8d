/** The record `did_initialized`: an identity was made, and where its bootstrap payload lies. Nothing of it is secret. */
import { type Digest, digestBytes } from "@tau-edge/encoding";
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import { readFields } from "./record-fields.ts";

export const DID_INITIALIZED = "did_initialized";

/** In S1's words: where payloads are made that this program writes and serves. */
export const PAYLOAD_RUNTIME = "native-host";

export interface DidFacts {
  readonly did: string;
  readonly method: "key" | "web";
  readonly network: string;
  readonly subject: string;
  readonly assurance: "strong" | "dev";
  /** As it was typed. */
  readonly output_path: string;
  /** Of the file with the payload. */
  readonly payload: Digest;
  /** A did:web does not say it. Absent in records of earlier versions. */
  readonly public_key_multibase?: string;
}

export function draftDidInitialized({ payload, ...facts }: DidFacts, actor: Actor): RecordDraft {
  return { type: DID_INITIALIZED, actor, body: { ...facts, payload_sha256: digestBytes(payload) } };
}

/** @throws PortError `ledger_corrupt` when a field is missing or of another type */
export function readDidInitialized(stored: StoredRecord): DidFacts {
  const fields = readFields(stored);
  const public_key_multibase = fields.optionalText("public_key_multibase");
  return {
    did: fields.text("did"),
    method: fields.word("method", ["key", "web"]),
    network: fields.text("network"),
    subject: fields.text("subject"),
    assurance: fields.word("assurance", ["strong", "dev"]),
    output_path: fields.text("output_path"),
    payload: fields.digest("payload_sha256"),
    ...(public_key_multibase !== undefined && { public_key_multibase }),
  };
}

/** True when making the identity again would say nothing new: the key stands in the payload, too. */
export function sameDid(a: DidFacts, b: DidFacts): boolean {
  return (
    a.did === b.did &&
    a.method === b.method &&
    a.network === b.network &&
    a.subject === b.subject &&
    a.assurance === b.assurance &&
    a.output_path === b.output_path &&
    a.payload === b.payload
  );
}
