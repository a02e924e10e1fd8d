import { cycleOfEventLine, isEventLine, standsInLog } from "@tau-edge/contract";
import { describe, expect, it } from "vitest";
import type { EventLog } from "../event-log.ts";
import { continuation } from "../jsonl-continuation.ts";
import { eventLogSuite } from "./event-log-suite.ts";
import { failuresOf } from "./failures.ts";

interface Stored {
  bytes: Uint8Array;
}

const textOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return "";
  }
};

function linesOf(bytes: Uint8Array): { lines: readonly string[]; torn: Uint8Array } {
  const end = bytes.lastIndexOf(0x0a) + 1;
  const lines: string[] = [];
  for (let from = 0; from < end; ) {
    const at = bytes.indexOf(0x0a, from);
    lines.push(textOf(bytes.subarray(from, at)));
    from = at + 1;
  }
  const torn = bytes.subarray(end);
  return { lines: torn.length === 0 ? lines : [...lines, textOf(torn)], torn };
}

function append(stored: Stored, more: Uint8Array): void {
  stored.bytes = new Uint8Array(Buffer.concat([stored.bytes, more]));
}

const seqOfEventLine = (line: string) => cycleOfEventLine(line)?.seq;

function stands(stored: Stored, seq: number, line: string): boolean {
  const wanted = { seq, cycle_id: cycleOfEventLine(line)?.cycle_id ?? "" };
  return linesOf(stored.bytes).lines.some((other) => standsInLog(wanted, other) === true);
}

/** Sound, in as few lines as it takes; each broken one below changes one thing in it. */
function soundLog(stored: Stored): EventLog {
  return {
    append: async (seq, line) =>
      append(stored, continuation(linesOf(stored.bytes).torn, stands(stored, seq, line) ? [] : [line])),
    last: async () => linesOf(stored.bytes).lines.findLast(isEventLine),
    async *lines() {
      yield* linesOf(stored.bytes).lines;
    },
  };
}

type Break = (sound: EventLog, stored: Stored) => Partial<EventLog>;

function run(change: Break) {
  return failuresOf((t) =>
    eventLogSuite(t, async () => {
      const stored: Stored = { bytes: new Uint8Array(0) };
      const reopen = async () => ({ ...soundLog(stored), ...change(soundLog(stored), stored) });
      return {
        log: await reopen(),
        reopen,
        plant: async (bytes) => append(stored, bytes),
        content: async () => stored.bytes,
        close: async () => undefined,
      };
    }),
  );
}

const utf8 = new TextEncoder();

const BROKEN: readonly (readonly [string, Break])[] = [
  ["forgets", () => ({ append: async () => undefined })],
  [
    "appends whatever it is asked",
    (_, stored) => ({ append: async (_seq, line) => append(stored, utf8.encode(`${line}\n`)) }),
  ],
  [
    "looks at its last line only, whoever wrote it",
    (_, stored) => ({
      append: async (seq, line) => {
        const { lines, torn } = linesOf(stored.bytes);
        const standing = (seqOfEventLine(lines.at(-1) ?? "") ?? -1) >= seq;
        append(stored, continuation(torn, standing ? [] : [line]));
      },
    }),
  ],
  [
    "compares the seq for equality only",
    (_, stored) => ({
      append: async (seq, line) => {
        const { lines, torn } = linesOf(stored.bytes);
        const last = lines.map(seqOfEventLine).findLast((each) => each !== undefined);
        append(stored, continuation(torn, last === seq ? [] : [line]));
      },
    }),
  ],
  [
    "takes another ledger's line for its own",
    (_, stored) => ({
      append: async (seq, line) => {
        const { lines, torn } = linesOf(stored.bytes);
        const last = lines.map(seqOfEventLine).findLast((each) => each !== undefined) ?? -1;
        append(stored, continuation(torn, last >= seq ? [] : [line]));
      },
    }),
  ],
  [
    "begins anew behind half a line",
    (_, stored) => ({
      append: async (seq, line) => {
        const { torn } = linesOf(stored.bytes);
        if (!stands(stored, seq, line)) append(stored, utf8.encode(`${torn.length > 0 ? "\n" : ""}${line}\n`));
      },
    }),
  ],
  [
    "cuts off what it does not know",
    (sound, stored) => ({
      append: async (seq, line) => {
        stored.bytes = stored.bytes.slice(0, stored.bytes.lastIndexOf(0x0a) + 1);
        await sound.append(seq, line);
      },
    }),
  ],
  [
    "ends half a line as soon as it is asked for anything",
    (sound, stored) => ({
      append: async (seq, line) => {
        if (stands(stored, seq, line) && stored.bytes.at(-1) !== 0x0a) append(stored, utf8.encode("\n"));
        await sound.append(seq, line);
      },
    }),
  ],
  [
    "goes on behind a line of somebody else",
    (_, stored) => ({
      append: async (seq, line) => {
        if (!stands(stored, seq, line)) append(stored, utf8.encode(`${line}\n`));
      },
    }),
  ],
  [
    "shows its own last line for the last one",
    (_, stored) => ({
      last: async () => linesOf(stored.bytes).lines.findLast((line) => seqOfEventLine(line) !== undefined),
    }),
  ],
  ["shows half a line as the last one", (_, stored) => ({ last: async () => linesOf(stored.bytes).lines.at(-1) })],
  [
    "leaves out lines that are none",
    (_, stored) => ({
      async *lines() {
        yield* linesOf(stored.bytes).lines.filter((line) => line !== "");
      },
    }),
  ],
  [
    "replaces what is no UTF-8",
    (_, stored) => ({
      async *lines() {
        yield* new TextDecoder().decode(stored.bytes).split("\n").slice(0, -1);
      },
    }),
  ],
];

it("a sound log passes", async () => {
  expect((await run(() => ({}))).failed).toEqual([]);
});

describe("the suite fails for a log that", () => {
  it.each(BROKEN)("%s", async (_what, change) => {
    const { failed, count } = await run(change);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(count);
  });
});
