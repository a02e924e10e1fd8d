/** What every event log promises. */
import type { EventLog, EventLogReader } from "../event-log.ts";
import { checkEqual, type TestRegistrar } from "./check.ts";

export interface EventLogHarness {
  readonly log: EventLog;
  /** The same log, opened as another process would. */
  reopen(): Promise<EventLog>;
  /** Puts these bytes behind its end, by whatever means. */
  plant(bytes: Uint8Array): Promise<void>;
  /** All that is in it. */
  content(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** As a cycle has it, with letters of every length in UTF-8. */
export function eventOf(seq: number): string {
  return JSON.stringify({ timestamp_unix_ms: 1_767_225_600_000 + seq, health_reason: "aä€😀", applied_cases: 1, seq });
}

const FOREIGN = '{"timestamp_unix_ms":5,"applied_cases":2}';
const utf8 = new TextEncoder();

export function eventLogSuite(t: TestRegistrar, make: () => Promise<EventLogHarness>): void {
  function test(name: string, run: (harness: EventLogHarness) => Promise<void>): void {
    t.test(`event log: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }

  const text = async ({ content }: EventLogHarness): Promise<string> => new TextDecoder().decode(await content());
  const whole = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

  test("is empty at first", async ({ log }) => {
    checkEqual(await log.last(), undefined, "last line");
    checkEqual(await linesOf(log), [], "lines");
  });

  test("keeps lines in their order, for this process and the next", async (harness) => {
    for (const seq of [0, 1, 7]) await harness.log.append(seq, eventOf(seq));
    for (const log of [harness.log, await harness.reopen()]) {
      checkEqual(await linesOf(log), [eventOf(0), eventOf(1), eventOf(7)], "lines");
      checkEqual(await log.last(), eventOf(7), "last line");
    }
    checkEqual(await text(harness), whole(eventOf(0), eventOf(1), eventOf(7)), "bytes");
  });

  test("appends a line once, however often it is asked for", async (harness) => {
    for (const seq of [0, 1, 2]) await harness.log.append(seq, eventOf(seq));
    for (const log of [harness.log, await harness.reopen()])
      for (const seq of [2, 1, 0, 2]) await log.append(seq, eventOf(seq));
    checkEqual(await linesOf(harness.log), [0, 1, 2].map(eventOf), "lines");
    await harness.log.append(3, eventOf(3));
    checkEqual(await harness.log.last(), eventOf(3), "the next one");
  });

  test("appends what another ledger has under the same seq or before: logs outlive ledgers, and are copied", async (harness) => {
    for (const seq of [0, 1, 3]) await harness.log.append(seq, eventOf(seq));
    const ours = [1, 2, 3, 4].map((seq) => ({ seq, line: `${eventOf(seq).slice(0, -1)},"cycle_id":"ours"}` }));
    for (const { seq, line } of ours)
      for (const log of [harness.log, await harness.reopen()]) await log.append(seq, line);
    checkEqual(await linesOf(harness.log), [...[0, 1, 3].map(eventOf), ...ours.map(({ line }) => line)], "lines");
  });

  test("keeps the lines of others, and finds its own behind them", async (harness) => {
    await harness.plant(utf8.encode(whole(FOREIGN, FOREIGN)));
    await harness.log.append(4, eventOf(4));
    await harness.plant(utf8.encode(whole(FOREIGN, "no JSON", "")));
    await (await harness.reopen()).append(4, eventOf(4));
    checkEqual(await text(harness), whole(FOREIGN, FOREIGN, eventOf(4), FOREIGN, "no JSON", ""), "bytes");
    checkEqual(await harness.log.last(), FOREIGN, "the last line that is an object");
    await harness.log.append(5, eventOf(5));
    checkEqual(await harness.log.last(), eventOf(5), "the next one");
  });

  test("completes what a dead writer began, wherever it died", async (harness) => {
    const length = utf8.encode(eventOf(0)).length;
    for (let cut = 0; cut <= length; cut++) {
      await harness.plant(utf8.encode(eventOf(cut)).subarray(0, cut));
      await (await harness.reopen()).append(cut, eventOf(cut));
    }
    const all = Array.from({ length: length + 1 }, (_, seq) => eventOf(seq));
    checkEqual(await text(harness), whole(...all), "bytes");
  });

  test("leaves the beginning of a line alone while earlier ones are told again", async (harness) => {
    for (const seq of [0, 1, 2]) await harness.log.append(seq, eventOf(seq));
    await harness.plant(utf8.encode(eventOf(3)).subarray(0, 40));
    const next = await harness.reopen();
    for (const seq of [0, 1, 2, 3]) await next.append(seq, eventOf(seq));
    checkEqual(await text(harness), whole(...[0, 1, 2, 3].map(eventOf)), "bytes");
  });

  const TORN: readonly (readonly [string, Uint8Array, string])[] = [
    ["half of another line", utf8.encode('{"timestamp_unix_ms":9,"appl'), '{"timestamp_unix_ms":9,"appl'],
    ["a whole line of somebody else", utf8.encode(FOREIGN), FOREIGN],
    ["more than a line", utf8.encode(`${eventOf(1)}}`), `${eventOf(1)}}`],
    ["zeros, which a power cut leaves", new Uint8Array(30), "\0".repeat(30)],
    ["half a letter", new Uint8Array([0x7b, 0xc3]), ""],
    ["nothing that ends", new Uint8Array(2_000_000).fill(0x78), ""],
  ];
  for (const [what, torn, line] of TORN)
    test(`ends ${what}, and cuts nothing off`, async (harness) => {
      await harness.log.append(0, eventOf(0));
      await harness.plant(torn);
      const before = await harness.content();
      for (const log of [await harness.reopen(), harness.log]) await log.append(1, eventOf(1));
      const after = await harness.content();
      checkEqual(after.slice(0, before.length), before, "what was there");
      checkEqual(new TextDecoder().decode(after.slice(before.length)), `\n${eventOf(1)}\n`, "what is new");
      const lines = await linesOf(harness.log);
      const shown = torn.length > 1_000_000 ? (lines[1] ?? "").slice(0, 0) : lines[1];
      checkEqual([lines[0], shown, lines[2]], [eventOf(0), line, eventOf(1)], "lines");
      checkEqual(lines.length, 3, "number of lines");
    });
}

async function linesOf(log: EventLogReader): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of log.lines()) lines.push(line);
  return lines;
}
