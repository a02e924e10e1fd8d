import { decodeUtf8, encodeUtf8, startSha256 } from "@tau-edge/encoding";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CycleMembers } from "./cycle-members.ts";
import { EMPTY_HEALTH } from "./health.ts";
import { UnstampedState } from "./state-export.ts";
import {
  accepted,
  at,
  chunksOf,
  collect,
  concatenated,
  entry,
  project,
  read,
  type Written,
} from "./state-file.test-helper.ts";
import { openStateScan } from "./state-reader.ts";
import type { StatePiece } from "./state-scan.ts";

const space = fc.string({ unit: fc.constantFrom(" ", "\n", "\t", "\r"), maxLength: 3 });
const scalar = fc.constantFrom(
  ...["0", "-0", "1.0", "1.50", "2e2", "1E+3", "18446744073709551616", "-123456789012345678901234567890"],
  ...["true", "false", "null", '""', '"\\u0061\\/\\n"', '"ü\u{1f600}"', '"[{"', '"a\\"b"', '"\\\\"'],
);
const keyText = fc.constantFrom('"a"', '"\\u0062"', '"__proto__"', '""', '"ü"', '"tau_edge_"', '"rollouts "', '"x:y"');

function within(open: string, items: readonly string[], close: string, gaps: readonly string[]): string {
  const gap = (nth: number) => gaps[nth % gaps.length] ?? "";
  const body = items.map((item, nth) => gap(nth) + item + gap(nth + 1)).join(",");
  return `${open}${items.length === 0 ? gap(0) : body}${close}`;
}

const { value, object } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthSize: "small" }, scalar, tie("object"), tie("array")),
  object: fc
    .tuple(
      fc.uniqueArray(fc.tuple(keyText, space, space, tie("value")), { selector: ([key]) => key, maxLength: 3 }),
      fc.array(space, { minLength: 1 }),
    )
    .map(([members, gaps]) =>
      within(
        "{",
        members.map(([key, left, right, text]) => `${key}${left}:${right}${text}`),
        "}",
        gaps,
      ),
    ),
  array: fc
    .tuple(fc.array(tie("value"), { maxLength: 3 }), fc.array(space, { minLength: 1 }))
    .map(([items, gaps]) => within("[", items, "]", gaps)),
}));

const arrayOf = (items: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.array(items, { maxLength: 4 }), fc.array(space, { minLength: 1 }))
    .map(([texts, gaps]) => within("[", texts, "]", gaps));

const ours: Readonly<Record<string, fc.Arbitrary<string>>> = {
  schema_version: fc.constant("1"),
  processed_case_keys: arrayOf(fc.constantFrom('"a:b"', '"\\u0061"', '""')),
  rollouts: arrayOf(object),
  failed_cases: arrayOf(object),
  wasm_deliverables: arrayOf(object),
  health: fc.constantFrom("{}", "{ }", '{"queue_depth":1}', '{ "x" : [1.0], "failure_streak": 18446744073709551616 }'),
};

/** A sound file in any layout, with keys of ours and of others in any order. */
const file = fc
  .tuple(
    fc.uniqueArray(fc.tuple(keyText, value), { selector: ([key]) => key, maxLength: 4 }),
    fc.subarray(Object.keys(ours)),
    fc.record(ours),
    fc.array(space, { minLength: 1 }),
    fc.integer(),
  )
  .map(([others, present, values, gaps, seed]) => {
    const members = [...others, ...present.map((key): [string, string] => [`"${key}"`, values[key] ?? "[]"])];
    const rotated = members.map((_, nth) => members[(nth + Math.abs(seed)) % members.length] ?? members[0]);
    const texts = rotated.flatMap((member, nth) =>
      member === undefined ? [] : [`${member[0]}${gaps[nth % gaps.length]}:${member[1]}`],
    );
    return `${gaps[0]}${within("{", texts, "}", gaps)}${gaps.at(-1)}`;
  });

const chunk = fc.integer({ min: 1, max: 40 });

function piecesOf(bytes: Uint8Array, chunk_bytes: number) {
  const scan = openStateScan();
  const pieces: { readonly piece: StatePiece; readonly text: string }[] = [];
  for (const part of chunksOf(bytes, chunk_bytes))
    for (const piece of scan.push(part)) pieces.push({ piece, text: textOf(piece) });
  return { pieces, rest: decodeUtf8(scan.end()) };
}

function textOf(piece: StatePiece): string {
  const bracket = { array: "[", array_end: "]", member: "", element: "" }[piece.kind];
  const raw = "raw" in piece ? decodeUtf8(piece.raw) : "";
  return decodeUtf8(piece.before) + bracket + raw;
}

