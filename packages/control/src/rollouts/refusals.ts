/** Refusals that no state decides: what was asked about is not there. The code is public API. */
import { REFUSALS, type RefusalCode } from "@tau-edge/rollout";

export const CONTROL_REFUSALS = {
  rollout_unknown: { meaning: "There is no such rollout.", remedy: "`tau-edge rollout list`" },
  blueprint_unknown: {
    meaning: "No record is about this blueprint in this environment.",
    remedy: "`tau-edge rollout list`",
  },
  reason_length: {
    meaning: "There is no reason, or one that is longer than agents are told.",
    remedy: "Say it in one to 512 bytes.",
  },
  release_unknown: {
    meaning: "No record names this release for this blueprint.",
    remedy: "`tau-edge release create --help`",
  },
  manifest_unknown: {
    meaning: "No artifact was packaged with this manifest.",
    remedy: "`tau-edge package FILE --blueprint ID`",
  },
  package_collected: {
    meaning: "The package is gone: its artifact or its manifest was collected.",
    remedy: "`tau-edge package FILE --blueprint ID` stores it again; `tau-edge gc log` names the record.",
  },
  evidence_collected: {
    meaning: "What the release was committed by is gone: it was collected.",
    remedy: "Start it as a new rollout, with a plan; `tau-edge gc log` names the record.",
  },
  derived_unknown: {
    meaning: "No derived code is stored under this digest.",
    remedy: "`tau-edge release create MANIFEST --derived FILE` on the state directory stores it.",
  },
  derived_of_another: {
    meaning: "The derived code was made of another artifact than the release has.",
    remedy: "Derive it from the artifact of this release, or name the manifest of the other one.",
  },
  derived_incomplete: {
    meaning: "A file of the derived code is not stored, or has another length.",
    remedy: "`tau-edge release create MANIFEST --derived FILE` on the state directory stores all of them.",
  },
  validation_unknown: {
    meaning: "There is no validation of this name.",
    remedy: "Name `deep`, or `profile:ID` with the id of a built-in profile.",
  },
  validator_missing: {
    meaning: "The deep pass cannot run here, so it proves nothing.",
    remedy: "`npm install @bytecodealliance/jco-transpile`, or name `profile:ID`.",
  },
} as const satisfies { readonly [code: string]: { readonly meaning: string; readonly remedy: string } };

export type ControlRefusalCode = keyof typeof CONTROL_REFUSALS;

/** Nothing was written, but for the trace of a start whose preflight fails. */
export interface RefusedAct<Code extends string = RefusalCode | ControlRefusalCode> {
  readonly outcome: "refused";
  readonly code: Code;
  readonly detail: string;
  readonly remedy: string;
  /** When asking again makes sense. */
  readonly until_unix_ms?: number;
}

const MEANINGS = { ...REFUSALS, ...CONTROL_REFUSALS };

export function refuseAct<Code extends keyof typeof MEANINGS>(code: Code): RefusedAct<Code> {
  const { meaning, remedy } = MEANINGS[code];
  return { outcome: "refused", code, detail: meaning, remedy };
}
