/**
 * Reads a stream of server-sent events as strictly as the gateway writes it: whoever parses by all rules of WHATWG HTML 9.2
 * would not notice a field that is missing, or an event that was cut.
 */
export interface ReadEvent {
  /** Of a record. */
  readonly id?: number;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventReader {
  /** The next event; undefined at the end of the stream. Heartbeats are counted and passed over. */
  next(): Promise<ReadEvent | undefined>;
  /** Up to the end of the stream, or until so many were read. */
  take(count?: number): Promise<readonly ReadEvent[]>;
  readonly heartbeats: number;
  leave(): Promise<void>;
}

export function readEvents(response: Response): EventReader {
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error(`no body: ${response.status}`);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let heartbeats = 0;
  let begun = false;

  const block = async (): Promise<string | undefined> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 2);
        return found;
      }
      const { done, value } = await reader.read();
      if (done) {
        if (text !== "") throw new Error(`the stream ends in the middle of ${JSON.stringify(text)}`);
        return undefined;
      }
      text += decoder.decode(value, { stream: true });
    }
  };

  const next = async (): Promise<ReadEvent | undefined> => {
    for (;;) {
      const found = await block();
      if (found === undefined) return undefined;
      if (!begun) {
        if (found !== "retry: 1000") throw new Error(`the stream begins with ${found}`);
        begun = true;
      } else if (found === ":") heartbeats += 1;
      else return eventIn(found);
    }
  };

  return {
    next,
    async take(count = Number.POSITIVE_INFINITY) {
      const events: ReadEvent[] = [];
      while (events.length < count) {
        const event = await next();
        if (event === undefined) break;
        events.push(event);
      }
      return events;
    },
    get heartbeats() {
      return heartbeats;
    },
    async leave() {
      await reader.cancel().catch(() => undefined);
    },
  };
}

const BLOCK = /^(?:id: (0|[1-9]\d*)\n)?event: ([a-z_]+)\ndata: (\{[^\n\r]*\})$/;

function eventIn(block: string): ReadEvent {
  const [, id, event, data] = BLOCK.exec(block) ?? [];
  if (event === undefined || data === undefined) throw new Error(`no event: ${JSON.stringify(block)}`);
  return { ...(id === undefined ? {} : { id: Number(id) }), event, data: JSON.parse(data) as ReadEvent["data"] };
}
