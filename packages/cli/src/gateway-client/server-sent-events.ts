/**
 * Reads a stream of server-sent events by the rules of WHATWG HTML 9.2.6, "Interpreting an event stream". The rules know no
 * bounds: here an event has one, because a gateway that sends no blank line would fill the memory of whoever follows it.
 */
import { EVENT_BYTES_MAX } from "./limits.ts";

export interface ServerSentEvent {
  /** `message` where the stream names none. */
  readonly type: string;
  readonly data: string;
  /** The last one that was named, by this event or an earlier one; empty before the first. */
  readonly last_event_id: string;
}

export class EventStreamReader {
  // 9.2.6: UTF-8 decode, which drops one byte order mark and replaces what is malformed.
  readonly #decoder = new TextDecoder("utf-8");
  #line = "";
  /** A CR ended the last piece: a LF at the start of the next one belongs to it. */
  #afterReturn = false;
  #data = "";
  #type = "";
  #id = "";
  #bytes = 0;
  #retry_ms: number | undefined;

  /** How long the stream wants clients to wait before they come again; undefined where it says nothing. */
  get retry_ms(): number | undefined {
    return this.#retry_ms;
  }

  /**
   * The events that end in this piece. What follows the last blank line belongs to an event that is not whole, and counts
   * only when its end comes.
   * @returns `too_large` for a stream that has too much before its next blank line
   */
  push(piece: Uint8Array): readonly ServerSentEvent[] | "too_large" {
    const events: ServerSentEvent[] = [];
    let start = 0;
    const text = this.#decoder.decode(piece, { stream: true });
    for (const { index } of text.matchAll(/[\r\n]/g)) {
      const isPaired = text[index] === "\n" && (index === 0 ? this.#afterReturn : text[index - 1] === "\r");
      if (!isPaired) this.#take(this.#line + text.slice(start, index), events);
      this.#line = "";
      start = index + 1;
    }
    if (text !== "") this.#afterReturn = text.endsWith("\r");
    this.#line += text.slice(start);
    // Characters are counted, and none has less than a byte.
    return this.#bytes + this.#line.length > EVENT_BYTES_MAX ? "too_large" : events;
  }

  #take(line: string, events: ServerSentEvent[]): void {
    if (line === "") {
      this.#dispatch(events);
      return;
    }
    this.#bytes += line.length;
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    if (colon === -1) this.#field(line, "");
    else this.#field(line.slice(0, colon), line.slice(colon + (line[colon + 1] === " " ? 2 : 1)));
  }

  #field(name: string, value: string): void {
    switch (name) {
      case "event":
        this.#type = value;
        break;
      case "data":
        this.#data += `${value}\n`;
        break;
      case "id":
        if (!value.includes("\0")) this.#id = value;
        break;
      case "retry":
        if (/^[0-9]{1,9}$/.test(value)) this.#retry_ms = Number(value);
        break;
      // 9.2.6: otherwise, the field is ignored.
    }
  }

  #dispatch(events: ServerSentEvent[]): void {
    // One line end is taken off; without data there is no event.
    if (this.#data !== "")
      events.push({ type: this.#type || "message", data: this.#data.slice(0, -1), last_event_id: this.#id });
    this.#data = "";
    this.#type = "";
    this.#bytes = 0;
  }
}
