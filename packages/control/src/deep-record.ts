/**
 * The record `deep_verdict`: what real validators said about an artifact on the host that packaged it. It depends on
 * that host and therefore stands in the ledger and never in the manifest.
 */

import { type Digest, digestBytes } from "@tau-edge/encoding";
import type { Actor, RecordDraft } from "@tau-edge/ledger";
import type { DeepVerdict } from "@tau-edge/ports";

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
