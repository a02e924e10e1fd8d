import { EMPTY_HEALTH } from "@tau-edge/contract";
import { compareUtf8 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import type { BookedCase, CaseBook, OpenCaseBook, StagedCase } from "../case-book.ts";
import { caseBookSuite } from "./case-book-suite.ts";
import { failuresOf } from "./failures.ts";

interface Stored {
  position?: ReturnType<OpenCaseBook["position"]>;
  health: ReturnType<OpenCaseBook["health"]>;
  keys: Set<string>;
  booked: BookedCase[];
  stage: StagedCase[];
}

interface Place {
  stored: Stored;
  turn: Promise<unknown>;
}

const blank = (): Stored => ({ health: EMPTY_HEALTH, keys: new Set(), booked: [], stage: [] });

/** Sound, in as few lines as it takes; each broken one below changes one thing in it. */
function soundOpen(stored: Stored): OpenCaseBook {
  const list = (wanted: (row: BookedCase) => boolean) =>
    stored.booked.filter(wanted).sort((a, b) => compareUtf8(a.case_key, b.case_key));
  return {
    position: () => stored.position,
    setPosition: (position) => void Object.assign(stored, { position }),
    health: () => stored.health,
    setHealth: (health) => void Object.assign(stored, { health }),
    clearStage: () => void Object.assign(stored, { stage: [] }),
    stage: (row) => !stored.stage.some((other) => other.trimmed_id === row.trimmed_id) && stored.stage.push(row) > 0,
    staged: () => stored.stage.toSorted(inOrder(compareUtf8)),
    hasKey: (key) => stored.keys.has(key),
    addKey: (key) => void stored.keys.add(key),
    dropKey: (key) => void stored.keys.delete(key),
    trimKeys: (cap) => void Object.assign(stored, { keys: new Set([...stored.keys].slice(-cap)) }),
    keys: () => stored.keys,
    keyCount: () => stored.keys.size,
    booked: (identity) => rolloutFirst(stored.booked.filter((row) => row.identity === identity)),
    bookedByKey: (case_key) => rolloutFirst(stored.booked.filter((row) => row.case_key === case_key)),
    put: (row) => {
      const stays = (other: BookedCase): boolean =>
        other.applied === row.applied
          ? other.identity !== row.identity && other.case_key !== row.case_key
          : other.applied || other.identity !== row.identity;
      stored.booked = [...stored.booked.filter(stays), row];
    },
    applied: () => list(({ applied }) => applied),
    failed: () => list(({ applied }) => !applied),
    appliedOf: (blueprint_id) => list((row) => row.applied && row.blueprint_id === blueprint_id),
    clear: () => void Object.assign(stored, { ...blank(), position: undefined, stage: stored.stage }),
  };
}

const rolloutFirst = (rows: readonly BookedCase[]) => rows.find(({ applied }) => applied) ?? rows[0];

const inOrder = (compare: (a: string, b: string) => number) => (a: StagedCase, b: StagedCase) =>
  compare(a.case_id, b.case_id) ||
  compare(a.blueprint_id, b.blueprint_id) ||
  compare(a.deploy_target, b.deploy_target) ||
  a.index - b.index;

/** What is asked of it after its end throws. */
function ending(open: OpenCaseBook): { readonly open: OpenCaseBook; end(): void } {
  let ended = false;
  const setPosition: OpenCaseBook["setPosition"] = (position) => {
    if (ended) throw new Error("ended");
    open.setPosition(position);
  };
  return {
    open: { ...open, setPosition },
    end: () => {
      ended = true;
    },
  };
}

function soundBook(place: Place, change: Change): CaseBook {
  const alone = async <T>(work: (book: OpenCaseBook) => Promise<T>): Promise<T> => {
    const stored = { ...structuredClone(place.stored), stage: [] };
    const sound = soundOpen(stored);
    const { open, end } = ending({ ...sound, ...change(sound, stored) });
    try {
      const result = await work(open);
      place.stored = stored;
      return result;
    } finally {
      end();
    }
  };
  return {
    exclusively: (work) => {
      const turn = place.turn.then(() => alone(work));
      place.turn = turn.catch(() => undefined);
      return turn;
    },
  };
}

type Change = (sound: OpenCaseBook, stored: Stored) => Partial<OpenCaseBook>;

function run(change: Change, wrap: (book: CaseBook, place: Place) => CaseBook = (book) => book) {
  return failuresOf((t) =>
    caseBookSuite(t, async () => {
      const place: Place = { stored: blank(), turn: Promise.resolve() };
      const make = () => wrap(soundBook(place, change), place);
      return { book: make(), reopen: async () => make(), close: async () => undefined };
    }),
  );
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const cut = (text: string) => text.split("\0")[0] ?? "";

const BROKEN: readonly (readonly [string, Change])[] = [
  ["forgets how far it came", () => ({ setPosition: () => undefined })],
  [
    "mixes the health that is set with the one before",
    (sound) => ({ setHealth: (health) => sound.setHealth({ ...sound.health(), ...health }) }),
  ],
  ["stages in the order of JavaScript", (_, stored) => ({ staged: () => stored.stage.toSorted(inOrder(byText)) })],
  ["stages in the order of the fixture", (_, stored) => ({ staged: () => stored.stage })],
  [
    "ends texts at U+0000",
    (sound) => ({
      stage: (row) => sound.stage({ ...row, case_id: cut(row.case_id), trimmed_id: cut(row.trimmed_id) }),
    }),
  ],
  [
    "stages an id twice",
    (_, stored) => ({
      stage: (row) => stored.stage.push(row) > 0,
    }),
  ],
  ["cannot clear the stage", () => ({ clearStage: () => undefined })],
  ["keeps keys sorted", (_, stored) => ({ keys: () => [...stored.keys].sort() })],
  [
    "moves a key that is added again to the end",
    (sound, stored) => ({
      addKey: (key) => {
        stored.keys.delete(key);
        sound.addKey(key);
      },
    }),
  ],
  ["keeps a key that was dropped", () => ({ dropKey: () => undefined })],
  [
    "drops the newest keys",
    (_, stored) => ({
      trimKeys: (cap) => void Object.assign(stored, { keys: new Set([...stored.keys].slice(0, cap)) }),
    }),
  ],
  ["drops one key too many", (sound) => ({ trimKeys: (cap) => sound.trimKeys(Math.max(cap - 1, 1)) })],
  [
    "keeps the results of all digests",
    (_, stored) => ({
      put: (row) => {
        stored.booked = [...stored.booked.filter((each) => each.case_key !== row.case_key), row];
      },
    }),
  ],
  [
    "keeps two results under one key",
    (_, stored) => ({
      put: (row) => {
        stored.booked = [...stored.booked.filter((each) => each.identity !== row.identity), row];
      },
    }),
  ],
  [
    "lets a failure take the place of what was applied",
    (sound, stored) => ({
      put: (row) => {
        stored.booked = stored.booked.filter((each) => each.identity !== row.identity);
        sound.put(row);
      },
    }),
  ],
  [
    "keeps a failure that is over",
    (_, stored) => ({
      put: (row) => {
        const others = stored.booked.filter(
          (each) => each.applied !== row.applied || (each.identity !== row.identity && each.case_key !== row.case_key),
        );
        stored.booked = [...others, row];
      },
    }),
  ],
  ["lists failures as applied", (_, stored) => ({ applied: () => stored.booked })],
  ["lists by identity", (_, stored) => ({ failed: () => stored.booked.filter(({ applied }) => !applied) })],
  [
    "knows blueprints without their case",
    (sound) => ({
      appliedOf: (name) => [...sound.applied()].filter((row) => row.blueprint_id.toLowerCase() === name.toLowerCase()),
    }),
  ],
  [
    "clears the stage too",
    (_, stored) => ({ clear: () => void Object.assign(stored, blank(), { position: undefined }) }),
  ],
  ["keeps keys when it is emptied", (sound, stored) => ({ clear: () => keepKeys(sound, stored) })],
];

function keepKeys(sound: OpenCaseBook, stored: Stored): void {
  const { keys } = stored;
  sound.clear();
  stored.keys = keys;
}

const BROKEN_BOOKS: readonly (readonly [string, (book: CaseBook, place: Place) => CaseBook])[] = [
  ["lets everybody in", (_, place) => ({ exclusively: (work) => work(soundOpen(place.stored)) })],
  [
    "keeps what failing work wrote",
    (book) => ({
      exclusively: async (work) => {
        const [outcome] = await book.exclusively((open) => Promise.allSettled([work(open)]));
        if (outcome.status === "rejected") throw outcome.reason;
        return outcome.value;
      },
    }),
  ],
  [
    "hides why work failed",
    (book) => ({
      exclusively: (work) =>
        book.exclusively(work).catch(() => {
          throw new Error("it failed");
        }),
    }),
  ],
  [
    "lets go of its lock while work waits",
    (_, place) => ({
      exclusively: async (work) => {
        const stored = { ...structuredClone(place.stored), stage: [] };
        const result = await work(soundOpen(stored));
        place.stored = stored;
        return result;
      },
    }),
  ],
];

it("a sound book passes", async () => {
  expect((await run(() => ({}))).failed).toEqual([]);
});

describe("the suite fails for a book that", () => {
  const cases = [
    ...BROKEN.map(([what, change]) => [what, () => run(change)] as const),
    ...BROKEN_BOOKS.map(([what, wrap]) => [what, () => run(() => ({}), wrap)] as const),
  ];
  it.each(cases)("%s", async (_what, outcome) => {
    const { failed, count } = await outcome();
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(count);
  });
});
