/** Identities, for people. */
import type { PublicIdentity } from "@tau-edge/identity";
import type { ResolvedDid } from "../verbs/did/resolve.ts";
import type { LegacyDidReport } from "../verbs/did/verify-legacy.ts";
import { columns, printable } from "./text.ts";

type DidFacts = Pick<PublicIdentity, "did" | "method" | "network" | "subject" | "assurance"> & {
  readonly key_id: string;
};

/** @param last what is said of it besides */
export function renderDid(facts: DidFacts, [name, text]: readonly [string, string]): string {
  const { did, key_id, method, network, subject, assurance } = facts;
  const rows = [
    ["key", key_id],
    ["method", method],
    ["network", network],
    ["subject", subject],
    ["assurance", ASSURANCE_WORDS[assurance]],
    [name, printable(text)],
  ];
  return `${did}\n${columns(rows)}`;
}

const ASSURANCE_WORDS: { readonly [assurance in DidFacts["assurance"]]: string } = {
  strong: "strong",
  dev: "dev: whoever guesses the entropy has the key; `tau-edge did entropy` gives one that nobody guesses",
};

export function renderVerifiedDid(did: string): string {
  return `${printable(did)}\n${columns([["verified", "it is well-formed; who holds it has to prove that"]])}`;
}

/** The document, then what was read out of it: only that is believed. */
export function renderResolvedDid({ did, document, keys, other_keys, source }: ResolvedDid): string {
  const named = (id: string) => printable(id.slice(did.length));
  const rows = [
    ...keys.map(({ id, authentication, assertion }) => [named(id), usesOf(authentication, assertion)]),
    ...other_keys.map((id) => [named(id), "a key that is not used here"]),
    ["source", printable(source)],
  ];
  const lines = JSON.stringify(document, undefined, 2).split("\n").map(printable);
  return `${lines.join("\n")}\n${columns(rows)}`;
}

function usesOf(authentication: boolean, assertion: boolean): string {
  const uses = [...(authentication ? ["proves to be the DID"] : []), ...(assertion ? ["vouches in its name"] : [])];
  return uses.length === 0 ? "named for no use: its window is over, or has not begun" : uses.join(", ");
}

export function renderLegacyDid({ outcome, did, entropy_proven, problems }: LegacyDidReport): string {
  const words =
    entropy_proven === false
      ? `${OUTCOME_WORDS[outcome]}; nothing here depends on the entropy`
      : OUTCOME_WORDS[outcome];
  const rows = [["verdict", words], ...problems.map(({ code, meaning }) => [code, meaning])];
  const next = problems.length === 0 ? "" : "  A DID that somebody can prove to be comes from `tau-edge did init`.\n";
  return `${did === undefined ? "" : `${printable(did)}\n`}${columns(rows)}${next}`;
}

const OUTCOME_WORDS: { readonly [outcome in LegacyDidReport["outcome"]]: string } = {
  original: "the original made it from these names and this entropy; it is no DID",
  other_inputs: "it has the original's form, and other names or another entropy; it is no DID",
  recognised: "it has the original's form; with --entropy-file FILE it is computed again; it is no DID",
  not_legacy: "the original wrote nothing of this form; see it without --legacy",
};
