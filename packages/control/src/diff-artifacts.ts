/** What can the second binary do that the first cannot? */

import { type Digest, digestOf, type Sha256 } from "@tau-edge/encoding";
import { diffInspections, type InspectionDiff } from "@tau-edge/manifest";
import { inspect } from "@tau-edge/wasm";

export interface NamedBytes {
  /** As the caller named it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

export interface DiffReport extends InspectionDiff {
  readonly before: { readonly file: string; readonly artifact: Digest };
  readonly after: { readonly file: string; readonly artifact: Digest };
  readonly same_bytes: boolean;
}

/** @throws WasmError when one of them is malformed: there is nothing to compare then */
export function diffArtifacts(before: NamedBytes, after: NamedBytes, sha256: Sha256): DiffReport {
  const name = ({ file, bytes }: NamedBytes) => ({ file, artifact: digestOf(sha256(bytes)) });
  const names = { before: name(before), after: name(after) };
  const read = ({ bytes }: NamedBytes) => inspect(bytes, { features: true });
  return {
    ...diffInspections(read(before), read(after)),
    ...names,
    same_bytes: names.before.artifact === names.after.artifact,
  };
}
