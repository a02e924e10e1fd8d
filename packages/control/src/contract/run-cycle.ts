/**
 * One cycle of S1's contract runner: a fixture is read, each of its cases that was not done yet is evaluated, tried and
 * checked, and what came of it is one record of the ledger. Everything else follows from that record.
 *
 * | killed                                  | the next runner                                             |
 * |-----------------------------------------|-------------------------------------------------------------|
 * | before the record                       | tries the same cases again; nothing was acknowledged        |
 * | after it, anywhere until the book's end | folds the record, and repeats what people see of it         |
 */
import {
  type CaseResult,
  type CycleFacts,
  classifyHealth,
  cycleHealth,
  draftCycle,
  type FixtureRefusal,
  PageFiller,
  reasonCodesOf,
} from "@tau-edge/contract";
import { type Digest, digestBytes } from "@tau-edge/encoding";
import { type CommitObject, type Head, headOf, type StoredRecord } from "@tau-edge/ledger";
import type { OpenCaseBook } from "@tau-edge/ports";
import { PAGES_KEPT_BYTES_MAX, STAGED_IN_MEMORY_BYTES_MAX } from "../limits.ts";
import { putThenAppend } from "../put-then-append.ts";
import { appendToCycles, checkClock } from "./append-cycle.ts";
import { CaseArtifacts } from "./case-artifacts.ts";
import { catchUp, foldMissing } from "./catch-up.ts";
import type { CyclePorts } from "./cycle-ports.ts";
import { type CycleReport, placeOf, type RefusedCycle } from "./cycle-report.ts";
import { type CycleRequest, cycleLimits } from "./cycle-request.ts";
import { CycleTally } from "./cycle-tally.ts";
import { FixtureReading, type StagedFixture } from "./fixture-reading.ts";
import { foldRecord } from "./fold-records.ts";
import { type FoundState, findState } from "./found-state.ts";
import { type CaseStage, MemoryStage } from "./memory-stage.ts";
import { runQueue } from "./run-queue.ts";
import { showRecord } from "./show-record.ts";
import { pretendToTakeOver, takeOver } from "./take-over.ts";

/**
 * @returns refused: the fixture breaks a rule, and nothing of the cycle was written
 * @throws PortError whatever the stores throw; nothing is acknowledged then, and the next cycle completes what was begun
 * @throws RangeError for an option below its least value
 */
export async function runCycle(request: CycleRequest, ports: CyclePorts): Promise<CycleReport | RefusedCycle> {
  const cycle = new Cycle(request, ports);
  try {
    return await cycle.run();
  } finally {
    await cycle.close();
  }
}

/** Carries a report out of the book whose changes are to be thrown away. */
class DryRunEnded extends Error {
  override readonly name = "DryRunEnded";
  readonly report: CycleReport | FixtureRefusal;

  constructor(report: CycleReport | FixtureRefusal) {
    super("nothing of a dry run stays");
    this.report = report;
  }
}

class Cycle {
  readonly #request: CycleRequest;
  readonly #ports: CyclePorts;
  readonly #reading: FixtureReading;
  readonly #small = new MemoryStage();
  readonly #limits: CycleFacts["limits"];
  readonly #kept: CommitObject[] = [];
  #kept_bytes = 0;

  constructor(request: CycleRequest, ports: CyclePorts) {
    this.#request = request;
    this.#ports = ports;
    this.#limits = cycleLimits(request);
    this.#reading = new FixtureReading(request.fixture, ports.startSha256);
  }

  async run(): Promise<CycleReport | RefusedCycle> {
    // Most fixtures are small, and what is refused now has touched no file.
    await this.#reading.readInto(this.#small, () => this.#small.size_bytes <= STAGED_IN_MEMORY_BYTES_MAX);
    const early = this.#reading.ended ? this.#reading.result() : undefined;
    if (early?.outcome === "refused") return this.#refused(early);
    const result = await this.#inBook((book) => this.#withBook(book, early));
    return result.outcome === "refused" ? this.#refused(result) : result;
  }

  close(): Promise<void> {
    return this.#reading.close();
  }

