/** Reading what a gateway answers: bounded, strict JSON, and its refusals as errors with codes. */
import { EncodingError, type JsonValue, readJson } from "@tau-edge/encoding";
import { AgentError } from "./errors.ts";
import { AGENT_LIMITS } from "./limits.ts";

export type JsonObject = { readonly [key: string]: JsonValue };

export function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws AgentError `answer_too_large`, `answer_malformed`, `gateway_unreachable` */
export async function readJsonAnswer(response: Response): Promise<JsonObject> {
  const value = readJsonBytes(await readBytes(response, AGENT_LIMITS.answer_bytes_max, "answer_too_large"));
  if (!isObject(value)) throw new AgentError("answer_malformed", "The answer is not a JSON object");
  return value;
}

export function readJsonBytes(
  bytes: Uint8Array,
  code: "answer_malformed" | "manifest_malformed" | "derived_malformed" = "answer_malformed",
): JsonValue {
  try {
    return readJson(bytes);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new AgentError(code, error.message);
  }
}

/** Piece by piece, so that no more than the limit is ever held. */
export async function readBytes(
  response: Response,
  bytesMax: number,
  tooLong: "answer_too_large" | "content_too_long",
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const piece = await reader?.read().catch((cause: unknown) => {
        throw new AgentError("gateway_unreachable", "The answer broke off", { cause });
      });
      if (piece === undefined || piece.done) break;
      length += piece.value.length;
      if (length > bytesMax) throw new AgentError(tooLong, `More than ${bytesMax} bytes came`);
      pieces.push(piece.value);
    }
  } catch (error) {
    await reader?.cancel().catch(() => undefined);
    throw error;
  }
  return joined(pieces, length);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** What a gateway said when it refused: its code, and nothing of what it was asked. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly retry_after_ms: number | undefined;
}

/** Never fails on what stands in the way instead of a gateway: then the status is all that is known. */
export async function readRefusal(response: Response): Promise<Refusal> {
  const { status } = response;
  const document = await readJsonAnswer(response).catch((): JsonObject => ({}));
  const { code, error, detail, fault } = document;
  return {
    status,
    // What is wrong with a proof says more than that something is.
    code: word(fault) ?? word(code) ?? word(error) ?? `http_${status}`,
    detail: typeof detail === "string" ? detail.slice(0, 300) : `The gateway answered ${status}`,
    retry_after_ms: retryAfterMs(response),
  };
}

/** Seconds only (RFC 9110 section 10.2.3 has dates too, which this gateway never sends). */
export function retryAfterMs(response: Response): number | undefined {
  const text = response.headers.get("retry-after");
  if (text === null || !/^\d{1,6}$/.test(text)) return undefined;
  return Math.min(Number(text) * 1_000, AGENT_LIMITS.retry_after_ms_max);
}

function word(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && /^[a-z0-9_:]{1,64}$/.test(value) ? value : undefined;
}

export function refusalError(refusal: Refusal): AgentError {
  const { status, code, detail, retry_after_ms } = refusal;
  const facts = { problem: code, retry_after_ms };
  if (code === "scope_insufficient") return new AgentError("scope_insufficient", detail, facts);
  if (code === "dpop_time") return new AgentError("clock_disagrees", undefined, facts);
  // RFC 9110 section 15.6: the fault is not this request's, and another time may do.
  if (status >= 502 && status <= 504) return new AgentError("gateway_unreachable", `${code}: ${detail}`, facts);
  return new AgentError("gateway_refused", `${code}: ${detail}`, facts);
}
