/** Who holds what, over the whole ledger: each stream is read once, then each name of an object. */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import { type HeldObject, HoldingIndex, SYSTEM_STREAM } from "@tau-edge/ledger";
import type { CollectionReader, LedgerReader } from "@tau-edge/ports";
import type { RecordedRelease } from "../rollouts/release-record.ts";
import { type CollectorClock, nextRecord } from "./collector-clock.ts";
import { openRoots, readOn, streamNames } from "./read-roots.ts";
import { type HoldingFacts, holdingOf, type Root } from "./roots.ts";
import type { StreamRoots } from "./stream-roots.ts";
import type { SystemView } from "./system-view.ts";

export interface HoldingPorts {
  readonly ledger: LedgerReader;
  readonly collection: CollectionReader;
  readonly sha256: Sha256;
}

export interface Holdings {
  readonly index: HoldingIndex;
  /** As far as they were read. */
  readonly streams: ReadonlyMap<string, StreamRoots>;
}

/** Came after the streams were read, or stands in none that was there: nobody has looked at it yet. */
const UNREAD = "records that came meanwhile";

export async function readHoldings(system: SystemView, clock: CollectorClock, ports: HoldingPorts): Promise<Holdings> {
  return new HoldingsReader(system, clock, ports).read();
}

class HoldingsReader {
  readonly #system: SystemView;
  readonly #clock: CollectorClock;
  readonly #ports: HoldingPorts;
  readonly #index = new HoldingIndex();
  readonly #streams = new Map<string, StreamRoots>();
  /** By stream, the roots without their objects, at the positions that the stream knows them by. */
  readonly #holdings = new Map<string, readonly HoldingFacts[]>();
  readonly #releases = new Map<Digest, RecordedRelease>();
  /** By COMMITTED pointer: what was let in by it, and needs all that it rests on. */
  readonly #promotedBy = new Map<Digest, HoldingFacts[]>();
  /** Code for browsers that is needed; who has it is known when every stream was read. */
  readonly #wanted: { readonly holding: HoldingFacts; readonly needs: Root["releases"] }[] = [];

  constructor(system: SystemView, clock: CollectorClock, ports: HoldingPorts) {
    this.#system = system;
    this.#clock = clock;
    this.#ports = ports;
  }

  async read(): Promise<Holdings> {
    const { ledger, sha256 } = this.#ports;
    for (const name of await streamNames(ledger))
      if (name !== SYSTEM_STREAM) this.#addStream(await readOn(openRoots(name, sha256), ledger));
    this.#addStream(this.#system.roots);
    this.#addPins();
    for (const { holding, needs } of this.#wanted) this.#hold(holding, this.#derivedOf(needs));
    await this.#addNames();
    return { index: this.#index, streams: this.#streams };
  }

  #addStream(roots: StreamRoots): void {
    const { stream } = roots;
    const { windows } = this.#system;
    roots.settle();
    this.#streams.set(stream, roots);
    const holdings = roots.roots.map((root) => holdingOf(root, stream)(windows));
    this.#holdings.set(stream, holdings);
    for (const [release, recorded] of roots.releases) this.#releases.set(release, recorded);
    const byRoot = new Map(roots.roots.map((root, index) => [root, holdings[index]]));
    this.#followPromotions(roots, byRoot);
    for (const [root, holding] of byRoot) if (holding !== undefined) this.#need(holding, root);
    for (const root of roots.roots) {
      root.objects = [];
      root.releases = [];
    }
  }

  /** What was promoted needs what it was promoted by, and that what it was promoted by itself. */
  #followPromotions(roots: StreamRoots, byRoot: ReadonlyMap<Root, HoldingFacts | undefined>): void {
    const needing = new Map<Root, HoldingFacts[]>();
    for (const { root, pointer } of roots.commits) {
      const promoted = this.#promotedBy.get(pointer) ?? [];
      for (const holding of promoted) this.#need(holding, root, "promoted_from");
      needing.set(root, [...(needing.get(root) ?? []), ...promoted]);
    }
    for (const { root, pointers } of roots.promoted()) {
      const own = byRoot.get(root);
      const all = [...(own === undefined ? [] : [own]), ...(needing.get(root) ?? [])];
      for (const pointer of pointers) this.#promotedBy.set(pointer, [...(this.#promotedBy.get(pointer) ?? []), ...all]);
    }
  }

  #need(holding: HoldingFacts, { objects, releases }: Root, ...way: string[]): void {
    const led = <Part extends { readonly path: readonly string[] }>(part: Part): Part =>
      way.length === 0 ? part : { ...part, path: [...way, ...part.path] };
    this.#hold(holding, objects.map(led));
    if (releases.length > 0) this.#wanted.push({ holding, needs: releases.map(led) });
  }

  #addPins(): void {
    for (const { release, since_unix_ms } of this.#system.pins.values()) {
      const holding: HoldingFacts = {
        stream: SYSTEM_STREAM,
        root: `pin ${release}`,
        class: "golden",
        state: { held: "pinned" },
      };
      const recorded = this.#releases.get(release);
      const named_unix_ms = since_unix_ms;
      this.#hold(holding, [{ digest: release, path: ["release"], named_unix_ms }]);
      if (recorded === undefined) continue;
      const { manifest, artifact } = recorded;
      this.#hold(holding, [
        { digest: manifest, path: ["release", "manifest"], named_unix_ms },
        { digest: artifact, path: ["release", "manifest", "artifact"], named_unix_ms },
      ]);
      this.#wanted.push({ holding, needs: [{ release, path: ["release"], named_unix_ms }] });
    }
  }

  #derivedOf(needs: Root["releases"]): readonly HeldObject[] {
    return needs.flatMap(({ release, path, named_unix_ms }) => {
      const code = this.#releases.get(release)?.derived;
      if (code === undefined) return [];
      return code.objects.map(({ digest }) => ({
        digest,
        path: digest === code.derived ? [...path, "derived"] : [...path, "derived", "file"],
        named_unix_ms,
      }));
    });
  }

  /** Whatever a record names belongs to what the record belongs to, also where no field of it says so. */
  async #addNames(): Promise<void> {
    for await (const page of this.#ports.collection.named()) {
      const byHolding = new Map<HoldingFacts, HeldObject[]>();
      for (const { digest, stream, seq } of page) {
        const holding = this.#holderOf(stream, seq);
        const named_unix_ms = this.#streams.get(stream)?.timeOf(seq) ?? 0;
        const object = { digest, path: NAMED, named_unix_ms };
        const known = byHolding.get(holding);
        if (known === undefined) byHolding.set(holding, [object]);
        else known.push(object);
      }
      for (const [holding, objects] of byHolding) this.#hold(holding, objects);
    }
  }

  #holderOf(stream: string, seq: number): HoldingFacts {
    const index = this.#streams.get(stream)?.holderOf(seq);
    const holding = index === undefined ? undefined : this.#holdings.get(stream)?.[index];
    return holding ?? { stream, root: UNREAD, class: "golden", state: { held: "unknown_record" } };
  }

  #hold(holding: HoldingFacts, objects: readonly HeldObject[]): void {
    this.#index.add({ ...holding, objects }, (stream) => this.#timeOf(stream));
  }

  #timeOf(stream: string): number {
    const roots = this.#streams.get(stream);
    return roots === undefined ? this.#clock.now_unix_ms : nextRecord(roots, this.#clock).at_unix_ms;
  }
}

const NAMED = ["named"];