  async #inBook(
    work: (book: OpenCaseBook) => Promise<CycleReport | FixtureRefusal>,
  ): Promise<CycleReport | FixtureRefusal> {
    const { book } = this.#ports;
    if (this.#request.dry_run !== true) return book.exclusively(work);
    try {
      return await book.exclusively(async (open) => {
        throw new DryRunEnded(await work(open));
      });
    } catch (error) {
      if (error instanceof DryRunEnded) return error.report;
      throw error;
    }
  }

  async #withBook(book: OpenCaseBook, early: StagedFixture | undefined): Promise<CycleReport | FixtureRefusal> {
    const { head, found } = await this.#prepare(book);
    const fixture = early ?? (await this.#stageIn(book));
    if (fixture.outcome === "refused") return fixture;
    checkClock(head, this.#request, this.#ports);
    const stage: CaseStage = early === undefined ? book : this.#small;
    const tally = new CycleTally();
    const started_unix_ms = this.#ports.clock.nowUnixMs();
    const pages = await this.#runCases(stage, book, tally);
    const facts = this.#factsOf(fixture, tally, pages, started_unix_ms, book);
    if (this.#request.dry_run === true) return this.#reportOf(fixture, facts, tally);
    const records = await this.#record(facts, pages, head, book);
    await this.#show(records, book, found);
    return { ...this.#reportOf(fixture, facts, tally), record: placeOf(records) };
  }

  /** The book and the files as they are after every cycle before this one. */
  async #prepare(book: OpenCaseBook): Promise<{ readonly head: Head; readonly found: FoundState }> {
    const ports = this.#ports;
    const found = await findState(ports);
    if (this.#request.dry_run === true) {
      const { head } = await foldMissing(book, ports);
      if (found.isNew) await pretendToTakeOver(book, ports);
      return { head, found };
    }
    const head = await catchUp(book, found, ports);
    if (!found.isNew) return { head, found };
    const records = await takeOver(book, head, this.#request, ports);
    await this.#show(records, book, found);
    return { head: headAfter(records), found: { ...found, isNew: false } };
  }

  async #stageIn(book: OpenCaseBook): Promise<StagedFixture | FixtureRefusal> {
    this.#small.moveTo(book);
    await this.#reading.readInto(book, () => true);
    return this.#reading.result();
  }

  async #runCases(stage: CaseStage, book: OpenCaseBook, tally: CycleTally): Promise<readonly Digest[]> {
    const { sha256, clock, backend } = this.#ports;
    const dry = this.#request.dry_run === true;
    const filler = new PageFiller(sha256);
    const pages: Digest[] = [];
    const store = async (page: CommitObject | undefined): Promise<void> => {
      if (page === undefined || dry) return;
      const created = await this.#ports.objects.putIfAbsent(page.digest, page.bytes);
      pages.push(page.digest);
      if (!created) this.#keep(page);
    };
    await runQueue(stage.staged(), dry ? { ...this.#limits, retry_base_delay_ms: 0 } : this.#limits, {
      book,
      artifacts: new CaseArtifacts(this.#ports),
      ...(backend === undefined || dry ? {} : { backend }),
      clock,
      pause: (duration_ms) => this.#ports.pause(duration_ms),
      sha256,
      tally,
      take: (result: CaseResult) => store(filler.add(result)),
    });
    await store(filler.end());
    return pages;
  }

  /** A page that stood there before may be swept until its record is appended. A new one is too young for that. */
  #keep(page: CommitObject): void {
    this.#kept_bytes += page.bytes.length;
    if (this.#kept_bytes <= PAGES_KEPT_BYTES_MAX) this.#kept.push(page);
  }

  async #putKept(): Promise<void> {
    for (const { digest, bytes } of this.#kept) await this.#ports.objects.putIfAbsent(digest, bytes);
  }

  #factsOf(
    fixture: StagedFixture,
    { counts }: CycleTally,
    pages: readonly Digest[],
    started_unix_ms: number,
    book: OpenCaseBook,
  ): CycleFacts {
    const ended_unix_ms = this.#ports.clock.nowUnixMs();
    return {
      fixture_name: fixture.name,
      fixture_sha256: fixture.sha256,
      fixture_bytes: fixture.size_bytes,
      started_unix_ms,
      ended_unix_ms,
      limits: this.#limits,
      counts,
      reason_codes: reasonCodesOf(counts),
      health: cycleHealth(book.health(), counts, started_unix_ms, ended_unix_ms),
      pages: pages.map(digestBytes),
    };
  }

  async #record(
    facts: CycleFacts,
    objects: readonly Digest[],
    head: Head,
    book: OpenCaseBook,
  ): Promise<readonly StoredRecord[]> {
    const { actor, accept_clock } = this.#request;
    const draft = draftCycle(facts, actor);
    const append = () => appendToCycles({ head, draft, objects, actor, accept_clock }, this.#ports);
    const records = await putThenAppend(() => this.#putKept(), append);
    for (const stored of records) await foldRecord(stored, book, this.#ports);
    return records;
  }

  async #show(records: readonly StoredRecord[], book: OpenCaseBook, found: FoundState): Promise<void> {
    for (const stored of records) await showRecord(stored, book, found, this.#ports);
  }

  #reportOf(fixture: StagedFixture, facts: CycleFacts, tally: CycleTally): CycleReport {
    const { health, counts, reason_codes, ended_unix_ms } = facts;
    const { max_age_ms } = this.#request;
    const judged = classifyHealth(health, {
      now_unix_ms: this.#ports.clock.nowUnixMs(),
      last_cycle_unix_ms: ended_unix_ms,
      ...(max_age_ms === undefined ? {} : { max_age_ms }),
    });
    return {
      ...judged,
      ...counts,
      outcome: this.#request.dry_run === true ? "would_record" : "recorded",
      timestamp_unix_ms: ended_unix_ms,
      reason_codes,
      failure_streak: health.failure_streak,
      queue_depth: health.queue_depth,
      cycle_duration_ms: health.cycle_duration_ms,
      fixture: {
        file: this.#request.fixture.file,
        name: fixture.name,
        sha256: fixture.sha256,
        size_bytes: fixture.size_bytes,
      },
      failures: tally.failures,
      failures_left_out: tally.failures_left_out,
    };
  }

  #refused(refusal: FixtureRefusal): RefusedCycle {
    return { outcome: "refused", file: this.#request.fixture.file, refusal };
  }
}

/** @param records what was appended, at least one */
function headAfter(records: readonly StoredRecord[]): Head {
  const last = records.at(-1);
  if (last === undefined) throw new TypeError("what was appended has a record");
  return headOf(last);
}
