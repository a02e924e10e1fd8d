import { readFileSync } from "node:fs";
import { type Digest, encodeCbor } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { type CommitPointer, encodeCommitPointer } from "./commit-pointer.ts";
import {
  FINALIZE_FACTS,
  HEAD_FACTS,
  POINTER_FACTS,
  pointerFact,
  RECOVERY_MEANINGS,
  RECOVERY_TABLE,
  type RecoveryFacts,
  recoveryOf,
} from "./recovery.ts";

const EVERY: readonly RecoveryFacts[] = HEAD_FACTS.flatMap((head) =>
  FINALIZE_FACTS.flatMap((finalize) => POINTER_FACTS.map((pointer) => ({ head, finalize, pointer }))),
);

/** The same answers by another way: in prose, from what may have happened. */
function answer({ head, finalize, pointer }: RecoveryFacts): string {
  if (head === "newer") return "refuse head_newer";
  if (head === "unreadable") return "refuse head_unreadable";
  const without = { absent: "nothing uncommitted", newer: "refuse pointer_newer" } as const;
  if (finalize === "absent")
    return pointer === "absent" || pointer === "newer" ? without[pointer] : "refuse pointer_without_finalize";
  return {
    absent: "publish_pointer pointer_missing",
    same: "nothing committed",
    other: "refuse pointer_differs",
    unreadable: "refuse pointer_unreadable",
    newer: "refuse pointer_newer",
  }[pointer];
}

describe("the recovery table", () => {
  it.each(EVERY)("answers head $head, finalize $finalize, pointer $pointer", (facts) => {
    const { action, code } = recoveryOf(facts);
    expect(`${action} ${code}`).toBe(answer(facts));
  });

  it("has rows that exclude each other, and no row without its case or code without its row", () => {
    expect(EVERY).toHaveLength(40);
    expect(new Set(EVERY.map(recoveryOf))).toEqual(new Set(RECOVERY_TABLE));
    const backwards = (facts: RecoveryFacts) =>
      RECOVERY_TABLE.findLast(({ when }) =>
        [
          when.head?.includes(facts.head),
          when.finalize?.includes(facts.finalize),
          when.pointer?.includes(facts.pointer),
        ].every((holds) => holds !== false),
      );
    expect(EVERY.map(backwards)).toEqual(EVERY.map(recoveryOf));
    expect(RECOVERY_TABLE.map(({ code }) => code)).toEqual(Object.keys(RECOVERY_MEANINGS));
  });

  it("publishes only what a record says that can be read", () => {
    for (const facts of EVERY.filter((each) => recoveryOf(each).action === "publish_pointer"))
      expect(facts).toMatchObject({ finalize: "present", pointer: "absent" });
  });

  it("stands in docs/recovery.md as it is", () => {
    const text = readFileSync(new URL("../../../docs/recovery.md", import.meta.url), "utf8");
    const cell = (values: readonly string[] | undefined) => values?.map((value) => `\`${value}\``).join(", ") ?? "any";
    const rows = RECOVERY_TABLE.map(
      ({ when, action, code }) =>
        `| ${cell(when.head)} | ${cell(when.finalize)} | ${cell(when.pointer)} | \`${action}\` | \`${code}\` | ${RECOVERY_MEANINGS[code]} |`,
    );
    const [section = ""] = text.split("\n# Recovery of the agent directory");
    expect(section.split("\n").filter((line) => /^\| (any|`)/.test(line))).toEqual(rows);
  });
});

describe("what is found under the key of a rollout", () => {
  const rollout_id = "default~prod~checkout~12";
  const digest = (byte: string): Digest => `sha256:${byte.repeat(32)}`;
  const expected: CommitPointer = {
    v: 1,
    rollout_id,
    trace_tail_hash: digest("11"),
    checkpoint_hash: digest("22"),
    lineage_root_hash: digest("33"),
    wal_terminal_hash: digest("44"),
  };
  const bytes = encodeCommitPointer(expected);
  const others: readonly CommitPointer[] = [
    { ...expected, trace_tail_hash: digest("00") },
    { ...expected, checkpoint_hash: digest("00") },
    { ...expected, lineage_root_hash: digest("00") },
    { ...expected, wal_terminal_hash: digest("00") },
    { ...expected, execution_certificate_hash: digest("00") },
  ];

  it.each<[string, CommitPointer | undefined, Uint8Array | undefined, string]>([
    ["nothing", expected, undefined, "absent"],
    ["nothing, and nothing is expected", undefined, undefined, "absent"],
    ["what finalize says", expected, bytes, "same"],
    ["a pointer that nothing leads to", undefined, bytes, "other"],
    ...others.map((other): [string, CommitPointer, Uint8Array, string] => [
      "another hash",
      expected,
      encodeCommitPointer(other),
      "other",
    ]),
    [
      "the pointer of another rollout",
      expected,
      encodeCommitPointer({ ...expected, rollout_id: "a~b~c~0" }),
      "unreadable",
    ],
    ["half of it", expected, bytes.slice(0, bytes.length >> 1), "unreadable"],
    ["zeros", expected, new Uint8Array(bytes.length), "unreadable"],
    ["a newer one", expected, encodeCbor(["committed_v1", { v: 2, rollout_id }]), "newer"],
  ])("%s", (_name, wanted, found, fact) => {
    expect(pointerFact(rollout_id, wanted, found)).toBe(fact);
  });
});
