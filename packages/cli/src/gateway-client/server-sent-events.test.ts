/** The examples of WHATWG HTML 9.2.6 and its rules one by one. */
import { describe, expect, it } from "vitest";
import { EVENT_BYTES_MAX } from "./limits.ts";
import { EventStreamReader, type ServerSentEvent } from "./server-sent-events.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function read(...pieces: readonly (string | Uint8Array)[]): readonly ServerSentEvent[] {
  const reader = new EventStreamReader();
  return pieces.flatMap((piece) => {
    const found = reader.push(typeof piece === "string" ? encode(piece) : piece);
    if (found === "too_large") throw new Error(found);
    return found;
  });
}

const told = (events: readonly ServerSentEvent[]) =>
  events.map(({ type, data, last_event_id }) => [type, data, last_event_id]);

describe("a stream of events", () => {
  it.each([
    ["two lines of data are one event", "data: YHOO\ndata: +2\ndata: 10\n\n", [["message", "YHOO\n+2\n10", ""]]],
    [
      "a comment is nothing, an id stays until there is another one, an empty one takes it back",
      ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
      [
        ["message", "first event", "1"],
        ["message", "second event", ""],
        ["message", " third event", ""],
      ],
    ],
    [
      "data without a value is an empty event, two of them a line end",
      "data\n\ndata\ndata\n\ndata:",
      [
        ["message", "", ""],
        ["message", "\n", ""],
      ],
    ],
    [
      "one space after the colon is no part of the value",
      "data:test\n\ndata: test\n\n",
      [
        ["message", "test", ""],
        ["message", "test", ""],
      ],
    ],
    ["an event without data is none, and its id counts", "id: 7\nevent: x\n\ndata: a\n\n", [["message", "a", "7"]]],
    ["an id with NUL is passed over", "id: 1\nid: 2\0\ndata: a\n\n", [["message", "a", "1"]]],
    ["fields that nobody knows are passed over", "foo: bar\nDATA: x\ndata : x\ndata: a\n\n", [["message", "a", ""]]],
    ["a byte order mark is dropped once", "\ufeffdata: a\n\n\ufeffdata: b\n\n", [["message", "a", ""]]],
    ["what has no blank line after it is no event", "data: a\n\ndata: b\n", [["message", "a", ""]]],
    [
      "a type is of one event",
      "event: x\ndata: a\n\ndata: b\n\n",
      [
        ["x", "a", ""],
        ["message", "b", ""],
      ],
    ],
  ])("%s", (_name, text, expected) => {
    expect(told(read(text))).toEqual(expected);
  });

  it("is the same with every kind of line end, and cut at any byte", () => {
    const text = "id: 1\nevent: x\ndata: ä😀\ndata: b\n\n: c\n\nid: 2\ndata\n\nretry: 5\n\n";
    const expected = [
      ["x", "ä😀\nb", "1"],
      ["message", "", "2"],
    ];
    for (const end of ["\n", "\r", "\r\n"]) {
      const bytes = encode(text.replaceAll("\n", end));
      expect(told(read(bytes))).toEqual(expected);
      for (let at = 0; at <= bytes.length; at++)
        expect(told(read(bytes.subarray(0, at), new Uint8Array(), bytes.subarray(at)))).toEqual(expected);
      expect(told(read(...Array.from(bytes, (byte) => Uint8Array.of(byte))))).toEqual(expected);
    }
  });

  it("says how long to wait, in digits and nothing else", () => {
    const reader = new EventStreamReader();
    for (const [text, ms] of [
      ["retry: 250\n", 250],
      ["retry: 1s\n", 250],
      ["retry:\n", 250],
      ["retry: 99\n", 99],
    ] as const) {
      reader.push(encode(text));
      expect(reader.retry_ms).toBe(ms);
    }
  });

  it("replaces what is no UTF-8, and goes on", () => {
    expect(told(read(Uint8Array.of(...encode("data: "), 0xff, ...encode("\n\n"))))).toEqual([
      ["message", "\ufffd", ""],
    ]);
  });

  it("is given up when an event does not end, in one line or in many", () => {
    for (const piece of ["x".repeat(1_000), "data: x\n".repeat(100), ":\n".repeat(500)]) {
      const reader = new EventStreamReader();
      const bytes = encode(piece);
      let pushed = 0;
      while (reader.push(bytes) !== "too_large") {
        pushed += bytes.length;
        if (pushed > 3 * EVENT_BYTES_MAX) throw new Error("it is never too large");
      }
    }
    const reader = new EventStreamReader();
    for (let nth = 0; nth < 3_000; nth++) expect(reader.push(encode(`data: ${"x".repeat(1_000)}\n\n`))).toHaveLength(1);
  });
});