/** Each member that is not among `but`, from its key to the end of its value. */
function membersOf(bytes: Uint8Array, but: readonly string[]): readonly string[] {
  const members: string[] = [];
  for (const { piece, text } of piecesOf(bytes, bytes.length).pieces) {
    if (but.includes(piece.key)) continue;
    if (piece.kind === "member" || piece.kind === "array") members.push(text.slice(text.indexOf('"')));
    else members.push((members.pop() ?? "") + text);
  }
  return members;
}

function elementsOf(bytes: Uint8Array, key: string): readonly string[] {
  const { pieces } = piecesOf(bytes, bytes.length);
  return pieces.filter(({ piece }) => piece.kind === "element" && piece.key === key).map(({ text }) => text);
}

function unstamped(bytes: Uint8Array): string {
  const state = new UnstampedState(startSha256);
  const pieces: Uint8Array[] = [];
  for (const part of chunksOf(bytes, 30)) pieces.push(collect(state.push(part)).bytes);
  return decodeUtf8(concatenated([...pieces, collect(state.end()).bytes]));
}

const cyclesOf = (text: string): string => {
  const facts = read(text);
  if (facts.outcome === "refused") throw new Error(`${facts.at}: ${facts.detail} in ${text}`);
  return facts.cycles_sha256;
};

const members = (imported_sha256: string): CycleMembers => ({
  position: at(1),
  processed_case_keys: ["k"],
  rollouts: ['{"case_key": "k"}'],
  failed_cases: [],
  health: { ...EMPTY_HEALTH, updated_unix_ms: 1 },
  imported_sha256,
});

const property = (check: (text: string, chunk_bytes: number) => void) => () =>
  fc.assert(fc.property(file, chunk, check), { numRuns: 300 });

describe("for any sound file, in any layout and however it is cut into chunks", () => {
  it(
    "the pieces are the file",
    property((text, chunk_bytes) => {
      const { pieces, rest } = piecesOf(encodeUtf8(text), chunk_bytes);
      expect(pieces.map((piece) => piece.text).join("") + rest).toBe(text);
    }),
  );

  it(
    "adopting its cycles and taking the stamp away again gives the same bytes",
    property((text, chunk_bytes) => {
      // An object without any member has nothing to adopt, and gets lines of its own for the stamp.
      fc.pre(text.includes(":"));
      const cycles = { position: at(0), imported_sha256: cyclesOf(text) };
      const adopted = accepted(project(text, { kind: "adopted_cycles", cycles }, chunk_bytes));
      expect(unstamped(adopted.bytes)).toBe(text);
      expect(read(adopted.bytes, {}, chunk_bytes)).toMatchObject({ written_by: "us" });
    }),
  );

  it(
    "a packager keeps every byte of all other members and of entries that the ledger does not know",
    property((text, chunk_bytes) => {
      const before = encodeUtf8(text);
      const change = { kind: "deliverables", entries: [entry("one")], position: at(2) } as const;
      const written = accepted(project(before, change, chunk_bytes));
      const kept = membersOf(written.bytes, ["wasm_deliverables", "tau_edge"]);
      expect(kept.slice(0, membersOf(before, ["wasm_deliverables"]).length)).toEqual(
        membersOf(before, ["wasm_deliverables"]),
      );
      const entries = elementsOf(before, "wasm_deliverables");
      expect(elementsOf(written.bytes, "wasm_deliverables").slice(0, entries.length)).toEqual(entries);
      expectStable(written, change, chunk_bytes);
    }),
  );

  it(
    "a runner keeps every byte of all members that are not its own",
    property((text, chunk_bytes) => {
      const but = ["processed_case_keys", "rollouts", "failed_cases", "health", "tau_edge"];
      const before = encodeUtf8(text);
      const change = { kind: "cycles", cycles: members(cyclesOf(text)) } as const;
      const written = accepted(project(before, change, chunk_bytes));
      const kept = membersOf(written.bytes, but);
      expect(kept.slice(0, membersOf(before, but).length)).toEqual(membersOf(before, but));
      expectStable(written, change, chunk_bytes);
    }),
  );
});

/** What was written is sound, ours, and not changed by the same once more. */
function expectStable(written: Written, change: Parameters<typeof project>[1], chunk_bytes: number): void {
  expect(read(written.bytes, {}, chunk_bytes)).toMatchObject({ outcome: "read", written_by: "us" });
  expect(project(written.bytes, change, chunk_bytes)).toMatchObject({ was: "us", changed: false });
}
