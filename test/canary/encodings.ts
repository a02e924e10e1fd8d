/** A secret is found in whatever way somebody wrote it down: as bytes, hex, base64, base64url, base58, and backwards. */
import { toBase64, toBase64url, toHex, toMultibase } from "@tau-edge/encoding";

/** base58 takes time with the square of the length, and nobody writes so much in it. */
const BASE58_BYTES_MAX = 256;

/** In both directions: what stands backwards was reversed before it was written, or after. */
export function formsOf(secret: Uint8Array): readonly Buffer[] {
  const backwards = secret.toReversed();
  const texts = [secret, backwards].flatMap((bytes) => [
    toHex(bytes),
    toHex(bytes).toUpperCase(),
    ...withinLonger(bytes, toBase64),
    ...withinLonger(bytes, toBase64url),
    ...(bytes.length <= BASE58_BYTES_MAX ? [toMultibase("z", bytes).slice(1)] : []),
  ]);
  const read = texts.map((text) => Buffer.from(text));
  // Names of hosts are made small.
  const small = [secret, backwards].map((bytes) =>
    Buffer.from(Buffer.from(bytes).toString("latin1").toLowerCase(), "latin1"),
  );
  return [
    Buffer.from(secret),
    Buffer.from(backwards),
    ...small,
    ...read,
    ...read.map((text) => text.toReversed()).map(Buffer.from),
  ];
}

/** What is in the text for certain, wherever in something longer the secret stood: `user:secret`, say. */
function withinLonger(secret: Uint8Array, write: (bytes: Uint8Array) => string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const text = write(new Uint8Array([...new Uint8Array(before), ...secret])).replace(/=+$/, "");
    const isShared = (before + secret.length) % 3 !== 0;
    return text.slice(before === 0 ? 0 : before + 1, isShared ? -1 : undefined);
  });
}

/** Something that somebody may read: a file, an answer, a line of a log. */
export type Readable = readonly [place: string, bytes: Uint8Array];

interface Wanted<Name> {
  readonly name: Name;
  readonly form: Buffer;
}

/** Of every form, what it is found by. */
const START_BYTES = 4;

/** Looks once at each byte, however many forms are wanted. */
export class SecretSearch<Name> {
  readonly #wanted = new Map<number, Wanted<Name>[]>();
  /** The first two bytes of those: most places are passed over by them. */
  readonly #starts = new Uint8Array(2 ** 16);

  /** @param secret at least six bytes: of less, every form is found by chance */
  add(name: Name, secret: Uint8Array): void {
    for (const form of formsOf(secret)) {
      const start = form.readUInt32BE(0);
      this.#starts[start >>> 16] = 1;
      const known = this.#wanted.get(start);
      if (known === undefined) this.#wanted.set(start, [{ name, form }]);
      else known.push({ name, form });
    }
  }

  /** @returns the secrets that were found, in any form */
  in(bytes: Uint8Array): ReadonlySet<Name> {
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = new Set<Name>();
    for (let at = 0; at + START_BYTES <= haystack.length; at++) {
      if (this.#starts[((haystack[at] ?? 0) << 8) | (haystack[at + 1] ?? 0)] !== 1) continue;
      for (const { name, form } of this.#wanted.get(haystack.readUInt32BE(at)) ?? [])
        if (haystack.subarray(at, at + form.length).equals(form)) found.add(name);
    }
    return found;
  }
}

/** @returns the places in which one of the secrets was found, each once */
export function placesOf(secrets: readonly Uint8Array[], readables: readonly Readable[]): readonly string[] {
  const search = new SecretSearch<Uint8Array>();
  for (const secret of secrets) search.add(secret, secret);
  const found = readables.filter(([, bytes]) => search.in(bytes).size > 0);
  return [...new Set(found.map(([place]) => place))];
}
