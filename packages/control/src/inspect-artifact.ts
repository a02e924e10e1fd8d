/** What is in this file, and would it be allowed? */

import type { Digest, Sha256 } from "@tau-edge/encoding";
import type { Verdict } from "@tau-edge/manifest";
import type { DeepVerdict, Validator } from "@tau-edge/ports";
import type { Inspection } from "@tau-edge/wasm";
import { type ExamineOptions, examine, examineDeeply, type Malformation } from "./examine.ts";

export interface InspectArtifactPorts {
  readonly sha256: Sha256;
  /** Absent: no deep pass. */
  readonly validator?: Validator;
}

/** The verdict's fields stand at the top: `compliant` is what most readers of the document want. */
export interface ArtifactReport extends Verdict {
  /** As the caller named it. */
  readonly file: string;
  readonly artifact: Digest;
  readonly size_bytes: number;
  readonly inspection?: Inspection;
  readonly error?: Malformation;
  /** Only when a deep pass was asked for. */
  readonly deep?: DeepVerdict;
}

export async function inspectArtifact(
  file: string,
  bytes: Uint8Array,
  options: ExamineOptions,
  ports: InspectArtifactPorts,
): Promise<ArtifactReport> {
  const examined = examine(bytes, options, ports.sha256);
  const { deep, verdict } = await examineDeeply(bytes, examined, ports.validator);
  return {
    ...verdict,
    file,
    artifact: examined.digest,
    size_bytes: bytes.length,
    ...(examined.inspection === undefined ? {} : { inspection: examined.inspection }),
    ...(examined.error === undefined ? {} : { error: examined.error }),
    ...(ports.validator === undefined ? {} : { deep }),
  };
}
