/** What needs objects, while the records of its stream are being read. */
import type { Digest } from "@tau-edge/encoding";
import type { HeldObject, Holding, HoldReason, RetentionClass, RetentionWindows } from "@tau-edge/ledger";
import type { ReleaseRef } from "@tau-edge/rollout";

export interface Root {
  /** For people: `rollout default~prod~shop~12`. */
  readonly name: string;
  class: RetentionClass;
  /** It was decided by it, so it is kept for the window of evidence at least. */
  readonly isEvidence: boolean;
  /** Why it holds whatever its age; absent while nothing says so. */
  held?: HoldReason;
  /** Time of its last record. */
  ended_unix_ms: number;
  /** In the order of records; the last name of an object counts. */
  objects: HeldObject[];
  /** Releases whose code for browsers it needs, each with the way there. */
  releases: { readonly release: Digest; readonly path: readonly string[]; readonly named_unix_ms: number }[];
}

export function newRoot(name: string, retention_class: RetentionClass, more: Partial<Root> = {}): Root {
  return { name, class: retention_class, isEvidence: false, ended_unix_ms: 0, objects: [], releases: [], ...more };
}

const MANIFEST = "manifest";
const ARTIFACT = "artifact";

/** The release with all that it names; its derived code is looked up when every stream was read. */
export function needRelease(root: Root, { release, manifest, artifact }: ReleaseRef, way: string, at: number): void {
  const path = [way];
  root.objects.push(
    { digest: release, path, named_unix_ms: at },
    { digest: manifest, path: [way, MANIFEST], named_unix_ms: at },
    { digest: artifact, path: [way, MANIFEST, ARTIFACT], named_unix_ms: at },
  );
  root.releases.push({ release, path, named_unix_ms: at });
}

/** Without its objects. */
export type HoldingFacts = Omit<Holding, "objects">;

export function holdingOf({ name, class: kept, held, isEvidence, ended_unix_ms }: Root, stream: string) {
  return (windows: RetentionWindows): HoldingFacts => {
    const facts = { stream, root: name, class: kept };
    if (held !== undefined) return { ...facts, state: { held } };
    const own = windows[kept];
    const evidence = isEvidence ? windows.evidence : 0;
    if (own === "for_ever" || evidence === "for_ever") return { ...facts, state: { held: "golden" } };
    return { ...facts, window_ms: Math.max(own, evidence), state: { ended_unix_ms } };
  };
}
