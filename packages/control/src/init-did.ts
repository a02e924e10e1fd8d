/**
 * Makes an identity and what may be served of it: the file first, then the record that names it, then the entry in
 * `state.json`. A crash after any step leaves a state that the same call completes. The secret of the key is let go of
 * here: whoever has the entropy derives it again, and nobody else.
 */
import { type Digest, digestHex, digestOf, equalBytes, type Sha256, toHex } from "@tau-edge/encoding";
import {
  type Assurance,
  bootstrapPayload,
  type DerivationRefusalCode,
  type DerivationRequest,
  type DidMethod,
  deriveIdentity,
  IdentityError,
  type KeyDerivation,
  PAYLOAD_BYTES_MAX,
  readBootstrapPayload,
  writeBootstrapPayload,
} from "@tau-edge/identity";
import { type Actor, emptyHead, headOf, type StoredRecord, SYSTEM_STREAM } from "@tau-edge/ledger";
import {
  type Clock,
  type DeploymentFiles,
  type LedgerStore,
  PortError,
  type PublicFile,
  sealAppend,
} from "@tau-edge/ports";
import { browserDids, didKeyOf, readSystemRecords, type SystemRecords } from "./browser-dids.ts";
import { appendVouched, vouchingFor } from "./clock-record.ts";
import { type DidFacts, draftDidInitialized, PAYLOAD_RUNTIME, sameDid } from "./did-record.ts";
import { APPEND_ATTEMPTS_MAX } from "./limits.ts";

export interface InitDidRequest extends DerivationRequest {
  /** Of the payload, as it was typed. */
  readonly output_path: string;
  readonly actor: Actor;
  /** The actor vouches for a clock that is far from the last record's time; without it that is refused. */
  readonly accept_clock?: boolean;
}

export interface InitDidPorts {
  readonly ledger: LedgerStore;
  readonly files: Pick<DeploymentFiles, "check" | "refreshDids">;
  /** At `output_path`. */
  readonly payload_file: PublicFile;
  readonly clock: Clock;
  readonly derivation: KeyDerivation;
}

/** Everything in it is public. */
export interface DidReport {
  /** `unchanged`: the same identity was made for the same file before. */
  readonly outcome: "initialized" | "unchanged";
  readonly runtime: "native-host";
  readonly interoperability_profile: string;
  readonly method: DidMethod;
  readonly network: string;
  readonly subject: string;
  readonly did: string;
  readonly key_id: string;
  readonly public_key_multibase: string;
  readonly assurance: Assurance;
  readonly output_path: string;
  readonly persisted: true;
  /** Of the file, 64 hex digits. */
  readonly payload_sha256: string;
  readonly record: {
    readonly stream: string;
    readonly seq: number;
    /** 64 hex digits. */
    readonly record_hash: string;
    readonly at_unix_ms: number;
  };
}

export interface RefusedDid {
  readonly outcome: "refused";
  readonly code: DerivationRefusalCode;
}

/**
 * @throws IdentityError for malformed names or entropy; neither it nor anything else here repeats any of the entropy
 * @throws PortError `state_foreign` where something else stands in the place of the file, and whatever the stores throw
 */
export async function initDid(request: InitDidRequest, ports: InitDidPorts): Promise<DidReport | RefusedDid> {
  const { output_path } = request;
  const { sha256 } = ports.derivation;
  const derived = deriveIdentity(request, ports.derivation);
  if (derived.outcome === "refused") return derived;
  const payload = bootstrapPayload(derived.identity, { runtime: PAYLOAD_RUNTIME }, sha256);
  const bytes = writeBootstrapPayload(payload);
  const { did, method, network, subject, assurance, public_key_multibase } = payload;
  const digest: Digest = digestOf(sha256(bytes));
  const facts: DidFacts = {
    ...{ did, method, network, subject, assurance, output_path, payload: digest },
    public_key_multibase,
  };
  // Whatever the last steps would refuse is refused now, before anything is written.
  await ports.files.check();
  checkClock(await readSystemRecords(ports.ledger), request, ports);
  await place(bytes, facts, ports);
  const { stored, created } = await record(facts, request, ports);
  await ports.files.refreshDids(() => recordedDids(ports.ledger));
  return {
    outcome: created ? "initialized" : "unchanged",
    runtime: PAYLOAD_RUNTIME,
    interoperability_profile: payload.interoperability_profile,
    ...{ method, network, subject, did },
    key_id: payload.key_id,
    public_key_multibase: payload.public_key_multibase,
    ...{ assurance, output_path },
    persisted: true,
    payload_sha256: digestHex(digest),
    record: {
      stream: stored.record.stream,
      seq: stored.record.seq,
      record_hash: toHex(stored.hash),
      at_unix_ms: stored.record.at_unix_ms,
    },
  };
}

