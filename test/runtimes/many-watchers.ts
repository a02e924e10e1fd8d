/**
 * A crowd that watches one rollout, over plain sockets so that a thousand cost this process little: every watcher must be
 * told every record once and in order. Some never read, and must cost the gateway nothing but their socket.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { eventsPath } from "./gateway-events-suite.ts";
import { requestText } from "./raw-request.ts";

export interface WatchPlan {
  readonly url: string;
  readonly rollout_id: string;
  readonly pid: number;
  readonly watchers: number;
  /** Of them, how many never read. They ask for everything from the beginning, the others for what comes. */
  readonly deaf: number;
  /** The last event that there is. */
  readonly last_n: number;
  readonly seconds: number;
  /** One record more. */
  tell(nth: number): Promise<void>;
  onSample?(sample: Sample): void;
}

export interface Sample {
  readonly at_s: number;
  readonly rss_mib: number;
  readonly records: number;
  /** Open ones of the gateway: whoever does not read is cut off without noticing. */
  readonly sockets: number;
}

export interface WatchFigures {
  readonly watchers: number;
  /** Events over all who read. */
  readonly events: number;
  /** Of those who read, connections that the gateway ended. */
  readonly cut: number;
  /** Of those who never read. */
  readonly deaf_cut: number;
  /** From the record's acknowledgement to the last watcher that was told it. */
  readonly told_ms_p50: number;
  readonly told_ms_max: number;
  readonly samples: readonly Sample[];
  /** Means of the first and the last third. */
  readonly first_third_mib: number;
  readonly last_third_mib: number;
  /** By least squares over all samples. */
  readonly slope_mib_per_minute: number;
}

const SAMPLE_MS = 5_000;

export async function watchWithMany(plan: WatchPlan): Promise<WatchFigures> {
  const crowd: Watcher[] = [];
  for (let nth = 0; nth < plan.watchers; nth++) {
    crowd.push(new Watcher(plan, nth < plan.deaf));
    // A backlog has 511 places.
    if (nth % 100 === 99) await pause(50);
  }
  const reading = crowd.filter(({ isDeaf }) => !isDeaf);
  await until(() => reading.every(({ isConnected }) => isConnected), 60_000, "everybody is connected");
  const samples: Sample[] = [];
  const told_ms: number[] = [];
  const begun = performance.now();
  let records = 0;
  for (let nth = 0; performance.now() - begun < plan.seconds * 1_000; nth++) {
    const from = performance.now();
    const before = Math.max(...reading.map(({ last_n }) => last_n));
    await plan.tell(nth);
    records += 1;
    const acknowledged = performance.now();
    const isTold = ({ last_n, isCut }: Watcher): boolean => isCut || last_n > before;
    await until(() => reading.every(isTold), 30_000, `record ${nth} is told to everybody`);
    told_ms.push(performance.now() - acknowledged);
    if (begun + samples.length * SAMPLE_MS <= performance.now()) {
      const sample = { at_s: Math.round((performance.now() - begun) / 1_000), ...memoryOf(plan.pid), records };
      samples.push(sample);
      plan.onSample?.(sample);
    }
    await pause(Math.max(0, 1_000 - (performance.now() - from)));
  }
  for (const watcher of crowd) watcher.leave();
  const wrong = reading.find(({ fault }) => fault !== undefined);
  if (wrong !== undefined) throw new Error(wrong.fault);
  told_ms.sort((a, b) => a - b);
  const third = Math.max(1, Math.floor(samples.length / 3));
  return {
    watchers: plan.watchers,
    events: reading.reduce((sum, { last_n }) => sum + last_n - plan.last_n, 0),
    cut: reading.filter(({ isCut }) => isCut).length,
    deaf_cut: (samples[0]?.sockets ?? 0) - (samples.at(-1)?.sockets ?? 0),
    told_ms_p50: Math.round(told_ms[told_ms.length >> 1] ?? 0),
    told_ms_max: Math.round(told_ms.at(-1) ?? 0),
    samples,
    first_third_mib: mean(samples.slice(0, third)),
    last_third_mib: mean(samples.slice(-third)),
    slope_mib_per_minute: slopePerMinute(samples),
  };
}

class Watcher {
  readonly isDeaf: boolean;
  last_n: number;
  isConnected = false;
  isCut = false;
  fault: string | undefined;
  readonly #socket: Socket;
  #rest = "";
  #left = false;

  constructor({ url, rollout_id, last_n }: WatchPlan, isDeaf: boolean) {
    const { hostname, port } = new URL(url);
    this.isDeaf = isDeaf;
    this.last_n = last_n;
    const path = eventsPath(rollout_id, isDeaf ? undefined : last_n);
    this.#socket = connect(Number(port), hostname, () => this.#socket.write(requestText("GET", path)));
    this.#socket.setEncoding("utf8");
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => {
      this.isCut = !this.#left;
    });
    if (isDeaf) this.#socket.pause();
    else this.#socket.on("data", (text: string) => this.#take(text));
  }

  leave(): void {
    this.#left = true;
    this.#socket.destroy();
  }

  /** Ids are all that is looked at: the suite reads whole events. */
  #take(text: string): void {
    this.isConnected = true;
    const lines = (this.#rest + text).split("\n");
    this.#rest = (lines.pop() ?? "").slice(0, 64 * 1_024);
    for (const line of lines) {
      if (!line.startsWith("id: ")) continue;
      const n = Number(line.slice(4));
      if (n !== this.last_n + 1) this.fault ??= `event ${n} after event ${this.last_n}`;
      this.last_n = n;
    }
  }
}

async function until(isSo: () => boolean, ms: number, what: string): Promise<void> {
  for (let waited = 0; !isSo(); waited += 10) {
    if (waited > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await pause(10);
  }
}

function memoryOf(pid: number): Pick<Sample, "rss_mib" | "sockets"> {
  const [, kib = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  const sockets = readdirSync(`/proc/${pid}/fd`).filter((fd) => linkOf(pid, fd).startsWith("socket:")).length;
  return { rss_mib: Math.round((Number(kib) / 1_024) * 10) / 10, sockets };
}

function linkOf(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    // Closed since the directory was read.
    return "";
  }
}

function mean(samples: readonly Sample[]): number {
  return Math.round((samples.reduce((sum, { rss_mib }) => sum + rss_mib, 0) / samples.length) * 10) / 10;
}

function slopePerMinute(samples: readonly Sample[]): number {
  const at = samples.reduce((sum, { at_s }) => sum + at_s, 0) / samples.length;
  const rss = samples.reduce((sum, { rss_mib }) => sum + rss_mib, 0) / samples.length;
  const spread = samples.reduce((sum, { at_s }) => sum + (at_s - at) ** 2, 0);
  const common = samples.reduce((sum, { at_s, rss_mib }) => sum + (at_s - at) * (rss_mib - rss), 0);
  return spread === 0 ? 0 : Math.round((common / spread) * 60 * 100) / 100;
}
