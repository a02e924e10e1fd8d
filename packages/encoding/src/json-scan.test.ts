import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EncodingError, type EncodingErrorCode } from "./errors.ts";
import { type JsonValue, readJson } from "./json-read.ts";
import { type JsonScanEvent, JsonScanner, type JsonScanOptions } from "./json-scan.ts";
import { JSON_DEPTH_MAX } from "./limits.ts";

const OPTIONS: JsonScanOptions = { arrays: ["rows", "keys"], value_bytes_max: 1 << 20, document_bytes_max: 1 << 26 };
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const refusal = (code: EncodingErrorCode, at: number) => expect.objectContaining({ name: "EncodingError", code, at });

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let from = 0;
  for (let index = 0; from < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(bytes.subarray(from, from + size));
    from += size;
  }
  return chunks;
}

function scan(chunks: readonly Uint8Array[], options: Partial<JsonScanOptions> = {}): JsonScanEvent[] {
  const scanner = new JsonScanner({ ...OPTIONS, ...options });
  const events = chunks.flatMap((chunk) => [...scanner.push(chunk)]);
  scanner.end();
  return events;
}

/** The document put together again from the events, as a consumer would read it. */
function reread(chunks: readonly Uint8Array[]): JsonValue {
  const entries: [string, JsonValue][] = [];
  let items: JsonValue[] = [];
  for (const event of scan(chunks)) {
    if (event.kind === "member") entries.push([event.key, readJson(event.raw, { depth_max: JSON_DEPTH_MAX - 1 })]);
    if (event.kind === "array") {
      items = [];
      entries.push([event.key, items]);
    }
    if (event.kind === "element") {
      expect(event.index).toBe(items.length);
      items.push(readJson(event.raw, { depth_max: JSON_DEPTH_MAX - 2 }));
    }
  }
  const document = {};
  for (const [key, value] of entries)
    Object.defineProperty(document, key, { value, writable: true, enumerable: true, configurable: true });
  return document;
}

const described = (events: readonly JsonScanEvent[]) =>
  events.map((event) => ("raw" in event ? { ...event, raw: textOf(event.raw) } : event));

describe("events", () => {
  const text = ' { "a" : "x,}]\\"" , "rows":[ {"b":[1]} ,2\n, "c" ],"keys":[],"n":-1.5e3,"o":{"rows":[1]} } \n';
  const expected = [
    { kind: "member", key: "a", raw: '"x,}]\\""', at: 9 },
    { kind: "array", key: "rows", at: 27 },
    { kind: "element", key: "rows", index: 0, raw: '{"b":[1]}', at: 29 },
    { kind: "element", key: "rows", index: 1, raw: "2", at: 40 },
    { kind: "element", key: "rows", index: 2, raw: '"c"', at: 44 },
    { kind: "array_end", key: "rows" },
    { kind: "array", key: "keys", at: 57 },
    { kind: "array_end", key: "keys" },
    { kind: "member", key: "n", raw: "-1.5e3", at: 64 },
    { kind: "member", key: "o", raw: '{"rows":[1]}', at: 75 },
  ];

  it.each([1, 2, 3, 7, 1000])("are the same in chunks of %i bytes, with the offsets of the document", (size) => {
    expect(described(scan(cut(bytesOf(text), [size])))).toEqual(expected);
  });

  it("a named member that is no array comes whole", () => {
    expect(described(scan([bytesOf('{"rows":{"a":[1]},"keys":null}')]))).toEqual([
      { kind: "member", key: "rows", raw: '{"a":[1]}', at: 8 },
      { kind: "member", key: "keys", raw: "null", at: 25 },
    ]);
  });

  it("an event comes with the chunk that completes it", () => {
    const scanner = new JsonScanner(OPTIONS);
    expect([...scanner.push(bytesOf('{"rows":[1,2'))]).toHaveLength(2);
    expect([...scanner.push(bytesOf(","))]).toMatchObject([{ kind: "element", index: 1 }]);
  });
});

describe("events that were not taken", () => {
  const untaken = "the events of the chunk before were not taken to the end";
  it("are missed by the next chunk and by the end", () => {
    const scanner = new JsonScanner(OPTIONS);
    for (const event of scanner.push(bytesOf('{"rows":[1,2'))) if (event.kind === "element") break;
    expect(() => scanner.push(bytesOf(",3]}"))).toThrow(new TypeError(untaken));
    expect(() => scanner.end()).toThrow(new TypeError(untaken));
  });

  it("are missed when nobody asked for the first", () => {
    const scanner = new JsonScanner(OPTIONS);
    scanner.push(bytesOf("{}"));
    expect(() => scanner.end()).toThrow(new TypeError(untaken));
  });
});

