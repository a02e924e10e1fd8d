/** A disk, the time, and processes with clocks of their own that take turns. */
import { Faults } from "@tau-edge/adapter-memory";
import { nativeSha256 } from "@tau-edge/adapter-node";
import type { Digest } from "@tau-edge/encoding";
import { decodeRecord, recordHash, type StoredRecord } from "@tau-edge/ledger";
import type { AppendRequest, Clock, CollectionStore, LedgerStore, StoredRow } from "@tau-edge/ports";
import { type Schedule, scheduled } from "./schedule.ts";
import { type MemberPorts, SharedDisk } from "./shared-disk.ts";
import { Witness } from "./witness.ts";

/** 2100-01-01T00:00:00Z: a century before it is a time too. */
const START_UNIX_MS = 4_102_444_800_000;

export class World {
  readonly disk: SharedDisk;
  readonly witness: Witness;
  readonly #schedule: Schedule | undefined;
  now_unix_ms: number;

  /**
   * @param from whose disk and time it begins with
   * @param schedule absent: whoever calls first is first
   */
  constructor(from?: World, schedule?: Schedule) {
    this.disk = new SharedDisk(from?.disk);
    this.now_unix_ms = from?.now_unix_ms ?? START_UNIX_MS;
    this.#schedule = schedule;
    this.witness = new Witness(this.disk.objects, from?.witness);
  }

  pass(by_ms: number): void {
    this.now_unix_ms += by_ms;
  }

  /** What is true between any two steps. */
  look(): void {
    this.witness.removed(this.disk.objects.takeRemoved());
    this.witness.assertSound();
  }

  /** The ports of one process. @param skew_ms how far its clock is from the time, whenever it is asked */
  portsOf(actor: string, skew_ms: () => number = () => 0, faults = new Faults()): MemberPorts {
    const clock = { nowUnixMs: () => this.now_unix_ms + skew_ms() };
    const turn = () => this.#schedule?.turn(actor) ?? Promise.resolve();
    return this.disk.portsOf(clock, faults, {
      port: (port) => scheduled(port, turn),
      store: (store) => this.#watched(store, clock),
    });
  }

  /** Tells the witness what was appended, also to a process that died before it heard of it. */
  #watched<Store extends LedgerStore | CollectionStore>(store: Store, clock: Clock): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        if (name !== "append" && name !== "condemn" && name !== "collect")
          return (...args: unknown[]) => Reflect.apply(member, target, args);
        return (request: AppendRequest, digests: readonly Digest[] = [], ...more: unknown[]) => {
          const before = this.disk.rows.get(request.stream)?.length ?? 0;
          // Everything that a store in memory does is done when it returns.
          const result: unknown = Reflect.apply(member, target, [request, digests, ...more]);
          const records = (this.disk.rows.get(request.stream) ?? []).slice(before).map(decode);
          this.witness.see({ kind: name, records, names: request.objects, digests, clock_unix_ms: clock.nowUnixMs() });
          return result;
        };
      },
    });
  }
}

function decode({ bytes }: StoredRow): StoredRecord {
  return { record: decodeRecord(bytes), bytes, hash: recordHash(nativeSha256, bytes) };
}
