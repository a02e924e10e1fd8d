/** `tau-edge did resolve`: the document of a DID, and what it says of keys. */
import { encodeUtf8, type JsonValue, readJson } from "@tau-edge/encoding";
import {
  DID_DOCUMENT_BYTES_MAX,
  didKeyDocument,
  didWebUrl,
  parseDidKey,
  parseDidWeb,
  readDidDocument,
} from "@tau-edge/identity";
import { fetchDidDocument } from "../../did/fetch-document.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import type { CliIo } from "../../io.ts";
import { readFileOnce } from "../../operands.ts";
import { withProgress } from "../../progress.ts";
import { renderResolvedDid } from "../../render/did.ts";

export interface DidResolveOptions {
  readonly from?: string;
  readonly json?: boolean;
}

export interface ResolvedDid {
  readonly schema_version: 1;
  readonly did: string;
  /** `the DID itself`, an URL, or the file. */
  readonly source: string;
  readonly document: JsonValue;
  /** Ed25519 keys that only their owner can sign with. */
  readonly keys: readonly ResolvedKey[];
  /** Ids of keys of other kinds. */
  readonly other_keys: readonly string[];
}

interface ResolvedKey {
  readonly id: string;
  readonly authentication: boolean;
  readonly assertion: boolean;
}

export async function didResolveVerb(text: string, options: DidResolveOptions, io: CliIo): Promise<ExitCode> {
  const resolved = text.startsWith("did:web:") ? await placed(text, options, io) : followed(text, options);
  io.stdout(options.json === true ? `${JSON.stringify(resolved, undefined, 2)}\n` : renderResolvedDid(resolved));
  return EXIT.done;
}

/** @throws IdentityError as `parseDidKey` */
function followed(text: string, { from }: DidResolveOptions): ResolvedDid {
  const key = parseDidKey(text);
  if (from !== undefined)
    throw new CliError("usage", "The document of a did:key follows from the DID, and from no file", {
      remedy: "Leave --from out.",
    });
  return read(key.did, encodeUtf8(JSON.stringify(didKeyDocument(key))), "the DID itself");
}

/** @throws IdentityError as `parseDidWeb` and `readDidDocument`; CliError as `fetchDidDocument` and `readFileOnce` */
async function placed(text: string, { from }: DidResolveOptions, io: CliIo): Promise<ResolvedDid> {
  const place = parseDidWeb(text);
  if (from !== undefined) return read(place.did, readFileOnce(io, from, DID_DOCUMENT_BYTES_MAX), from);
  const bytes = await withProgress(io, `asking ${place.host}`, fetchDidDocument(place));
  return read(place.did, bytes, didWebUrl(place));
}

function read(did: string, bytes: Uint8Array, source: string): ResolvedDid {
  const { keys, otherKeys } = readDidDocument(bytes, did);
  return {
    ...{ schema_version: 1, did, source, document: readJson(bytes) },
    keys: keys.map(({ id, authentication, assertionMethod }) => ({ id, authentication, assertion: assertionMethod })),
    other_keys: otherKeys,
  };
}
