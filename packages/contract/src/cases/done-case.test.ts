import { sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import type { BookedRecord, KeyedResults } from "./booked-record.ts";
import { aCase, rejection } from "./case.test-helper.ts";
import { caseIdentity, caseKey } from "./case-key.ts";
import { isDone } from "./done-case.ts";
import { evaluate } from "./evaluate.ts";
import { legacyKeys } from "./legacy-key.ts";
import { caseResult } from "./result.ts";
import { failedCaseText, rolloutText } from "./result-text.ts";

/** A case whose artifact is `name`. */
const version = (name: string) => aCase({ wasm_module: `edge/${name}.wasm` });
const malformed = () =>
  aCase({ wasm_module: "", expected: rejection(400, "deployment_missing_artifact", "missing_wasm_module") });

type Case = ReturnType<typeof aCase>;

const evaluated = (given: Case) => evaluate(given, { module: { outcome: "absent" } });
const keyOf = (given: Case) => caseKey(given, "", sha256);

/** What a book says: one rollout and one failure of the identity at most. */
class Book implements KeyedResults {
  readonly keys = new Set<string>();
  #rollout: BookedRecord | undefined;
  #failure: BookedRecord | undefined;

  applied(given: Case, case_key = keyOf(given)): this {
    this.#rollout = { case_key, applied: true, record: rolloutText(this.#result(given, case_key), 1) };
    this.#failure = undefined;
    this.keys.add(case_key);
    return this;
  }

  failed(given: Case, isProcessed = true): this {
    const case_key = keyOf(given);
    this.#failure = { case_key, applied: false, record: failedCaseText(this.#result(given, case_key), 1) };
    if (isProcessed) this.keys.add(case_key);
    else this.keys.delete(case_key);
    return this;
  }

  hasKey(key: string): boolean {
    return this.keys.has(key);
  }

  booked(identity: string): BookedRecord | undefined {
    return identity === caseIdentity(version("v1")) ? (this.#rollout ?? this.#failure) : undefined;
  }

  bookedByKey(key: string): BookedRecord | undefined {
    return [this.#rollout, this.#failure].find((row) => row?.case_key === key);
  }

  #result(given: Case, case_key: string) {
    return caseResult({ case: given, case_key, evaluation: evaluated(given), attempts: 1 });
  }
}

const done = (book: Book, given: Case) => isDone(book, given, keyOf(given), evaluated(given));

describe("a case is done", () => {
  it("when it was applied last", () => {
    expect(done(new Book().applied(version("v1")), version("v1"))).toBe(true);
  });

  it("not when another version was applied since: a rollback is tried", () => {
    const book = new Book().applied(version("v1")).applied(version("v2"));
    expect([done(book, version("v1")), done(book, version("v2"))]).toEqual([false, true]);
  });

  it("not when its key is no longer remembered", () => {
    const book = new Book().applied(version("v1"));
    book.keys.clear();
    expect(done(book, version("v1"))).toBe(false);
  });

  it("when it was malformed last, and the version that is applied is done as well", () => {
    const book = new Book().applied(version("v1")).failed(malformed());
    expect([done(book, version("v1")), done(book, malformed())]).toEqual([true, true]);
  });

  it("not when it was malformed before another version was applied", () => {
    expect(done(new Book().failed(malformed()).applied(version("v1")), malformed())).toBe(false);
  });

  it("not when it failed since it was applied, and another version stands there", () => {
    const book = new Book().applied(version("v1")).applied(version("v2")).failed(version("v1"), false);
    expect([done(book, version("v1")), done(book, version("v2"))]).toEqual([false, true]);
  });

  it("not when what it was refused for has been corrected behind the same key", () => {
    const manifest = (blueprint_id: string) => ({
      outcome: "valid" as const,
      runtime_profile: "wasm_wasi",
      blueprint_id,
      artifact_path: "a.wasm",
      artifact_sha256: "ab".repeat(32),
      artifact_size_bytes: 8,
      capability_constraints: [],
    });
    const given = aCase({ wasm_manifest: "edge/a.manifest.json" });
    const [wrong, right] = ["other", "edge-wasm"].map((id) => evaluate(given, { manifest: manifest(id) }));
    if (wrong === undefined || right === undefined) throw new TypeError("two manifests were evaluated");
    const case_key = caseKey(given, "ab".repeat(32), sha256);
    const record = failedCaseText(caseResult({ case: given, case_key, evaluation: wrong, attempts: 1 }), 1);
    const results = {
      hasKey: (key: string) => key === case_key,
      booked: () => undefined,
      bookedByKey: (key: string) => (key === case_key ? { case_key, applied: false, record } : undefined),
    };
    expect(isDone(results, given, case_key, wrong)).toBe(true);
    expect(isDone(results, given, case_key, right)).toBe(false);
  });
});

describe("a case that the original did", () => {
  const [legacy] = legacyKeys(version("v1"));
  const imported = () => new Book().applied(version("v1"), legacy);

  it("is done, and another version of it is not", () => {
    expect([done(imported(), version("v1")), done(imported(), version("v2"))]).toEqual([true, false]);
  });

  it("says nothing any more once another version was applied", () => {
    const book = imported().applied(version("v2"));
    expect(book.hasKey(legacy)).toBe(true);
    expect([done(book, version("v1")), done(book, version("v2")), done(book, version("v3"))]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("stays done when another version was refused", () => {
    const book = imported().failed(malformed());
    expect([done(book, version("v1")), done(book, malformed())]).toEqual([true, true]);
  });
});
