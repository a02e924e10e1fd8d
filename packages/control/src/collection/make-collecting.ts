/** Collections over one state, in the name of one actor. Cheap to make: one for each command. */
import { type Actor, COLLECTION_GRACE_MS_MIN, type RetentionWindows, SYSTEM_STREAM } from "@tau-edge/ledger";
import { deliverableEntries } from "../deliverable-entries.ts";
import { type CollectedRecord, collect, dueOf } from "./collect.ts";
import type {
  ActOptions,
  Collecting,
  CollectionPorts,
  CollectOptions,
  CollectReport,
  LeftStream,
  LengthenRequest,
  ListRecord,
  Pin,
  PinRequest,
  PlanOptions,
  PlanReport,
} from "./collection.ts";
import { type Condemned, condemn, wouldCondemn } from "./condemn.ts";
import { readDeletionLog } from "./deletion-log.ts";
import { type Judged, judgeObjects } from "./judge-objects.ts";
import { lengthenRetention, pinRelease, unpinRelease } from "./keep-longer.ts";
import { JUDGED_AGAIN_MAX } from "./limits.ts";
import { SystemView } from "./system-view.ts";
import { NOTHING, plus, sumOf } from "./tally.ts";
import { refreshList, tidy } from "./tidy.ts";

export function makeCollecting(ports: CollectionPorts, actor: Actor): Collecting {
  return new LocalCollecting(ports, actor);
}

const OVERTAKEN: LeftStream = {
  stream: SYSTEM_STREAM,
  code: "busy",
  detail: "Releases were pinned or windows lengthened each time that objects were judged.",
};

/** What one command wrote, over all times that it judged. */
interface Written {
  readonly condemned_by: ListRecord[];
  readonly collected_by: CollectedRecord[];
  readonly left: Map<string, LeftStream>;
  rescinded: number;
  swept: typeof NOTHING;
}

class LocalCollecting implements Collecting {
  readonly #ports: CollectionPorts;
  readonly #actor: Actor;

  constructor(ports: CollectionPorts, actor: Actor) {
    this.#ports = ports;
    this.#actor = actor;
  }

  async plan(options: PlanOptions = {}): Promise<PlanReport> {
    const { dry_run = false } = options;
    const written = await this.#begin(dry_run);
    const judged = await this.#judge(options);
    if (!dry_run) take(written, await condemn(judged, this.#actor, this.#ports));
    if (written.swept.objects > 0) await refreshList(this.#ports);
    return { outcome: "planned", ...reportOf(judged, written, dry_run) };
  }

  async run(options: CollectOptions = {}): Promise<CollectReport> {
    const { dry_run = false, grace_ms: wanted = 0 } = options;
    const grace_ms = Math.max(wanted, COLLECTION_GRACE_MS_MIN);
    const written = await this.#begin(dry_run);
    let judged = await this.#judge(options);
    let due = dueOf(judged, grace_ms);
    if (dry_run) {
      const collected = sumOf(due.batches.flatMap(({ objects }) => objects));
      return {
        outcome: "collected",
        ...reportOf(judged, written, dry_run),
        grace_ms,
        ...shown(due),
        collected,
        collected_by: [],
      };
    }
    for (let attempt = 1; ; attempt += 1) {
      const condemned = await condemn(judged, this.#actor, this.#ports);
      take(written, condemned);
      const done = condemned.isOvertaken
        ? { collected_by: [], left: [], isOvertaken: true }
        : await collect(due.batches, judged, this.#actor, this.#ports);
      written.collected_by.push(...done.collected_by);
      for (const left of done.left) written.left.set(left.stream, left);
      if (!done.isOvertaken) break;
      if (attempt >= JUDGED_AGAIN_MAX) {
        written.left.set(SYSTEM_STREAM, OVERTAKEN);
        break;
      }
      judged = await this.#judge({ accept_clock: options.accept_clock ?? false });
      due = dueOf(judged, grace_ms);
    }
    await tidy(this.#ports);
    await refreshList(this.#ports);
    const { collected_by } = written;
    const collected = collected_by.reduce(
      (sum, { objects, size_bytes }) => plus(sum, { size_bytes }, objects),
      NOTHING,
    );
    return {
      outcome: "collected",
      ...reportOf(judged, written, dry_run),
      grace_ms,
      ...shown(due),
      collected,
      collected_by,
    };
  }

  log() {
    return readDeletionLog(this.#ports);
  }

  pin(request: PinRequest, options: ActOptions = {}) {
    return pinRelease(request, options, this.#actor, this.#ports);
  }

  unpin(request: PinRequest, options: ActOptions = {}) {
    return unpinRelease(request, options, this.#actor, this.#ports);
  }

  async pins(): Promise<readonly Pin[]> {
    const { pins } = await SystemView.read(this.#ports.ledger, this.#ports.sha256);
    return [...pins.values()].sort((a, b) => a.since_unix_ms - b.since_unix_ms);
  }

  async windows(): Promise<RetentionWindows> {
    return (await SystemView.read(this.#ports.ledger, this.#ports.sha256)).windows;
  }

  lengthen(request: LengthenRequest, options: ActOptions = {}) {
    return lengthenRetention(request, options, this.#actor, this.#ports);
  }

  /** What would be refused at the end is refused now, and what an earlier collection left undone is done first. */
  async #begin(dry_run: boolean): Promise<Written> {
    const { files, catalog, default_output_dir = "" } = this.#ports;
    await files?.check(undefined, () => deliverableEntries(catalog, default_output_dir));
    const swept = dry_run ? NOTHING : await tidy(this.#ports);
    return { condemned_by: [], collected_by: [], left: new Map(), rescinded: 0, swept };
  }

  #judge({ accept_clock = false, onJudgement }: PlanOptions): Promise<Judged> {
    const clock = { now_unix_ms: this.#ports.clock.nowUnixMs(), accepted: accept_clock };
    return judgeObjects(clock, this.#ports, onJudgement);
  }
}

function take(written: Written, { condemned_by, rescinded, left }: Condemned): void {
  written.condemned_by.push(...condemned_by);
  written.rescinded += rescinded;
  for (const stream of left) written.left.set(stream.stream, stream);
}

function reportOf(judged: Judged, written: Written, dry_run: boolean): Omit<PlanReport, "outcome"> {
  const { tally, system, clock, held } = judged;
  const { condemned_by, rescinded, left, swept } = written;
  const sum = condemned_by.reduce((total, { objects, size_bytes }) => plus(total, { size_bytes }, objects), NOTHING);
  return {
    dry_run,
    at_unix_ms: clock.now_unix_ms,
    windows: system.windows,
    classes: tally.classes,
    stays: tally.stays,
    goes: tally.goes,
    orphans: tally.orphans,
    condemned: dry_run ? wouldCondemn(judged) : sum,
    condemned_by,
    rescinded: dry_run ? held.length : rescinded,
    left: [...left.values()],
    swept,
  };
}

function shown({ waiting, next_unix_ms }: ReturnType<typeof dueOf>) {
  return { waiting, ...(next_unix_ms === undefined ? {} : { next_unix_ms }) };
}
