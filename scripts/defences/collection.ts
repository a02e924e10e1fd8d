/** What keeps a collection from taking what somebody needs, each with the lines that do it. */
import type { Defence } from "./defence.ts";

export interface CollectionDefence extends Pick<Defence, "by" | "file" | "text" | "without"> {
  /** Found by a few races in ten thousand: too seldom to wait for here, and it has a test of its own. */
  readonly test?: string;
}

const MARKS = "packages/adapter-memory/src/memory-collection.ts";
const ROOTS = "packages/control/src/collection/stream-roots.ts";
const JUDGE = "packages/control/src/collection/judge-objects.ts";

export const COLLECTION_DEFENCES: readonly CollectionDefence[] = [
  {
    by: "a record takes the mark from what it names",
    file: "packages/adapter-memory/src/memory-collection-rows.ts",
    text: "    this.marks.delete(named.digest);\n",
    without: "",
  },
  {
    by: "a record names only what is stored",
    file: "packages/adapter-memory/src/memory-ledger.ts",
    text: "if (this.#objects?.has(digest) === false)",
    without: "if (this.#objects === undefined)",
  },
  {
    by: "what was condemned is judged again before it is collected",
    file: JUDGE,
    text: 'if (judgement.verdict === "stays") {',
    without: 'if (judgement.verdict === "stays" && mark === undefined) {',
  },
  {
    by: "only what still has the mark of its record is collected",
    file: MARKS,
    text: "const gone = digests.filter((digest) => !isCondemned(digest));",
    without: "const gone = digests.filter((digest) => digests.length < 0 && !isCondemned(digest));",
  },
  {
    by: "a day lies between both records",
    file: "packages/control/src/collection/collect.ts",
    text: " || next.at_unix_ms - at_unix_ms < grace_ms) {",
    without: " || next.at_unix_ms - at_unix_ms < grace_ms - grace_ms) {",
  },
  {
    by: "nothing is collected by windows and pins of before",
    file: MARKS,
    text: "if (this.#systemSeq() !== system_seq) return",
    without: "if (this.#systemSeq() < system_seq) return",
    test: "packages/control/src/collection/phases.test.ts",
  },
  {
    by: "what the stream system owns is judged by what came into it meanwhile",
    file: "packages/control/src/collection/collect.ts",
    text: "{ condemned_seq, system_seq })",
    without: "{ condemned_seq, system_seq: Math.max(system_seq, system.seq) })",
    test: "packages/control/src/collection/phases.test.ts",
  },
  {
    by: "no earlier collection explains why an object is gone that was named since",
    file: "packages/adapter-memory/src/memory-collection-rows.ts",
    text: "    this.collected.delete(named.digest);\n",
    without: "",
    test: "packages/control/src/collection/phases.test.ts",
  },
  {
    by: "an open rollout holds what it names",
    file: ROOTS,
    // It is held, and the time of its stream stands still: each would do alone.
    text: "      root.open = true;\n      this.#open = true;\n",
    without: "",
  },
  {
    by: "the last commits hold theirs",
    file: ROOTS,
    text: 'root.held ??= "recent_commit";',
    without: "void root;",
  },
  {
    by: "the newest release holds its objects",
    file: ROOTS,
    text: 'this.#newestRelease.held = "newest_release";',
    without: "void this.#newestRelease;",
  },
  {
    by: "a pin holds its release",
    file: "packages/control/src/collection/holdings.ts",
    text: "    this.#addPins();\n",
    without: "",
  },
  {
    by: "evidence is kept for its own window",
    file: "packages/control/src/collection/roots.ts",
    text: "Math.max(own, evidence)",
    without: "Math.min(own, Math.max(own, evidence))",
  },
  {
    by: "what begins names what it needs",
    file: "packages/control/src/rollouts/apply-command.ts",
    text: "...(passed ? needs : [])",
    without: "...(passed ? needs.slice(needs.length) : [])",
  },
  {
    by: "marks are read before holdings",
    file: JUDGE,
    text: "  const marks = await readMarks(ports.collection);\n  const { index, streams } = await readHoldings(system, clock, ports);\n",
    without:
      "  const { index, streams } = await readHoldings(system, clock, ports);\n  const marks = await readMarks(ports.collection);\n",
    test: "packages/control/src/collection/judge-objects.test.ts",
  },
];
