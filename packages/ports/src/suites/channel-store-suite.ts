/** What every channel store promises. */
import {
  type ChannelLine,
  type ChannelName,
  channelNameOf,
  channelSchema,
  channelSchemaFault,
} from "@tau-edge/contract";
import { sha256 } from "@tau-edge/encoding";
import type { ChannelStore } from "../channel-store.ts";
import { check, checkEqual, checkFails, type TestRegistrar } from "./check.ts";

export interface ChannelStoreHarness {
  readonly store: ChannelStore;
  /** The same store, opened as another process would. */
  reopen(): Promise<ChannelStore>;
  /** What is in the file of this path, as the store names paths; undefined when there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Puts these bytes behind the end of the file, by whatever means; creates it when there is none. */
  plant(path: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const EDGE = channelNameOf("edge", sha256);
const utf8 = new TextEncoder();
const NOW_UNIX_MS = 1_767_225_600_000;

/** The third line of four has nothing to say in the context. */
export function channelLineOf(nth: number, seq = 7): ChannelLine {
  const text = (about: string) => JSON.stringify({ timestamp_unix_ms: 5, [about]: `aä€😀 ${nth}`, seq, nth });
  return { seq, nth, log: text("event_key"), ...(nth % 4 === 2 ? {} : { context: text("text") }) };
}

const LINES = [0, 1, 2, 3].map((nth) => channelLineOf(nth));
const LOGS = LINES.map(({ log }) => log);
const CONTEXTS = LINES.flatMap(({ context }) => context ?? []);

export function channelStoreSuite(t: TestRegistrar, make: () => Promise<ChannelStoreHarness>): void {
  function test(name: string, run: (harness: ChannelStoreHarness) => Promise<void>): void {
    t.test(`channel store: ${name}`, async () => {
      const harness = await make();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  }

  const pathOf = async ({ store }: ChannelStoreHarness, name: string, channel: ChannelName = EDGE): Promise<string> =>
    `${(await store.inspect(channel)).channel_dir}/${name}`;
  const textOf = async (harness: ChannelStoreHarness, name: string, channel: ChannelName = EDGE): Promise<string> =>
    new TextDecoder().decode(await harness.read(await pathOf(harness, name, channel)));
  const whole = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
  const checkLogs = async (harness: ChannelStoreHarness, promise: string): Promise<void> => {
    checkEqual(await textOf(harness, "log.jsonl"), whole(LOGS), `the log ${promise}`);
    checkEqual(await textOf(harness, "context.jsonl"), whole(CONTEXTS), `the context ${promise}`);
  };

  test("says of a channel that is not there that there is none, and makes none", async (harness) => {
    for (let look = 0; look < 2; look++) checkEqual((await harness.store.inspect(EDGE)).found, "none", "found");
    const { log, context, artifacts, attachments, memory_exists, memory_bytes } = await harness.store.inspect(EDGE);
    const nothing = { records: 0, invalid_lines: 0 };
    checkEqual({ log, context, artifacts, attachments }, all(nothing), "counts");
    checkEqual({ memory_exists, memory_bytes }, { memory_exists: false, memory_bytes: 0 }, "page");
    checkEqual((await harness.store.repair(EDGE, NOW_UNIX_MS)).repaired, [], "repaired");
    checkEqual((await harness.store.inspect(EDGE)).found, "none", "found after a repair");
  });

  test("keeps lines in their order, and the other files of S1 beside them", async (harness) => {
    await harness.store.append(EDGE, LINES.slice(0, 1));
    await harness.store.append(EDGE, LINES.slice(1));
    await harness.store.append(EDGE, []);
    await harness.store.sync();
    await checkLogs(harness, "has every line");
    const facts = await (await harness.reopen()).inspect(EDGE);
    checkEqual(facts.found, "ours", "found");
    checkEqual([facts.log.records, facts.context.records], [4, 3], "records");
    checkEqual(await textOf(harness, "artifacts/index.jsonl"), "", "artifacts");
    check((await harness.read(await pathOf(harness, "attachments/index.jsonl"))) !== undefined, "attachments");
    const schema = await harness.read(await pathOf(harness, "schema.json"));
    check(schema !== undefined && channelSchemaFault(schema, EDGE) === undefined, "whose channel it is");
  });

  test("appends a line once, however often it is asked for", async (harness) => {
    await harness.store.append(EDGE, LINES.slice(0, 3));
    await harness.store.append(EDGE, LINES.slice(0, 3));
    await harness.store.append(EDGE, LINES);
    await harness.store.sync();
    for (const store of [await harness.reopen(), await harness.reopen()]) {
      for (const line of LINES) await store.append(EDGE, [line]);
      await store.append(EDGE, LINES);
      await store.append(EDGE, [channelLineOf(0, 3)]);
      await store.sync();
    }
    await checkLogs(harness, "has every line once");
    const later = await harness.reopen();
    await later.append(EDGE, [channelLineOf(0, 8)]);
    await later.append(EDGE, [channelLineOf(1, 8)]);
    await later.append(EDGE, LINES);
    await later.sync();
    const records = [...LOGS, channelLineOf(0, 8).log, channelLineOf(1, 8).log];
    checkEqual(await textOf(harness, "log.jsonl"), whole(records), "the next record begins with any number");
  });

  test("tells all records again, from the first on, without a line too many", async (harness) => {
    const told = async (store: ChannelStore): Promise<void> => {
      for (const seq of [1, 2, 3]) {
        for (const nth of [0, 1, 2]) await store.append(EDGE, [channelLineOf(nth, seq)]);
        await store.sync();
      }
    };
    await told(harness.store);
    const before = await textOf(harness, "log.jsonl");
    await told(harness.store);
    await told(await harness.reopen());
    checkEqual(await textOf(harness, "log.jsonl"), before, "the log");
  });

  test("says nothing twice that another process has said since, and goes on where that one died", async (harness) => {
    const later = [0, 1, 2, 3].map((nth) => channelLineOf(nth, 8));
    const logs = later.map(({ log }) => log);
    await harness.store.append(EDGE, LINES);
    await harness.store.sync();
    const other = await harness.reopen();
    await other.append(EDGE, later.slice(0, 1));
    // Of the record that this one told last, and then of the one that it has begun itself.
    await harness.store.append(EDGE, later.slice(0, 2));
    await other.append(EDGE, later.slice(0, 3));
    await harness.plant(await pathOf(harness, "log.jsonl"), utf8.encode((logs[3] ?? "").slice(0, 9)));
    for (const line of later) await harness.store.append(EDGE, [line]);
    await harness.store.sync();
    checkEqual(await textOf(harness, "log.jsonl"), whole([...LOGS, ...logs]), "the log");
    const contexts = later.flatMap(({ context }) => context ?? []);
    checkEqual(await textOf(harness, "context.jsonl"), whole([...CONTEXTS, ...contexts]), "the context");
  });

  test("appends to the log that another process has put in the place of the one it knew", async (harness) => {
    const log = await pathOf(harness, "log.jsonl");
    await harness.plant(log, utf8.encode("no JSON\n"));
    await harness.store.append(EDGE, LINES.slice(0, 2));
    await (await harness.reopen()).repair(EDGE, NOW_UNIX_MS);
    // As long as what was moved out: the size of the file says nothing.
    await harness.plant(log, utf8.encode('{"a":1}\n'));
    await harness.store.append(EDGE, LINES);
    await harness.store.sync();
    const [first = "", second = "", ...rest] = LOGS;
    checkEqual(await textOf(harness, "log.jsonl"), whole([first, second, '{"a":1}', ...rest]), "the log");
  });

  test("completes what a dead writer began, wherever it died", async (harness) => {
    const length = utf8.encode(whole(LOGS)).length;
    for (let cut = 0; cut <= length; cut++) {
      const channel = channelNameOf(`edge-${cut}`, sha256);
      const [log, context] = [
        await pathOf(harness, "log.jsonl", channel),
        await pathOf(harness, "context.jsonl", channel),
      ];
      await harness.plant(log, utf8.encode(whole(LOGS)).subarray(0, cut));
      await harness.plant(context, utf8.encode(whole(CONTEXTS)).subarray(0, Math.floor(cut / 2)));
      await harness.store.append(channel, LINES);
      await harness.store.sync();
      checkEqual(await textOf(harness, "log.jsonl", channel), whole(LOGS), `the log, cut at ${cut}`);
      checkEqual(await textOf(harness, "context.jsonl", channel), whole(CONTEXTS), "the context");
    }
  });

  test("leaves the beginning of a line alone while earlier ones are told again, one by one", async (harness) => {
    const beginning = (lines: readonly string[], count: number) =>
      whole(lines).slice(0, whole(lines.slice(0, count)).length + 9);
    await harness.plant(await pathOf(harness, "log.jsonl"), utf8.encode(beginning(LOGS, 2)));
    await harness.plant(await pathOf(harness, "context.jsonl"), utf8.encode(beginning(CONTEXTS, 1)));
    for (const line of [channelLineOf(0, 6), ...LINES]) await harness.store.append(EDGE, [line]);
    await harness.store.sync();
    await checkLogs(harness, "has every line once");
  });

  test("finds the lines that a power cut left behind a gap", async (harness) => {
    const [first = "", second = "", third = "", fourth = ""] = LOGS;
    const gap = "\0".repeat(second.length);
    await harness.plant(await pathOf(harness, "log.jsonl"), utf8.encode(whole([first, gap, third])));
    for (const store of [await harness.reopen(), await harness.reopen()]) {
      for (const line of LINES) await store.append(EDGE, [line]);
      await store.sync();
    }
    checkEqual(await textOf(harness, "log.jsonl"), whole([first, gap, third, second, fourth]), "the log");
  });

  test("ends what is no beginning of a line, and cuts nothing off", async (harness) => {
    for (const [nth, torn] of ["\0\0\0", '{"half', LOGS[3] ?? "", `${LOGS[0]}}`].entries()) {
      const channel = channelNameOf(`edge-${nth}`, sha256);
      await harness.plant(await pathOf(harness, "log.jsonl", channel), utf8.encode(torn));
      await harness.store.append(channel, LINES);
      await harness.store.append(channel, LINES);
      await harness.store.sync();
      const rest = LOGS.filter((line) => line !== torn);
      checkEqual(await textOf(harness, "log.jsonl", channel), whole([torn, ...rest]), "the log");
    }
  });

  test("writes to many channels in turn", async (harness) => {
    const channels = Array.from({ length: 150 }, (_, nth) => channelNameOf(`edge-${nth}`, sha256));
    for (const line of LINES) for (const channel of channels) await harness.store.append(channel, [line]);
    await harness.store.sync();
    for (const channel of channels)
      checkEqual(await textOf(harness, "log.jsonl", channel), whole(LOGS), `the log of ${channel}`);
  });

  test("gives no two blueprints one channel (W-17)", async (harness) => {
    const blueprints = ["a.b", "a_b", "A.b", "a/b", "ä", "deployment", "a%2Fb", "..", "x".repeat(300), "x".repeat(301)];
    for (const [nth, blueprint] of blueprints.entries()) {
      const channel = channelNameOf(blueprint, sha256);
      await harness.store.append(channel, [channelLineOf(nth)]);
      await harness.store.writeMemory(channel, [`# ${blueprint}\n`]);
    }
    await harness.store.sync();
    for (const [nth, blueprint] of blueprints.entries()) {
      const channel = channelNameOf(blueprint, sha256);
      checkEqual(await textOf(harness, "log.jsonl", channel), whole([channelLineOf(nth).log]), blueprint);
      checkEqual(await textOf(harness, "MEMORY.md", channel), `# ${blueprint}\n`, blueprint);
    }
  });

  test("replaces the page as a whole", async (harness) => {
    await harness.store.writeMemory(EDGE, ["# one\n", "", "- a\n"]);
    await harness.store.sync();
    await harness.store.writeMemory(EDGE, ["# never seen\n"]);
    await harness.store.writeMemory(EDGE, lettersOf("# two, ä\n"));
    checkEqual(await textOf(harness, "MEMORY.md"), "# one\n- a\n", "before it is synced");
    await harness.store.sync();
    checkEqual(await textOf(harness, "MEMORY.md"), "# two, ä\n", "after");
    const { memory_exists, memory_bytes } = await harness.store.inspect(EDGE);
    checkEqual({ memory_exists, memory_bytes }, { memory_exists: true, memory_bytes: 10 }, "page");
  });

  test("counts what the original wrote about the blueprint as well, and leaves it alone", async (harness) => {
    const { original_channel_dir } = await harness.store.inspect(EDGE);
    check(original_channel_dir !== undefined, "the original has a place for it");
    await harness.plant(`${original_channel_dir}/log.jsonl`, utf8.encode('{"a":1}\nhalf'));
    await harness.plant(`${original_channel_dir}/MEMORY.md`, utf8.encode("# theirs\n"));
    checkEqual((await harness.store.inspect(EDGE)).found, "original", "found");
    checkEqual((await harness.store.inspect(EDGE)).memory_bytes, 9, "page");
    await harness.store.append(EDGE, LINES);
    await harness.store.writeMemory(EDGE, ["# ours, longer\n"]);
    await harness.store.sync();
    const facts = await harness.store.inspect(EDGE);
    checkEqual([facts.found, facts.log, facts.memory_bytes], ["both", { records: 5, invalid_lines: 1 }, 15], "both");
    checkEqual((await harness.store.repair(EDGE, NOW_UNIX_MS)).repaired, [], "repaired");
    const theirs = await harness.read(`${original_channel_dir}/log.jsonl`);
    checkEqual(new TextDecoder().decode(theirs), '{"a":1}\nhalf', "the original's log");
  });

  test("counts for no blueprint what the original mixes up with others", async ({ store }) => {
    const facts = await store.inspect(channelNameOf("b.c/d", sha256));
    check(!("original_channel_dir" in facts), "the original has one place for all such names");
  });

  test("counts lines that are no record, and moves them out when it is asked to", async (harness) => {
    const log = await pathOf(harness, "log.jsonl");
    const lines = ['{"a":1}', "no JSON", "", "[1]", LOGS[0] ?? "", '{"a":1,"a":2}', '{"b":2}', '{"torn'];
    await harness.plant(log, utf8.encode(lines.join("\n")));
    await harness.plant(await pathOf(harness, "artifacts/index.jsonl"), utf8.encode("x\n"));
    const store = await harness.reopen();
    checkEqual((await store.inspect(EDGE)).log, { records: 3, invalid_lines: 5 }, "counts");
    await store.append(EDGE, LINES.slice(0, 2));
    const { repaired } = await store.repair(EDGE, NOW_UNIX_MS);
    checkEqual(
      repaired.map(({ removed_lines }) => removed_lines),
      [5, 1],
      "removed",
    );
    const [first] = repaired;
    check(first !== undefined && first.path === log, "which file");
    check(first.corrupt_path === `${log}.${NOW_UNIX_MS}.corrupt`, `where they are: ${first.corrupt_path}`);
    checkEqual(await textOf(harness, "log.jsonl"), whole(['{"a":1}', LOGS[0] ?? "", '{"b":2}', LOGS[1] ?? ""]), "kept");
    const removed = new TextDecoder().decode(await harness.read(first.corrupt_path));
    checkEqual(removed, whole(["no JSON", "", "[1]", '{"a":1,"a":2}', '{"torn']), "moved");
    checkEqual((await store.repair(EDGE, NOW_UNIX_MS)).repaired, [], "a second time");
    await store.append(EDGE, LINES);
    await store.sync();
    checkEqual((await store.inspect(EDGE)).log, { records: 6, invalid_lines: 0 }, "counts at the end");
  });

  test("moves lines of two repairs at one time to two places", async (harness) => {
    const log = await pathOf(harness, "log.jsonl");
    const places: string[] = [];
    for (const junk of ["one\n", "two\n"]) {
      await harness.plant(log, utf8.encode(junk));
      places.push(...(await harness.store.repair(EDGE, NOW_UNIX_MS)).repaired.map(({ corrupt_path }) => corrupt_path));
    }
    const contents = await Promise.all(places.map(async (path) => new TextDecoder().decode(await harness.read(path))));
    checkEqual(contents, ["one\n", "two\n"], "what was moved");
  });

  test("writes into no channel of somebody else", async (harness) => {
    const schema = await pathOf(harness, "schema.json");
    await harness.plant(schema, channelSchema(channelNameOf("other", sha256)));
    await checkFails("state_foreign", "append", () => harness.store.append(EDGE, LINES));
    await checkFails("state_foreign", "page", () => harness.store.writeMemory(EDGE, ["# ours\n"]));
    checkEqual(await harness.read(await pathOf(harness, "log.jsonl")), undefined, "the log");
  });

  test("takes only names of channels", async ({ store }) => {
    for (const text of ["..", "a/b", "", ".a", "a.", "ä", "a\0", "x".repeat(201)]) {
      const name: ChannelName = JSON.parse(JSON.stringify(text));
      await checkFails("path_escapes", `inspect ${text}`, () => store.inspect(name));
      await checkFails("path_escapes", `append to ${text}`, () => store.append(name, LINES));
      await checkFails("path_escapes", `page of ${text}`, () => store.writeMemory(name, []));
      await checkFails("path_escapes", `repair of ${text}`, () => store.repair(name, NOW_UNIX_MS));
    }
  });
}

async function* lettersOf(text: string): AsyncGenerator<string> {
  for (const letter of text) yield letter;
}

function all<T>(counts: T): { log: T; context: T; artifacts: T; attachments: T } {
  return { log: counts, context: counts, artifacts: counts, attachments: counts };
}