function vouchingOf({ last }: SystemRecords, now_unix_ms: number, { actor, accept_clock }: InitDidRequest) {
  return last && vouchingFor(last.record.at_unix_ms, now_unix_ms, actor, accept_clock);
}

/** @throws PortError `clock_jump` */
function checkClock(known: SystemRecords, request: InitDidRequest, { clock, derivation }: InitDidPorts): void {
  const { sha256 } = derivation;
  const now_unix_ms = clock.nowUnixMs();
  const head = known.last === undefined ? emptyHead(SYSTEM_STREAM, sha256) : headOf(known.last);
  const accept_clock_jump = vouchingOf(known, now_unix_ms, request) !== undefined;
  const nothing = { stream: SYSTEM_STREAM, expected_seq: head.seq, drafts: [], objects: [] };
  sealAppend({ ...nothing, now_unix_ms, accept_clock_jump }, head, sha256);
}

/** What somebody else put there stays; a payload of the same identity may be of an older version. */
async function place(bytes: Uint8Array, facts: DidFacts, { payload_file, derivation }: InitDidPorts): Promise<void> {
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const standing = await payload_file.read(PAYLOAD_BYTES_MAX);
    if (standing === undefined) {
      if (await payload_file.create(bytes)) return;
      continue;
    }
    if (equalBytes(standing, bytes)) return;
    checkReplaceable(standing, facts, derivation.sha256);
    return payload_file.replace(bytes);
  }
  throw new PortError("store_unavailable", facts.output_path, "The file comes and goes", {
    remedy: "Choose another file with --output.",
  });
}

/** @throws PortError `state_foreign` */
function checkReplaceable(standing: Uint8Array, { did, output_path }: DidFacts, sha256: Sha256): void {
  const aside = `mv '${output_path}' '${output_path}.foreign'`;
  const foreign = (detail: string, remedy: string) => new PortError("state_foreign", output_path, detail, { remedy });
  try {
    if (readBootstrapPayload(standing, sha256).did === did) return;
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    if (error.code === "payload_original")
      throw foreign(
        "The original's identity stands there, which is none",
        `See what it is with \`tau-edge did verify --legacy '${output_path}'\`, then move it aside: ${aside}`,
      );
    throw foreign("Something else stands under this name", `Move it aside: ${aside}`);
  }
  throw foreign("Another identity stands there", `Choose another file with --output, or move it aside: ${aside}`);
}

/** Appends what is not recorded yet; decides anew whenever somebody else was first. */
async function record(
  facts: DidFacts,
  request: InitDidRequest,
  { ledger, clock }: InitDidPorts,
): Promise<{ readonly stored: StoredRecord; readonly created: boolean }> {
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const known = await readSystemRecords(ledger);
    const standing = known.dids.get(didKeyOf(facts));
    if (standing !== undefined && sameDid(standing.facts, facts)) return { stored: standing.stored, created: false };
    const now_unix_ms = clock.nowUnixMs();
    const expected_seq = known.last?.record.seq ?? -1;
    const drafts = [draftDidInitialized(facts, request.actor)];
    const result = await appendVouched(
      ledger,
      { stream: SYSTEM_STREAM, expected_seq, drafts, objects: [], now_unix_ms },
      vouchingOf(known, now_unix_ms, request),
    );
    const [stored] = result.outcome === "appended" ? result.records : [];
    if (stored !== undefined) return { stored, created: true };
  }
  throw new PortError("store_unavailable", SYSTEM_STREAM, "Other writers were first every time", {
    remedy: "Make fewer identities at once.",
  });
}

async function recordedDids(ledger: LedgerStore) {
  const dids = await browserDids(ledger);
  if (dids === undefined)
    throw new PortError("ledger_corrupt", SYSTEM_STREAM, "The record is gone that was just there");
  return dids;
}
