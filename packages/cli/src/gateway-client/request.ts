/** One request to a gateway: bounded in time and size, strict about what comes back, never led elsewhere. */
import { EncodingError, type JsonValue, readJson } from "@tau-edge/encoding";
import { CliError } from "../failure.ts";
import type { GatewayAccess } from "./access.ts";
import { ANSWER_BYTES_MAX, ANSWER_TIMEOUT_MS } from "./limits.ts";

export interface GatewayRequest {
  readonly method: "GET" | "POST";
  /** From the base, with its leading slash; each part escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly url: string;
  readonly document: JsonValue;
  /** The list goes on (RFC 8288, `rel="next"`). Where to is not asked: the next page is asked of the same gateway. */
  readonly hasNext: boolean;
}

/**
 * With a password, reading is tried without it first: a session costs the gateway a scrypt, and few of them may be asked
 * for in a minute.
 * @throws CliError `gateway_unreachable`, `gateway_malformed`; GatewayProblem of a login that is refused
 */
export async function askGateway(access: GatewayAccess, request: GatewayRequest): Promise<GatewayAnswer> {
  const { baseUrl, token, login } = access;
  if (login === undefined) return sendRequest(baseUrl, request, token);
  if (request.method === "GET" && !login.begun) {
    const answer = await sendRequest(baseUrl, request, undefined);
    if (answer.status !== 401) return answer;
  }
  return sendRequest(baseUrl, request, await login.token());
}

/** @throws CliError `gateway_unreachable`, `gateway_malformed` */
export async function sendRequest(
  baseUrl: string,
  request: GatewayRequest,
  token: string | undefined,
): Promise<GatewayAnswer> {
  const url = urlOf(baseUrl, request);
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: {
        accept: "application/json, application/problem+json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      // Whoever redirects would be sent the token, and is not whom the operator named.
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const hasNext = /;\s*rel="?next"?/i.test(response.headers.get("link") ?? "");
    return { status: response.status, url, document: await documentOf(response, url), hasNext };
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw unreachable(url, cause);
  }
}

export function urlOf(baseUrl: string, { path, query = {} }: GatewayRequest): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, value);
  const text = asked.toString();
  return `${baseUrl}${path}${text === "" ? "" : `?${text}`}`;
}

/** With a page of their own: 15.6.3 to 15.6.5 of RFC 9110. A gateway says so in a problem document. */
const OF_PROXIES: ReadonlySet<number> = new Set([502, 503, 504]);

export async function documentOf(response: Response, url: string): Promise<JsonValue> {
  if (response.status >= 300 && response.status < 400)
    throw new CliError("gateway_malformed", `The gateway answered ${response.status} and points elsewhere`, {
      at: url,
      remedy: "Name the address that it points to yourself, if you trust it: the token is never sent on.",
    });
  const type = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json" && type !== "application/problem+json") {
    await response.body?.cancel();
    if (OF_PROXIES.has(response.status))
      throw new CliError("gateway_unreachable", `A proxy answers ${response.status} for the gateway`, {
        at: url,
        remedy:
          "Wait until it is back. What was asked may have been done: look with `tau-edge rollout list` before you ask again.",
      });
    throw malformed(url, `${response.status} ${type ?? "without a media type"}`);
  }
  const bytes = await boundedBody(response, url);
  try {
    return readJson(bytes);
  } catch (error) {
    if (error instanceof EncodingError) throw malformed(url, error.message);
    throw error;
  }
}

async function boundedBody(response: Response, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop cancels the rest.
    if (length > ANSWER_BYTES_MAX) throw malformed(url, `more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

export function malformed(url: string, detail: string): CliError {
  return new CliError("gateway_malformed", `The gateway's answer is none that this program knows: ${detail}`, {
    at: url,
    remedy: "See that --gateway names a tau-edge gateway of the same version, without a proxy that answers for it.",
  });
}

export function unreachable(url: string, cause: unknown): CliError {
  const late = cause instanceof Error && cause.name === "TimeoutError";
  const detail = late ? `did not answer within ${ANSWER_TIMEOUT_MS / 1_000} s` : "cannot be reached";
  return new CliError("gateway_unreachable", `The gateway ${detail}${late ? "" : reasonOf(cause)}`, {
    at: url,
    remedy: late
      ? "What was asked may have been done: look with `tau-edge rollout list` before you ask again."
      : "On the gateway's machine the same command works without --gateway, on its --state-dir.",
    cause,
  });
}

/** `fetch` says only that it failed; the system's reason is its cause. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error ? error.cause : undefined;
  return inner instanceof Error && "code" in inner && typeof inner.code === "string" ? ` (${inner.code})` : "";
}
