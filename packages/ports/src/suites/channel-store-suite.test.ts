import {
  type ChannelName,
  channelPositionOf,
  channelSchema,
  channelSchemaFault,
  isChannelName,
  isChannelRecord,
  makeJsonlCounts,
} from "@tau-edge/contract";
import { describe, expect, it } from "vitest";
import type { ChannelStore } from "../channel-store.ts";
import { PortError } from "../errors.ts";
import { continuation } from "../jsonl-continuation.ts";
import { channelStoreSuite } from "./channel-store-suite.ts";
import { failuresOf } from "./failures.ts";

type Files = Map<string, string>;

const LOGS = ["log.jsonl", "context.jsonl", "artifacts/index.jsonl", "attachments/index.jsonl"] as const;
const utf8 = new TextEncoder();

/** What a broken store does otherwise. */
interface Ways {
  directoryOf(channel: ChannelName): string;
  originalOf(channel: ChannelName): string | undefined;
  missing(lines: readonly string[], content: string): readonly string[];
  behind(content: string, lines: readonly string[]): string;
  readonly checksSchema: boolean;
  readonly preparesOnInspect: boolean;
  readonly pagesAtOnce: boolean;
  /** Whether the name of what a repair moves is looked up first. */
  readonly findsFreeNames: boolean;
  keeps(line: string): boolean;
}

/** Contents are kept with a character for each byte: half a letter may stand at their end. */
const rawOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const bytesOf = (raw: string): Uint8Array => new Uint8Array(Buffer.from(raw, "latin1"));
const raw = (text: string): string => rawOf(utf8.encode(text));
const wholeOf = (lines: readonly string[]): string => lines.map((line) => `${raw(line)}\n`).join("");

