/** The calls by which an undisturbed rollout changes the disk, and what it acknowledges next after each. */
import { readFile } from "node:fs/promises";
import { type Injection, runTraced } from "./strace.ts";

/** Calls that change the disk or wait for it. */
export const CALLS = ["pwrite64", "fsync", "link", "rename", "unlink", "mkdir", "ftruncate"] as const;
export type Call = (typeof CALLS)[number];

export interface KillPoint extends Omit<Injection, "what"> {
  readonly call: Call;
  /** Of the open file, in calls that take one. */
  readonly path: string | undefined;
  /** What was acknowledged last before this call, such as `batch` or `records 17`; nothing before the first one. */
  readonly after: string | undefined;
  /** What is acknowledged next. */
  readonly before: string | undefined;
}

export interface Traced {
  /** What the program said. */
  readonly lines: readonly string[];
  readonly stdout: string;
  /** Every call that a kill can be put on, in the order in which they came. */
  readonly points: readonly KillPoint[];
  /** Calls of the pool that the main thread comes to first: strace counts each thread alone. */
  readonly unreachable: number;
}

/** @param file for the trace */
export async function trace(command: readonly string[], file: string): Promise<Traced> {
  const traced = `trace=${[...CALLS, "write"].join(",")}`;
  const { lines, stdout, stderr } = await runTraced(["-f", "-y", "-s", "200", "-o", file, "-e", traced], command);
  if (lines.length === 0) throw new Error(stderr);
  return { lines, stdout, ...pointsOf(await readFile(file, "utf8")) };
}

function pointsOf(text: string): Omit<Traced, "lines" | "stdout"> {
  const counts = new CallCounts();
  const points: KillPoint[] = [];
  let waiting: Omit<KillPoint, "after" | "before">[] = [];
  let [unreachable, after, before]: [number, string | undefined, string | undefined] = [0, undefined, undefined];
  const settle = () => {
    points.push(...waiting.map((point) => ({ ...point, after, before })));
    [waiting, after, before] = [[], before, undefined];
  };
  for (const line of text.split("\n")) {
    const [, thread = "", call = "", rest = ""] = /^(\d+) +(\w+)\((.*)/.exec(line) ?? [];
    if (call === "write" && /^1[,<]/.test(rest)) {
      before = saidIn(rest);
      settle();
    }
    const counted = isCall(call) ? counts.next(thread, call) : undefined;
    // A directory that was there before: nothing is changed.
    if (counted === undefined || (call === "mkdir" && rest.includes("EEXIST"))) continue;
    if (counted === "unreachable") unreachable += 1;
    else waiting.push({ ...counted, path: /^\d+<([^>]*)>/.exec(rest)?.[1] });
  }
  settle();
  return { points, unreachable };
}

type Counted = Pick<KillPoint, "call" | "nth" | "threads">;

/** strace counts the calls of each thread alone, and hits whichever comes to the number first. */
class CallCounts {
  readonly #counts = new Map<string, number>();
  #main: string | undefined;

  next(thread: string, call: Call): Counted | "unreachable" {
    this.#main ??= thread;
    const key = `${call} ${thread}`;
    const nth = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, nth);
    if (thread === this.#main) return { call, nth, threads: "main" };
    const isFirst = (this.#counts.get(`${call} ${this.#main}`) ?? 0) < nth;
    return isFirst ? { call, nth, threads: "pool" } : "unreachable";
  }
}

function isCall(text: string): text is Call {
  return CALLS.some((call) => call === text);
}

/** Out of the escaped text of a trace. */
function saidIn(rest: string): string {
  const [, said = "", more = ""] = /said\\":\\"(\w+)\\"(.*)/.exec(rest) ?? [];
  const seq = /seq\\":(\d+)/.exec(more)?.[1];
  return seq === undefined ? said : `${said} ${seq}`;
}
