/** Bytes by their digest. Whoever sends them is not believed: neither their length, nor what they say they are. */
import type { Digest } from "@tau-edge/encoding";
import { readBytes, readRefusal, refusalError } from "./answers.ts";
import { AgentError } from "./errors.ts";
import { sha256Digest } from "./hash.ts";
import { AGENT_LIMITS } from "./limits.ts";

export interface ContentRequest {
  readonly method: "GET";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly msMax: number;
  readonly cache?: "reload";
  readonly signal?: AbortSignal | undefined;
}

export type SendForContent = (request: ContentRequest) => Promise<Response>;

export interface WantedContent {
  readonly path: string;
  readonly digest: Digest;
  /** Where it is known before. */
  readonly sizeBytes?: number;
  readonly bytesMax: number;
  /** Where the gateway says one. */
  readonly mediaType?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Counted while they come: what is too long is given up at the first byte too many. Nothing sees them before their hash.
 * @throws AgentError `content_type`, `content_truncated`, `content_too_long`, `content_digest`
 */
export async function fetchContent(send: SendForContent, wanted: WantedContent): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await fetchOnce(send, wanted, {});
  } catch (error) {
    if (!(error instanceof AgentError && error.code.startsWith("content_"))) throw error;
    // They are cached for ever, so a browser would give what was damaged once again and again.
    return fetchOnce(send, wanted, { cache: "reload" }).catch(() => {
      throw error;
    });
  }
}

async function fetchOnce(
  send: SendForContent,
  { path, digest, sizeBytes, bytesMax, mediaType, signal }: WantedContent,
  anew: Pick<ContentRequest, "cache">,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await send({
    ...anew,
    method: "GET",
    path,
    headers: mediaType === undefined ? {} : { accept: mediaType },
    msMax: AGENT_LIMITS.content_ms_max,
    signal,
  });
  if (response.status !== 200) throw refusalError(await readRefusal(response));
  const said = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (mediaType !== undefined && said !== mediaType) {
    await response.body?.cancel().catch(() => undefined);
    throw new AgentError("content_type", `Expected ${mediaType}`);
  }
  const bytes = await readBytes(response, sizeBytes ?? bytesMax, "content_too_long");
  if (sizeBytes !== undefined && bytes.length < sizeBytes)
    throw new AgentError("content_truncated", `${bytes.length} of ${sizeBytes} bytes came`);
  if ((await sha256Digest(bytes)) !== digest)
    throw new AgentError("content_digest", `The bytes are not those of ${digest}`);
  return bytes;
}