function split(content: string): readonly string[] {
  const lines = content.split("\n").map((line) => new TextDecoder().decode(bytesOf(line)));
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

const SOUND: Ways = {
  directoryOf: (channel) => {
    if (!isChannelName(channel)) throw new PortError("path_escapes", channel, "");
    return `deployment/${channel}`;
  },
  originalOf: (channel) => (/^[A-Za-z0-9_-]+$/.test(channel) ? `channels/deployment/${channel}` : undefined),
  missing: (lines, content) => {
    const standing = split(content).flatMap((line) => channelPositionOf(line) ?? []);
    const last = Math.max(-1, ...standing.map(({ seq }) => seq));
    return lines.filter((line) => {
      const at = channelPositionOf(line);
      return at !== undefined && at.seq >= last && !standing.some(({ seq, nth }) => seq === at.seq && nth === at.nth);
    });
  },
  behind: (content, lines) => {
    const torn = bytesOf(content.slice(content.lastIndexOf("\n") + 1));
    return content + rawOf(continuation(torn, lines));
  },
  checksSchema: true,
  preparesOnInspect: false,
  pagesAtOnce: false,
  findsFreeNames: true,
  keeps: isChannelRecord,
};

/** Sound with sound ways, in as few lines as it takes. */
function makeStore(files: Files, ways: Ways): ChannelStore {
  const pages: Files = new Map();
  const has = (directory: string): boolean => [...files.keys()].some((path) => path.startsWith(`${directory}/`));
  const prepare = (channel: ChannelName): string => {
    const directory = ways.directoryOf(channel);
    const schema = files.get(`${directory}/schema.json`);
    const fault = schema === undefined ? undefined : channelSchemaFault(bytesOf(schema), channel);
    if (fault !== undefined && ways.checksSchema) throw new PortError("state_foreign", directory, fault);
    files.set(`${directory}/schema.json`, rawOf(channelSchema(channel)));
    for (const name of LOGS) files.set(`${directory}/${name}`, files.get(`${directory}/${name}`) ?? "");
    return directory;
  };
  const append = (path: string, lines: readonly string[]): void => {
    const content = files.get(path) ?? "";
    files.set(path, ways.behind(content, ways.missing(lines, content)));
  };
  return {
    inspect: async (channel) => {
      const directory = ways.preparesOnInspect ? prepare(channel) : ways.directoryOf(channel);
      const original = ways.originalOf(channel);
      const places = [directory, ...(original === undefined ? [] : [original])];
      const [isOurs, isTheirs] = [has(directory), original !== undefined && has(original)];
      const [page] = places.flatMap((place) => files.get(`${place}/MEMORY.md`) ?? []);
      const count = (name: string) => {
        const counter = makeJsonlCounts();
        for (const place of places) for (const line of split(files.get(`${place}/${name}`) ?? "")) counter.add(line);
        return counter.counts();
      };
      return {
        channel_dir: directory,
        ...(original === undefined ? {} : { original_channel_dir: original }),
        found: isOurs && isTheirs ? "both" : isOurs ? "ours" : isTheirs ? "original" : "none",
        log: count(LOGS[0]),
        context: count(LOGS[1]),
        artifacts: count(LOGS[2]),
        attachments: count(LOGS[3]),
        memory_exists: page !== undefined,
        memory_bytes: (page ?? "").length,
      };
    },
    append: async (channel, lines) => {
      const directory = prepare(channel);
      append(
        `${directory}/log.jsonl`,
        lines.map(({ log }) => log),
      );
      append(
        `${directory}/context.jsonl`,
        lines.flatMap(({ context }) => context ?? []),
      );
    },
    writeMemory: async (channel, text) => {
      let page = "";
      for await (const piece of text) page += piece;
      (ways.pagesAtOnce ? files : pages).set(`${prepare(channel)}/MEMORY.md`, raw(page));
    },
    sync: async () => {
      for (const [path, page] of pages) files.set(path, page);
    },
    repair: async (channel, now_unix_ms) => {
      const channel_dir = ways.directoryOf(channel);
      const repaired = [];
      for (const path of LOGS.map((name) => `${channel_dir}/${name}`)) {
        const lines = split(files.get(path) ?? "");
        const removed = lines.filter((line) => !ways.keeps(line));
        if (removed.length === 0) continue;
        let unix_ms = now_unix_ms;
        while (ways.findsFreeNames && files.has(`${path}.${unix_ms}.corrupt`)) unix_ms += 1;
        const corrupt_path = `${path}.${unix_ms}.corrupt`;
        files.set(corrupt_path, wholeOf(removed));
        files.set(path, wholeOf(lines.filter(ways.keeps)));
        repaired.push({ path, corrupt_path, removed_lines: removed.length });
      }
      return { channel_dir, repaired };
    },
  };
}

function run(change: Partial<Ways>, spoil: (store: ChannelStore, files: Files) => ChannelStore = (store) => store) {
  return failuresOf((t) =>
    channelStoreSuite(t, async () => {
      const files: Files = new Map();
      const open = () => spoil(makeStore(files, { ...SOUND, ...change }), files);
      return {
        store: open(),
        reopen: async () => open(),
        read: async (path) => (files.has(path) ? bytesOf(files.get(path) ?? "") : undefined),
        plant: async (path, bytes) => void files.set(path, (files.get(path) ?? "") + rawOf(bytes)),
        close: async () => undefined,
      };
    }),
  );
}

const positionsIn = (content: string) => split(content).flatMap((line) => channelPositionOf(line) ?? []);

const BROKEN: readonly (readonly [string, Partial<Ways>])[] = [
  ["appends whatever it is asked", { missing: (lines) => lines }],
  [
    "lets the last line decide what is there",
    {
      missing: (lines, content) => {
        const last = positionsIn(content).at(-1);
        return lines.filter((line) => {
          const at = channelPositionOf(line);
          return (
            last === undefined || at === undefined || at.seq > last.seq || (at.seq === last.seq && at.nth > last.nth)
          );
        });
      },
    },
  ],
  [
    "forgets that earlier records were told",
    {
      missing: (lines, content) => {
        const last = positionsIn(content).at(-1)?.seq;
        const standing = positionsIn(content).filter(({ seq }) => seq === last);
        return lines.filter((line) => {
          const at = channelPositionOf(line);
          return !standing.some(({ seq, nth }) => seq === at?.seq && nth === at.nth);
        });
      },
    },
  ],
  [
    "begins anew behind half a line",
    {
      behind: (content, lines) => content + (content === "" || content.endsWith("\n") ? "" : "\n") + wholeOf(lines),
    },
  ],
  ["goes on behind half a line", { behind: (content, lines) => content + wholeOf(lines) }],
  [
    "ends half a line when nothing is missing",
    {
      behind: (content, lines) =>
        lines.length === 0 && !/(^|\n)$/.test(content) ? `${content}\n` : SOUND.behind(content, lines),
    },
  ],
  [
    "puts what the original cannot spell into one channel",
    { directoryOf: (channel) => `${SOUND.directoryOf(channel).replace(/[.%].*$/, "")}` },
  ],
  ["knows channels without their case", { directoryOf: (channel) => SOUND.directoryOf(channel).toLowerCase() }],
  ["takes any name", { directoryOf: (channel) => `deployment/${channel}` }],
  [
    "counts what the original mixes up",
    { originalOf: (channel) => SOUND.originalOf(channel) ?? "channels/deployment/deployment" },
  ],
  ["does not know the original's place", { originalOf: () => undefined }],
  ["writes into channels of others", { checksSchema: false }],
  ["creates what it looks at", { preparesOnInspect: true }],
  ["shows a page before it is synced", { pagesAtOnce: true }],
  ["moves what it repairs over what it moved before", { findsFreeNames: false }],
  ["keeps everything that is JSON", { keeps: (line) => line !== "" && canParse(line) }],
];

function canParse(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

const BROKEN_STORES: readonly (readonly [string, (store: ChannelStore, files: Files) => ChannelStore])[] = [
  [
    "forgets the context",
    (store) => ({
      ...store,
      append: (channel, lines) =>
        store.append(
          channel,
          lines.map(({ context: _, ...rest }) => rest),
        ),
    }),
  ],
  [
    "has a context for every line",
    (store) => ({
      ...store,
      append: (channel, lines) =>
        store.append(
          channel,
          lines.map((line) => ({ context: line.log, ...line })),
        ),
    }),
  ],
  [
    "takes itself for the only one that writes",
    (store, files) => {
      const told = new Map<ChannelName, number>();
      const append: ChannelStore["append"] = async (channel, lines) => {
        const [seq, known = seq] = [lines[0]?.seq ?? 0, told.get(channel)];
        told.set(channel, Math.max(seq, known));
        const path = `${(await store.inspect(channel)).channel_dir}/log.jsonl`;
        if (seq > known) files.set(path, (files.get(path) ?? "") + wholeOf(lines.map(({ log }) => log)));
        return store.append(channel, lines);
      };
      return { ...store, append };
    },
  ],
  [
    "adds to the page",
    (store, files) => ({
      ...store,
      writeMemory: async (channel, text) => {
        const { channel_dir } = await store.inspect(channel);
        const pieces = [files.get(`${channel_dir}/MEMORY.md`) ?? ""];
        for await (const piece of text) pieces.push(piece);
        await store.writeMemory(channel, pieces);
      },
    }),
  ],
  [
    "throws away what it repairs",
    (store, files) => ({
      ...store,
      repair: async (channel, now_unix_ms) => {
        const outcome = await store.repair(channel, now_unix_ms);
        for (const { corrupt_path } of outcome.repaired) files.delete(corrupt_path);
        return outcome;
      },
    }),
  ],
];

it("a sound store passes", async () => {
  expect((await run({})).failed).toEqual([]);
});

describe("the suite fails for a store that", () => {
  const cases = [
    ...BROKEN.map(([what, change]) => [what, () => run(change)] as const),
    ...BROKEN_STORES.map(([what, spoil]) => [what, () => run({}, spoil)] as const),
  ];
  it.each(cases)("%s", async (_what, outcome) => {
    const { failed, count } = await outcome();
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(count);
  });
});
