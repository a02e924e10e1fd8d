/** Server-sent events as they are sent (WHATWG HTML 9.2.5 and 9.2.6): fields of one line each, and a blank line. */
import type { RolloutEvent } from "@tau-edge/control";
import { encodeUtf8 } from "@tau-edge/encoding";

/** `application/json` on one line has no line end: RFC 8259 section 7 has them escaped in strings. */
export function encodeEvent(event: RolloutEvent): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`id: ${event.n}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

/** Without an id, so that whoever asks again goes on after the last record. */
export function encodeNotice(type: "end" | "problem", document: object): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`event: ${type}\ndata: ${JSON.stringify(document)}\n\n`);
}

export function encodeRetry(ms: number): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`retry: ${ms}\n\n`);
}

/** A comment: 9.2.7 has one sent every 15 seconds against proxies that drop what is silent. */
export const HEARTBEAT: Uint8Array<ArrayBuffer> = encodeUtf8(":\n\n");
