/**
 * A contract fixture from chunks, one case at a time: memory is one case, whatever the file has.
 *
 * Faults are found in the order of the file and counted in the order of contract.md 1.2: of all faults of the earliest
 * phase the first one is the refusal. So a reader goes on after a fault, since one of an earlier phase may follow.
 */
import { EncodingError, type JsonScanEvent, JsonScanner, utf8Length } from "@tau-edge/encoding";
import { rustTrim } from "@tau-edge/manifest";
import type { ContractCase } from "./case.ts";
import { checkCase, checkSupport } from "./check-case.ts";
import { clipText } from "./clip-text.ts";
import { readFixtureJson } from "./fixture-json.ts";
import { CASE_BYTES_MAX, FIXTURE_BYTES_MAX, FIXTURE_CASES_MAX, FIXTURE_NAME_BYTES_MAX, U32_MAX } from "./limits.ts";
import { readCase } from "./read-case.ts";
import { type FixtureRefusal, refuseFixture } from "./refusals.ts";

/** A case that nothing stands against so far. `raw` may be a part of the chunk that was pushed. */
export interface ReadCaseRow {
  readonly index: number;
  /** Byte offset of `raw` in the fixture. */
  readonly at: number;
  readonly raw: Uint8Array;
  readonly case: ContractCase;
  /** What must be unique. */
  readonly trimmed_id: string;
}

export interface FixtureFacts {
  readonly outcome: "read";
  readonly name: string;
  readonly cases: number;
  readonly size_bytes: number;
}

/** In the order in which they count. */
const PHASES = ["text", "header", "case", "unique", "support"] as const;
type Phase = (typeof PHASES)[number];

export class FixtureReader {
  readonly #scanner = new JsonScanner({
    arrays: ["cases"],
    value_bytes_max: CASE_BYTES_MAX,
    document_bytes_max: FIXTURE_BYTES_MAX,
  });
  readonly #first = new Map<Phase, FixtureRefusal>();
  #schemaVersion: number | undefined;
  #name: string | undefined;
  #hasCases = false;
  #cases = 0;
  #bytes = 0;

  /** True once nothing that follows can change the refusal: the rest need not be read. */
  get isDecided(): boolean {
    return this.#first.has("text");
  }

  /**
   * The cases that this chunk completes, for as long as none was refused.
   * @throws TypeError when those of the chunk before were not taken to the end
   */
  push(chunk: Uint8Array): Iterable<ReadCaseRow> {
    if (this.isDecided) return [];
    this.#bytes += chunk.length;
    return this.#rows(this.#scanner.push(chunk));
  }

  *#rows(events: Iterable<JsonScanEvent>): Generator<ReadCaseRow, void, undefined> {
    try {
      for (const event of events) {
        const row = this.#take(event);
        if (this.isDecided) return;
        if (row !== undefined) yield row;
      }
    } catch (error) {
      this.#textFault(error);
    }
  }

  /** To be said of a row whose `trimmed_id` an earlier row had. */
  duplicate(row: Pick<ReadCaseRow, "index" | "trimmed_id">): void {
    const detail = `The id ${JSON.stringify(clipText(row.trimmed_id, 80))} stands in an earlier case`;
    this.#found("unique", refuseFixture("case_id_duplicate", `cases[${row.index}].case_id`, detail));
  }

  /** After the last chunk. */
  end(): FixtureFacts | FixtureRefusal {
    try {
      if (!this.isDecided) this.#scanner.end();
    } catch (error) {
      this.#textFault(error);
    }
    const name = this.#checkHeader();
    for (const phase of PHASES) {
      const refusal = this.#first.get(phase);
      if (refusal !== undefined) return refusal;
    }
    return { outcome: "read", name, cases: this.#cases, size_bytes: this.#bytes };
  }

  #take(event: JsonScanEvent): ReadCaseRow | undefined {
    switch (event.kind) {
      case "member":
        this.#member(event.key, event.raw, event.at);
        return undefined;
      case "element":
        return this.#element(event.index, event.raw, event.at);
      case "array":
        this.#hasCases = true;
        return undefined;
      case "array_end":
        return undefined;
    }
  }

  #member(key: string, raw: Uint8Array, at: number): void {
    const value = readFixtureJson(raw, at);
    if (key === "schema_version") {
      if (typeof value === "number" && value >= 0 && value <= U32_MAX) this.#schemaVersion = value;
      else this.#headerFault(key, `Expected a whole number from 0 to ${U32_MAX}`);
    } else if (key === "name" || key === "description") {
      if (typeof value !== "string") this.#headerFault(key, "Expected text");
      else if (key === "name") this.#takeName(value);
    } else if (key === "cases") this.#headerFault(key, "Expected an array");
  }

  #takeName(name: string): void {
    this.#name = name;
    if (utf8Length(name) <= FIXTURE_NAME_BYTES_MAX) return;
    this.#found("text", refuseFixture("fixture_too_large", "name", `At most ${FIXTURE_NAME_BYTES_MAX} bytes are read`));
  }

  #element(index: number, raw: Uint8Array, at: number): ReadCaseRow | undefined {
    this.#cases = index + 1;
    if (this.#cases > FIXTURE_CASES_MAX) {
      const detail = `At most ${FIXTURE_CASES_MAX} cases are read`;
      this.#found("text", refuseFixture("fixture_too_large", `cases[${index}]`, detail));
      return undefined;
    }
    const read = readCase(raw, at, index);
    if (read.outcome === "refused") {
      this.#found("text", read);
      return undefined;
    }
    this.#found("case", checkCase(read.case, index));
    if (this.#first.has("case")) return undefined;
    this.#found("support", checkSupport(read.case, index));
    return { index, at, raw, case: read.case, trimmed_id: rustTrim(read.case.case_id) };
  }

  /** S1 looks at the header before any case, but needs the whole text for it. */
  #checkHeader(): string {
    if (this.#schemaVersion === undefined) this.#headerFault("schema_version", "The field is missing");
    if (this.#name === undefined) this.#headerFault("name", "The field is missing");
    if (!this.#hasCases) this.#headerFault("cases", "The field is missing");
    if (this.#schemaVersion !== 1)
      this.#found("header", refuseFixture("fixture_schema_version", "schema_version", `Found ${this.#schemaVersion}`));
    const name = this.#name ?? "";
    if (rustTrim(name) === "") this.#found("header", refuseFixture("fixture_name_blank", "name"));
    if (this.#cases === 0) this.#found("header", refuseFixture("fixture_no_cases", "cases"));
    return name;
  }

  #headerFault(key: string, detail: string): void {
    this.#found("text", refuseFixture("fixture_syntax", key, detail));
  }

  #textFault(error: unknown): void {
    if (!(error instanceof EncodingError)) throw error;
    const code = error.code === "json_too_large" ? "fixture_too_large" : "fixture_syntax";
    this.#found("text", refuseFixture(code, String(error.at), error.message));
  }

  #found(phase: Phase, refusal: FixtureRefusal | undefined): void {
    if (refusal !== undefined && !this.#first.has(phase)) this.#first.set(phase, refusal);
  }
}
