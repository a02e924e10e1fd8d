/** The event log in memory. It never rotates. */
import { cycleOfEventLine, isEventLine, standsInLog } from "@tau-edge/contract";
import type { EventLog } from "@tau-edge/ports";
import { Faults } from "./faults.ts";
import { continued, memoryLines } from "./memory-jsonl.ts";

/** What a disk would hold; may be shared and changed from outside. */
export interface MemoryLog {
  bytes: Uint8Array;
}

export interface MemoryEventsOptions {
  readonly log?: MemoryLog;
  readonly faults?: Faults;
}

export class MemoryEventLog implements EventLog {
  readonly log: MemoryLog;
  readonly #faults: Faults;

  constructor(options: MemoryEventsOptions = {}) {
    this.log = options.log ?? { bytes: new Uint8Array(0) };
    this.#faults = options.faults ?? new Faults();
  }

  async append(seq: number, line: string): Promise<void> {
    const { lines } = memoryLines(this.log.bytes);
    const wanted = { seq, cycle_id: cycleOfEventLine(line)?.cycle_id ?? "" };
    const stands = lines.map((each) => standsInLog(wanted, each)).findLast((each) => each !== undefined);
    this.#faults.write("runtime-events.jsonl", () => {
      this.log.bytes = continued(this.log.bytes, stands === true ? [] : [line]);
    });
  }

  async last(): Promise<string | undefined> {
    return memoryLines(this.log.bytes).lines.findLast(isEventLine);
  }

  async *lines(): AsyncIterable<string> {
    yield* memoryLines(this.log.bytes).lines;
  }
}
