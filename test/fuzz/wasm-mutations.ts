/** Damages binaries in the ways that readers are known to fall for. */
import type { SeededRandom } from "./random.ts";

/** Numbers at the edges of what LEB128 and the reader's limits allow. */
const EXTREMES: readonly (readonly number[])[] = [
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0x80, 0x80, 0x80, 0x80, 0x10],
  [0x80, 0x80, 0x80, 0x80, 0x00],
  [0x80, 0x80, 0x04],
  [0xff, 0x7f],
  [0x7f],
  [0x00],
];

type Mutation = (bytes: Uint8Array, random: SeededRandom, other: Uint8Array) => Uint8Array;

const PREAMBLE_BYTES = 8;

/** Mostly behind the preamble: a file without one is refused at once and teaches nothing more. */
function place(bytes: Uint8Array, random: SeededRandom): number {
  if (bytes.length <= PREAMBLE_BYTES || random.below(64) === 0) return random.below(bytes.length);
  return PREAMBLE_BYTES + random.below(bytes.length - PREAMBLE_BYTES);
}

const flipBit: Mutation = (bytes, random) => {
  const result = Uint8Array.from(bytes);
  const at = place(bytes, random);
  result[at] = (result[at] ?? 0) ^ (1 << random.below(8));
  return result;
};

const setByte: Mutation = (bytes, random) => {
  const result = Uint8Array.from(bytes);
  result[place(bytes, random)] = random.below(256);
  return result;
};

/** Copies a few bytes from elsewhere over others, so that no length changes. */
const overwrite: Mutation = (bytes, random, other) => {
  const from = random.below(other.length);
  const piece = other.subarray(from, from + 1 + random.below(16));
  return splice(bytes, place(bytes, random), piece.length, piece);
};

/** Repeats, drops or swaps whole sections, which keeps each of them as it is. */
const moveSections: Mutation = (bytes, random) => {
  const frames = sectionFrames(bytes);
  if (frames.length === 0) return bytes;
  const a = random.below(frames.length);
  const b = random.below(frames.length);
  const moved = [...frames];
  const frame = frames[a] ?? bytes;
  if (random.below(3) === 0) moved.splice(b, 0, frame);
  else if (random.below(2) === 0) moved.splice(a, 1);
  else [moved[a], moved[b]] = [frames[b] ?? frame, frame];
  return Uint8Array.from([bytes.subarray(0, PREAMBLE_BYTES), ...moved].flatMap((part) => [...part]));
};

/** The sections of a binary as far as they can be told apart, headers included. */
function sectionFrames(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = PREAMBLE_BYTES; at < bytes.length; ) {
    let size = 0;
    let end = at + 1;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[end++] ?? 0;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    end += size;
    if (end > bytes.length) break;
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}

const remove: Mutation = (bytes, random) => {
  const at = place(bytes, random);
  return splice(bytes, at, 1 + random.below(8), []);
};

const insert: Mutation = (bytes, random) => {
  const extra = Array.from({ length: 1 + random.below(8) }, () => random.below(256));
  return splice(bytes, random.below(bytes.length + 1), 0, extra);
};

const overwriteNumber: Mutation = (bytes, random) => {
  return splice(bytes, place(bytes, random), 1, random.pick(EXTREMES));
};

const cut: Mutation = (bytes, random) => bytes.slice(0, random.below(bytes.length));

const repeat: Mutation = (bytes, random) => {
  const at = random.below(bytes.length);
  return splice(bytes, at, 0, bytes.subarray(at, at + 1 + random.below(64)));
};

const graft: Mutation = (bytes, random, other) => {
  const from = random.below(other.length);
  const at = random.below(bytes.length);
  return splice(bytes, at, random.below(64), other.subarray(from, from + random.below(256)));
};

/** Puts the binary into a component as a nested module or component. */
const wrap: Mutation = (bytes, random) => {
  const size = [(bytes.length & 0x7f) | 0x80, ((bytes.length >> 7) & 0x7f) | 0x80, (bytes.length >> 14) & 0x7f];
  return Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, random.pick([1, 4]), ...size, ...bytes);
};

const MUTATIONS: readonly Mutation[] = [
  ...[flipBit, flipBit, flipBit, setByte, setByte, setByte, overwrite, overwrite, moveSections, moveSections],
  ...[remove, insert, overwriteNumber, cut, repeat, graft],
];

function splice(bytes: Uint8Array, at: number, drop: number, extra: ArrayLike<number>): Uint8Array {
  const tail = bytes.subarray(Math.min(bytes.length, at + drop));
  const result = new Uint8Array(at + extra.length + tail.length);
  result.set(bytes.subarray(0, at));
  result.set(extra, at);
  result.set(tail, at + extra.length);
  return result;
}

/** One to four mutations, more often one, of one member of the corpus. */
export function mutate(corpus: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  let bytes: Uint8Array = random.pick(corpus);
  if (bytes.length < 4096 && random.below(16) === 0) bytes = wrap(bytes, random, bytes);
  for (let left = 1 + random.below(1 + random.below(4)); left > 0 && bytes.length > 0; left--) {
    bytes = random.pick(MUTATIONS)(bytes, random, random.pick(corpus));
  }
  return bytes;
}
