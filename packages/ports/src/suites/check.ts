/** Assertions that need no platform: the suites run under vitest, in workerd, under Deno and in a page. */
import { PortError, type PortErrorCode } from "../errors.ts";

/** Registers tests with whatever runs them. */
export interface TestRegistrar {
  test(name: string, run: () => Promise<void>): void;
}

export class CheckFailed extends Error {
  override readonly name = "CheckFailed";
}

export function check(condition: boolean, promise: string): asserts condition {
  if (!condition) throw new CheckFailed(promise);
}

/** Compares what JSON can show (and bytes, as lists of numbers). */
export function checkEqual(actual: unknown, expected: unknown, promise: string): void {
  const [is, should] = [show(actual), show(expected)];
  if (is !== should) throw new CheckFailed(`${promise}: expected ${should}, got ${is}`);
}

/** The operation must fail with exactly this code. */
export async function checkFails(code: PortErrorCode, promise: string, run: () => Promise<unknown>): Promise<void> {
  let outcome: string;
  try {
    outcome = `returned ${show(await run())}`;
  } catch (error) {
    if (error instanceof PortError && error.code === code) return;
    outcome = `threw ${String(error)}`;
  }
  throw new CheckFailed(`${promise}: expected ${code}, it ${outcome}`);
}

function show(value: unknown): string {
  if (value === undefined) return "undefined";
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Uint8Array) return `bytes(${inner.length}) ${inner.slice(0, 64).join(" ")}`;
    return typeof inner === "bigint" ? `${inner}n` : inner;
  });
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}

/** All bytes of a stream, one after the other. */
export async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const reader = stream.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) pieces.push(step.value);
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let filled = 0;
  for (const piece of pieces) {
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}

/** Bytes that no compressor and no constant answer can imitate: a counter, mixed with the seed. */
export function sampleBytes(seed: number, size_bytes: number): Uint8Array {
  const bytes = new Uint8Array(size_bytes);
  let state = (seed + 1) * 2654435761;
  for (let at = 0; at < size_bytes; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Lets timers and I/O go on: a loop that awaits only what is ready already would starve them. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
