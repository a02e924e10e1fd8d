/** One connection on which a gateway tells what happens: bounded in silence, and never led elsewhere. */
import { EncodingError, encodeUtf8, readJson } from "@tau-edge/encoding";
import { CliError } from "../failure.ts";
import type { GatewayAccess } from "./access.ts";
import { SILENCE_MS_MAX } from "./limits.ts";
import { documentOf, type GatewayAnswer, malformed, unreachable, urlOf } from "./request.ts";
import { EventStreamReader, type ServerSentEvent } from "./server-sent-events.ts";

export interface EventConnection {
  readonly url: string;
  /** Ends with the connection, however it ends. @throws CliError `gateway_malformed` */
  readonly events: AsyncIterable<ServerSentEvent>;
  /** As `EventStreamReader` has it, from the first event on. */
  readonly retry_ms: number | undefined;
}

export interface ConnectRequest {
  readonly path: string;
  readonly last_event_id: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * @returns `ended` for 204: nothing comes any more (WHATWG HTML 9.2.3); an answer that is no stream as it is
 * @throws CliError `gateway_unreachable`, `gateway_malformed`
 */
export async function connect(
  access: GatewayAccess,
  request: ConnectRequest,
): Promise<EventConnection | GatewayAnswer | "ended"> {
  const { login, token } = access;
  if (login === undefined) return open(access.baseUrl, request, token);
  const wasBegun = login.begun;
  if (!wasBegun) {
    const answer = await open(access.baseUrl, request, undefined);
    if (!isRefused(answer)) return answer;
  }
  const answer = await open(access.baseUrl, request, await login.token());
  if (!wasBegun || !isRefused(answer)) return answer;
  // A session has an hour, and a rollout may take longer.
  login.forget();
  return open(access.baseUrl, request, await login.token());
}

function isRefused(answer: EventConnection | GatewayAnswer | "ended"): boolean {
  return answer !== "ended" && "status" in answer && answer.status === 401;
}

async function open(
  baseUrl: string,
  { path, last_event_id, signal }: ConnectRequest,
  token: string | undefined,
): Promise<EventConnection | GatewayAnswer | "ended"> {
  const url = urlOf(baseUrl, { method: "GET", path });
  const silence = new Silence(signal);
  try {
    const response = await fetch(url, {
      headers: {
        accept: "text/event-stream, application/problem+json",
        ...(last_event_id === undefined ? {} : { "last-event-id": last_event_id }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      // Whoever redirects would be sent the token, and is not whom the operator named.
      redirect: "manual",
      cache: "no-store",
      signal: silence.signal,
    });
    const type = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (response.status === 200 && type === "text/event-stream" && response.body !== null)
      return connection(url, response.body, silence);
    silence.end();
    if (response.status === 204) return "ended";
    return { status: response.status, url, document: await documentOf(response, url), hasNext: false };
  } catch (cause) {
    silence.end();
    if (cause instanceof CliError) throw cause;
    throw unreachable(url, cause);
  }
}

function connection(url: string, body: ReadableStream<Uint8Array>, silence: Silence): EventConnection {
  const reader = new EventStreamReader();
  async function* events(): AsyncGenerator<ServerSentEvent> {
    try {
      for await (const piece of body) {
        silence.heard();
        const found = reader.push(piece);
        if (found === "too_large") throw malformed(url, "an event that does not end");
        yield* found;
      }
    } catch (error) {
      // Lost, or left: both are an end, and whoever follows knows which.
      if (error instanceof CliError) throw error;
    } finally {
      silence.end();
    }
  }
  return {
    url,
    events: events(),
    get retry_ms() {
      return reader.retry_ms;
    },
  };
}

/** Ends a connection on which nothing comes, not even a heartbeat. */
class Silence {
  readonly signal: AbortSignal;
  readonly #outlasted = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#outlasted.signal]);
    this.heard();
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#outlasted.abort(), SILENCE_MS_MAX);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** @throws CliError `gateway_malformed` */
export function documentOfEvent({ data }: ServerSentEvent, url: string) {
  try {
    return readJson(encodeUtf8(data));
  } catch (error) {
    if (error instanceof EncodingError) throw malformed(url, error.message);
    throw error;
  }
}
