/** Why a pin or a longer window is refused. The code is public API. */
import { RETENTION_REASON_BYTES_MAX } from "./limits.ts";

export const COLLECTION_REFUSALS = {
  release_unrecorded: {
    meaning: "No record names this release.",
    remedy: "`tau-edge release list BLUEPRINT`",
  },
  release_collected: {
    meaning: "The release is gone: its objects were collected.",
    remedy: "`tau-edge gc log` names the record; package its files and create the release again.",
  },
  release_not_pinned: { meaning: "The release is not pinned.", remedy: "`tau-edge ledger pins`" },
  retention_shorter: {
    meaning: "The window would be shorter than it is.",
    remedy: "`tau-edge ledger retention` shows the windows; they only grow.",
  },
  retention_too_long: {
    meaning: "The window would be longer than a hundred years.",
    remedy: "Name fewer days, or pin the release.",
  },
  retention_reason: {
    meaning: "There is no reason, or one that is too long.",
    remedy: `Say it in one to ${RETENTION_REASON_BYTES_MAX} bytes.`,
  },
} as const satisfies { readonly [code: string]: { readonly meaning: string; readonly remedy: string } };

export type CollectionRefusalCode = keyof typeof COLLECTION_REFUSALS;

/** Nothing was written. */
export interface RefusedCollection {
  readonly outcome: "refused";
  readonly code: CollectionRefusalCode;
  readonly detail: string;
  readonly remedy: string;
}

export function refuseCollection(code: CollectionRefusalCode): RefusedCollection {
  const { meaning, remedy } = COLLECTION_REFUSALS[code];
  return { outcome: "refused", code, detail: meaning, remedy };
}