describe("refused, with the offset in the document", () => {
  const whole: [string, EncodingErrorCode, number][] = [
    ["", "json_syntax", 0],
    ["[1]", "json_syntax", 0],
    ["1", "json_syntax", 0],
    ["\ufeff{}", "json_bom", 0],
    ["{} {}", "json_syntax", 3],
    ["{a:1}", "json_syntax", 1],
    ['{"a"}', "json_syntax", 4],
    ['{"a" 1}', "json_syntax", 5],
    ['{"a":}', "json_syntax", 5],
    ['{"a":,}', "json_syntax", 5],
    ['{"a":1,}', "json_syntax", 7],
    ['{,"a":1}', "json_syntax", 1],
    ['{"a":1 "b":2}', "json_syntax", 7],
    ['{"rows":[1,]}', "json_syntax", 11],
    ['{"rows":[,1]}', "json_syntax", 9],
    ['{"rows":[1 2]}', "json_syntax", 11],
    ['{"rows":[1}}', "json_syntax", 10],
    ['{"a":1]', "json_syntax", 6],
    ['{"a":1,"a":2}', "json_duplicate_key", 7],
    [String.raw`{"rows":[1],"\u0072ows":[2]}`, "json_duplicate_key", 12],
    ['{"__proto__":1,"__proto__":2}', "json_duplicate_key", 15],
    [String.raw`{"a":1,"\ud800":2}`, "json_ill_formed_string", 7],
    [String.raw`{"\x41":2}`, "json_syntax", 2],
  ];
  it.each(whole)("%j", (text, code, at) => {
    for (const size of [1, 5, 100]) expect(() => scan(cut(bytesOf(text), [size]))).toThrow(refusal(code, at));
  });

  it("says the place of a fault in a key once, as the offset in the document", () => {
    expect(() => scan([bytesOf(String.raw`{"a":1,"\x41":2}`)])).toThrow("Unknown escape (json_syntax at offset 8)");
  });

  it("a value, a document or a set of keys that is larger than its limit", () => {
    const small = { value_bytes_max: 8, document_bytes_max: 40 };
    expect(scan([bytesOf('{"a":"123456"}')], small)).toHaveLength(1);
    for (const size of [1, 3, 100]) {
      expect(() => scan(cut(bytesOf('{"a":"1234567"}'), [size]), small)).toThrow(refusal("json_too_large", 5));
      expect(() => scan(cut(bytesOf('{"rows":[1,"1234567"]}'), [size]), small)).toThrow(refusal("json_too_large", 11));
      expect(() => scan(cut(bytesOf(`{"a":1}${" ".repeat(40)}`), [size]), small)).toThrow(
        refusal("json_too_large", 40),
      );
    }
    const keys = Array.from({ length: 3 }, (_, index) => `"${index}${"k".repeat(400_000)}":1`);
    expect(() => scan([bytesOf(`{${keys.join(",")}}`)])).toThrow(refusal("json_too_large", 800_013));
  });
});

describe("against readJson", () => {
  const attempt = <T>(read: () => T): { value: T } | { refused: true } => {
    try {
      return { value: read() };
    } catch (error) {
      if (!(error instanceof EncodingError)) throw error;
      return { refused: true };
    }
  };
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

  it("every document reads the same, however it is cut, and no prefix of it reads at all", () => {
    const rows = fc.array(fc.jsonValue({ stringUnit: "binary", maxDepth: 3 }), { maxLength: 4 });
    const document = fc
      .tuple(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }), rows)
      .map(([members, items]) => ({ ...members, rows: items }));
    fc.assert(
      fc.property(
        document,
        fc.nat(2),
        sizes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (value, indent, parts, where) => {
          const bytes = bytesOf(JSON.stringify(value, null, indent));
          const expected = attempt(() => readJson(bytes));
          expect(attempt(() => reread(cut(bytes, parts)))).toStrictEqual(expected);
          const prefix = bytes.subarray(0, Math.min(bytes.length - 1, Math.floor(where * bytes.length)));
          expect(attempt(() => scan(cut(prefix, parts)))).toEqual({ refused: true });
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("text that is nearly JSON is accepted by both or by neither", () => {
    const fragments = fc.constantFrom(
      ..."{}[]:,\"\\ \n-+.01eE/tn'",
      '"a"',
      '"rows":',
      '"rows":[',
      '"b":',
      '{"a":1}',
      "true",
      "1e5",
      "\\u00e9",
      "\u00e9",
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 8 }), sizes, (parts, cuts) => {
        const bytes = bytesOf(`{${parts.join("")}}`);
        const expected = attempt(() => readJson(bytes));
        expect(attempt(() => reread(cut(bytes, cuts)))).toStrictEqual(expected);
        if ("value" in expected) accepted++;
      }),
      { numRuns: 50_000, seed: 8259 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it("every prefix of one document is refused", () => {
    const bytes = bytesOf('{"a":[{"b":"\\"}"}],"rows":[1,"x",{}],"c":-0.5}');
    for (let length = 0; length < bytes.length; length++)
      expect(() => scan([bytes.subarray(0, length)])).toThrow(refusal("json_syntax", length));
  });
});

it("a value of four million bytes in chunks of one byte takes its length and not its square", () => {
  const length = 4_000_000;
  const scanner = new JsonScanner({ ...OPTIONS, value_bytes_max: length + 2 });
  const byte = bytesOf("x");
  expect([...scanner.push(bytesOf('{"a":"'))]).toEqual([]);
  for (let at = 0; at < length; at++) for (const _ of scanner.push(byte)) throw new Error("nothing is complete yet");
  const [event] = scanner.push(bytesOf('"'));
  expect(event).toMatchObject({ kind: "member", at: 5 });
  expect(event !== undefined && "raw" in event && event.raw.length).toBe(length + 2);
});
