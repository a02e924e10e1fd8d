/**
 * The document of a did:web, from its host: https only, from a public address only, and never led elsewhere. Only a person
 * who typed the DID gets here; no program of this house does because of a DID that somebody sent.
 */
import { lookup as systemLookup } from "node:dns";
import type { IncomingMessage } from "node:http";
import https, { type RequestOptions } from "node:https";
import type { LookupFunction } from "node:net";
import { DID_DOCUMENT_BYTES_MAX, type DidWeb, didWebUrl } from "@tau-edge/identity";
import { CliError } from "../failure.ts";
import { DID_DOCUMENT_HEADER_BYTES_MAX, DID_DOCUMENT_TIMEOUT_MS } from "./limits.ts";
import { isInternalName, isPublicAddress } from "./public-address.ts";

/** How the web is reached, so that tests can stand in for it. */
export interface Web {
  /** For all of it. */
  readonly timeout_ms: number;
  readonly lookup: LookupFunction;
  /** Follows no redirect, sends what it is told and nothing else, and connects to what `options.lookup` says. */
  request(options: RequestOptions, answered: (response: IncomingMessage) => void): ReturnType<typeof https.request>;
}

const PUBLIC_WEB: Web = {
  timeout_ms: DID_DOCUMENT_TIMEOUT_MS,
  lookup: systemLookup,
  request: (options, answered) => https.request(options, answered),
};

/**
 * "Read (Resolve)", steps 6 and 7.
 * @throws CliError `did_host_not_public`, `did_unreachable`
 */
export async function fetchDidDocument(place: DidWeb, web: Web = PUBLIC_WEB): Promise<Uint8Array> {
  const url = didWebUrl(place);
  if (isInternalName(place.host)) throw notPublic(url, "is the name of a network's own machine");
  const patience = AbortSignal.timeout(web.timeout_ms);
  try {
    return await bodyOf(await answerFrom(place, web, patience), url);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    if (cause instanceof NotPublicAddress) throw notPublic(url, "has an address that is not public");
    const late = patience.aborted ? `did not answer within ${web.timeout_ms / 1_000} s` : "cannot be reached";
    throw unreachable(url, `its host ${late}${patience.aborted ? "" : reasonOf(cause)}`, cause);
  }
}

function answerFrom({ host, port, path }: DidWeb, web: Web, signal: AbortSignal): Promise<IncomingMessage> {
  const folder = path.length === 0 ? ".well-known" : path.join("/");
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      ...{ method: "GET", host, port: port ?? 443, path: `/${folder}/did.json`, servername: host, signal },
      headers: { accept: "application/did+json, application/json", "accept-encoding": "identity" },
      maxHeaderSize: DID_DOCUMENT_HEADER_BYTES_MAX,
      // The connection goes to what was looked at: asking again could give another address.
      lookup: publicOnly(web.lookup),
      // Of its own: no proxy of the environment, and no connection is kept.
      agent: new https.Agent(),
    };
    web.request(options, resolve).once("error", reject).end();
  });
}

class NotPublicAddress extends Error {}

/** One address that is not public refuses them all: which one is taken is not ours to choose. */
function publicOnly(lookup: LookupFunction): LookupFunction {
  return (host, options, found) =>
    lookup(host, options, (error, address, family) => {
      const addresses = typeof address === "string" ? [address] : (address ?? []).map((one) => one.address);
      const safe = error !== null || addresses.every(isPublicAddress);
      found(safe ? error : new NotPublicAddress(host), address, family);
    });
}

async function bodyOf(response: IncomingMessage, url: string): Promise<Uint8Array> {
  const { statusCode = 0 } = response;
  try {
    // Also a redirect: the DID names this place, and whoever sends us elsewhere would choose the place.
    if (statusCode !== 200) throw unreachable(url, `its host answers ${statusCode}`);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response) {
      length += chunk.length;
      if (length > DID_DOCUMENT_BYTES_MAX)
        throw unreachable(url, `its host sends more than ${DID_DOCUMENT_BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
    return new Uint8Array(Buffer.concat(chunks));
  } finally {
    response.destroy();
  }
}

function notPublic(at: string, what: string): CliError {
  return new CliError("did_host_not_public", `The host of the DID ${what}; no connection was opened`, {
    at,
    remedy: "Read the document of such a host from a file: `tau-edge did resolve DID --from did.json`.",
  });
}

function unreachable(at: string, detail: string, cause?: unknown): CliError {
  return new CliError("did_unreachable", `There is no document of the DID: ${detail}`, {
    at,
    remedy: "Ask the DID's owner, or read a document that you have: `tau-edge did resolve DID --from did.json`.",
    cause,
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
}
