/** Makes a release: an object that names a manifest and where it came from, and the record that says so. */
import type { Digest } from "@tau-edge/encoding";
import { type Actor, type BlueprintStream, parseStream } from "@tau-edge/ledger";
import { type ObjectReader, PortError } from "@tau-edge/ports";
import { isEnvironment, type ReleaseRef, readRelease, releaseObject } from "@tau-edge/rollout";
import type { Catalog } from "../catalog.ts";
import { appendVouched } from "../clock-record.ts";
import { APPEND_ATTEMPTS_MAX, RELEASE_AGAIN_MS, STRUCTURED_OBJECT_BYTES_MAX } from "../limits.ts";
import { putThenAppend } from "../put-then-append.ts";
import { PACKAGING_ENVIRONMENT } from "../stream.ts";
import { isExpectedGap } from "./clock-gaps.ts";
import { checkDerived } from "./derived-code.ts";
import { refuseAct } from "./refusals.ts";
import {
  type DerivedObjects,
  draftReleaseCreated,
  type RecordedRelease,
  readReleaseCreated,
} from "./release-record.ts";
import type { RolloutPorts } from "./rollout-ports.ts";
import type { RolloutPlace } from "./rollout-streams.ts";
import type { CreateRelease, CreateReleaseResult, ReleaseView } from "./rollouts.ts";

export async function createRelease(
  request: CreateRelease,
  actor: Actor,
  ports: RolloutPorts,
): Promise<CreateReleaseResult> {
  const found = await ports.catalog.find(request.manifest_digest);
  if (found?.part !== "manifest") return refuseAct("manifest_unknown");
  const { artifact, manifest, profile_id, stream } = found.deliverable;
  const { derived_hash } = request;
  const object = releaseObject({ ...request, v: 1, profile_id }, ports.sha256);
  const derived = derived_hash === undefined ? undefined : await checkDerived(derived_hash, artifact, ports.objects);
  if (derived !== undefined && "outcome" in derived) return derived;
  for (const digest of [manifest, artifact])
    if ((await ports.catalog.collected(digest)) !== undefined) return refuseAct("package_collected");
  const ref = { release: object.digest, manifest, artifact };
  const place = placeOf(stream);
  const { outcome, recorded } = await putThenAppend(
    () => ports.objects.putIfAbsent(object.digest, object.bytes),
    () => record(place, { ref, derived }, actor, ports),
  );
  return { outcome, release: viewRelease(object.bytes, place.blueprint, recorded) };
}

async function record(
  place: RolloutPlace,
  { ref, derived }: { readonly ref: ReleaseRef; readonly derived: DerivedObjects | undefined },
  actor: Actor,
  ports: RolloutPorts,
): Promise<{ readonly outcome: "created" | "unchanged"; readonly recorded: RecordedRelease }> {
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const { state, releases } = await ports.streams.stream(place);
    const known = releases.find(({ release }) => release === ref.release);
    const now_unix_ms = ports.clock.nowUnixMs();
    if (known !== undefined && now_unix_ms - known.recorded_unix_ms <= RELEASE_AGAIN_MS)
      return { outcome: "unchanged", recorded: known };
    const vouching = { actor, previous_at_unix_ms: state.at_unix_ms };
    const result = await appendVouched(
      ports.ledger,
      {
        stream: state.stream,
        expected_seq: state.next_seq - 1,
        drafts: [draftReleaseCreated(ref, derived, actor)],
        objects: [ref.release, ref.manifest, ref.artifact, ...(derived?.objects ?? []).map(({ digest }) => digest)],
        now_unix_ms,
      },
      isExpectedGap(state, now_unix_ms) ? vouching : undefined,
    );
    const stored = result.outcome === "appended" ? result.records[0] : undefined;
    if (stored === undefined) continue;
    if (known !== undefined) return { outcome: "unchanged", recorded: known };
    return { outcome: "created", recorded: readReleaseCreated(stored) };
  }
  throw new PortError("store_unavailable", place.blueprint, "Other writers were first every time", {
    remedy: "Ask again.",
  });
}

/** Newest first. @throws PortError `ledger_corrupt` where the object of a recorded release is gone */
export async function listReleases(blueprint: string, ports: RolloutPorts): Promise<readonly ReleaseView[]> {
  const { releases } = await ports.streams.stream(releasePlace(blueprint));
  const views: ReleaseView[] = [];
  for (const recorded of releases.toReversed()) {
    const collected_by = await ports.catalog.collected(recorded.release);
    if (collected_by === undefined)
      views.push(viewRelease(await readObject(recorded.release, ports.objects), blueprint, recorded));
    else views.push({ ...(await remembered(recorded, blueprint, ports.catalog)), collected_by });
  }
  return views;
}

/** @returns undefined where no record of this blueprint names the release */
export async function findRelease(
  blueprint: string,
  release: Digest,
  { streams }: RolloutPorts,
): Promise<ReleaseRef | undefined> {
  const { releases } = await streams.stream(releasePlace(blueprint));
  const found = releases.find((recorded) => recorded.release === release);
  return found && { release, manifest: found.manifest, artifact: found.artifact };
}

/** The objects of the code that was derived from the release: nobody else names them for whoever rolls it out. */
export async function derivedOf(
  blueprint: string,
  release: Digest,
  { streams }: Pick<RolloutPorts, "streams">,
): Promise<readonly Digest[]> {
  const { releases } = await streams.stream(releasePlace(blueprint));
  const found = releases.find((recorded) => recorded.release === release);
  return (found?.derived?.objects ?? []).map(({ digest }) => digest);
}

function releasePlace(blueprint: string): RolloutPlace {
  return { tenant: "default", environment: PACKAGING_ENVIRONMENT, blueprint };
}

function placeOf(stream: string): RolloutPlace {
  const name: BlueprintStream | "system" = parseStream(stream);
  if (name !== "system" && isEnvironment(name.environment)) return { ...name, environment: name.environment };
  throw new PortError("ledger_corrupt", stream, "Nothing is packaged into this stream");
}

async function readObject(digest: Digest, objects: ObjectReader): Promise<Uint8Array> {
  const bytes = await objects.read(digest, STRUCTURED_OBJECT_BYTES_MAX);
  if (bytes === undefined) throw new PortError("object_condemned", digest, "A record names it, and it is not stored");
  return bytes;
}

/** What records say of a release whose object is gone. */
async function remembered(recorded: RecordedRelease, blueprint: string, catalog: Catalog): Promise<ReleaseView> {
  const { release, manifest, artifact, created_unix_ms } = recorded;
  const found = await catalog.find(manifest);
  const profile_id = found?.deliverable.profile_id ?? "unknown";
  return { v: 1, manifest_digest: manifest, profile_id, release, blueprint, artifact, created_unix_ms };
}

function viewRelease(bytes: Uint8Array, blueprint: string, recorded: RecordedRelease): ReleaseView {
  const { release, artifact, created_unix_ms } = recorded;
  return { ...readRelease(bytes), release, blueprint, artifact, created_unix_ms };
}
