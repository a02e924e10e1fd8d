/**
 * The record `deep_verdict`: what real validators said about an artifact on the host that packaged it. It depends on
 * that host and therefore stands in the ledger and never in the manifest.
 */

import { type Digest, digestBytes } from "@tau-edge/encoding";
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import type { DeepVerdict } from "@tau-edge/ports";
import { readFields } from "./record-fields.ts";

export const DEEP_VERDICT = "deep_verdict";

export function draftDeepVerdict(artifact: Digest, verdict: DeepVerdict, actor: Actor): RecordDraft {
  return {
    type: DEEP_VERDICT,
    actor,
    body: {
      artifact: digestBytes(artifact),
      result: verdict.result,
      validators: verdict.validators.map(({ name, version }) => ({ name, version })),
      ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
      ...(verdict.detail === undefined ? {} : { detail: verdict.detail }),
    },
  };
}

/** What of a stored verdict tells whether the same one was given before. */
export interface RecordedVerdict {
  readonly artifact: Digest;
  readonly result: DeepVerdict["result"];
  /** `name/version` of each validator, joined. */
  readonly validators: string;
}

const RESULTS = ["passed", "failed", "not_run"] as const;

/** @throws PortError `ledger_corrupt` when a field is missing or of another type */
export function readDeepVerdict(stored: StoredRecord): RecordedVerdict {
  const fields = readFields(stored);
  return {
    artifact: fields.digest("artifact"),
    result: fields.word("result", RESULTS),
    validators: validatorsOf(fields.list("validators")),
  };
}

/** True when recording the verdict would say nothing new. */
export function sameVerdict(recorded: RecordedVerdict | undefined, verdict: DeepVerdict): boolean {
  return recorded?.result === verdict.result && recorded.validators === validatorsOf(verdict.validators);
}

function validatorsOf(list: readonly unknown[]): string {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return list
    .map((entry) => {
      if (typeof entry !== "object" || entry === null || !("name" in entry) || !("version" in entry)) return "";
      return `${text(entry.name)}/${text(entry.version)}`;
    })
    .join(" ");
}
