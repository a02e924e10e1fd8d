/** Pins of releases and longer windows: acts in the stream `system`. */
import type { Digest } from "@tau-edge/encoding";
import { utf8Length } from "@tau-edge/encoding";
import { type Actor, lengthenWindow, type RecordDraft, refuseWindow, SYSTEM_STREAM } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import { appendVouched, vouchingFor } from "../clock-record.ts";
import { APPEND_ATTEMPTS_MAX } from "../limits.ts";
import type { RecordedRelease } from "../rollouts/release-record.ts";
import type {
  ActOptions,
  CollectionPorts,
  LengthenRequest,
  LengthenResult,
  PinRequest,
  PinResult,
} from "./collection.ts";
import { draftLengthened, draftPinned, draftUnpinned } from "./collection-records.ts";
import { RETENTION_REASON_BYTES_MAX } from "./limits.ts";
import { refuseCollection } from "./refusals.ts";
import { SystemView } from "./system-view.ts";

export async function pinRelease(
  { release, reason }: PinRequest,
  options: ActOptions,
  actor: Actor,
  ports: CollectionPorts,
): Promise<PinResult> {
  if (!isReason(reason)) return refuseCollection("retention_reason");
  const recorded = await ports.catalog.findRelease(release);
  if (recorded === undefined) return refuseCollection("release_unrecorded");
  const objects = objectsOf(recorded);
  for (const digest of objects)
    if ((await ports.catalog.collected(digest)) !== undefined) return refuseCollection("release_collected");
  const { dry_run = false } = options;
  const draft = draftPinned({ release, reason }, actor);
  const done = await act(options, actor, ports, (system) =>
    system.pins.has(release) ? undefined : { draft, objects },
  );
  return { outcome: done ? "pinned" : "unchanged", dry_run, release };
}

export async function unpinRelease(
  { release, reason }: PinRequest,
  options: ActOptions,
  actor: Actor,
  ports: CollectionPorts,
): Promise<PinResult> {
  if (!isReason(reason)) return refuseCollection("retention_reason");
  const { dry_run = false } = options;
  const draft = draftUnpinned({ release, reason }, actor);
  const done = await act(options, actor, ports, (system) =>
    system.pins.has(release) ? { draft, objects: [] } : undefined,
  );
  return done ? { outcome: "unpinned", dry_run, release } : refuseCollection("release_not_pinned");
}

export async function lengthenRetention(
  { term, window_ms, reason }: LengthenRequest,
  options: ActOptions,
  actor: Actor,
  ports: CollectionPorts,
): Promise<LengthenResult> {
  if (!isReason(reason)) return refuseCollection("retention_reason");
  const { windows } = await SystemView.read(ports.ledger, ports.sha256);
  const refusal = refuseWindow(windows, term, window_ms);
  if (refusal !== undefined) return refuseCollection(refusal);
  const { dry_run = false } = options;
  const draft = draftLengthened({ term, window_ms, reason }, actor);
  // Somebody else may have made it longer still: then there is nothing to say.
  const done = await act(options, actor, ports, (system) =>
    lengthenWindow(system.windows, term, window_ms) === system.windows ? undefined : { draft, objects: [] },
  );
  const after = lengthenWindow(windows, term, window_ms);
  return { outcome: done ? "lengthened" : "unchanged", dry_run, windows: after };
}

function isReason(reason: string): boolean {
  const bytes = utf8Length(reason);
  return bytes > 0 && bytes <= RETENTION_REASON_BYTES_MAX;
}

function objectsOf({ release, manifest, artifact, derived }: RecordedRelease): readonly Digest[] {
  return [...new Set([release, manifest, artifact, ...(derived?.objects ?? []).map(({ digest }) => digest)])];
}

interface Said {
  readonly draft: RecordDraft;
  readonly objects: readonly Digest[];
}

/**
 * Decides anew whenever somebody else was first.
 * @returns whether there was something to say
 * @throws PortError `clock_jump`, `object_condemned`, `store_unavailable`, and what the ledger throws
 */
async function act(
  { dry_run = false, accept_clock = false }: ActOptions,
  actor: Actor,
  { ledger, clock, sha256 }: CollectionPorts,
  decide: (system: SystemView) => Said | undefined,
): Promise<boolean> {
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const system = await SystemView.read(ledger, sha256);
    const said = decide(system);
    if (said === undefined) return false;
    if (dry_run) return true;
    const { draft, objects } = said;
    const now_unix_ms = clock.nowUnixMs();
    const result = await appendVouched(
      ledger,
      { stream: SYSTEM_STREAM, expected_seq: system.seq, drafts: [draft], objects, now_unix_ms },
      system.seq < 0 ? undefined : vouchingFor(system.roots.at_unix_ms, now_unix_ms, actor, accept_clock),
    );
    if (result.outcome === "appended") return true;
  }
  throw new PortError("store_unavailable", SYSTEM_STREAM, "Other writers were first every time", {
    remedy: "Ask again.",
  });
}
