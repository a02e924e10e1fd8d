/** Objects from an R2 bucket, under `sha256/<hex>`. Each is hashed when this isolate first opens it. */
import { type Digest, digestHex, digestOf } from "@tau-edge/encoding";
import { type ByteRange, type ObjectInfo, type ObjectReader, type OpenObject, PortError } from "@tau-edge/ports";
import { OTHERS_VERIFICATION_MS_MAX, VERIFIED_OBJECTS_MAX } from "./limits.ts";

export function objectKey(digest: Digest): string {
  return `sha256/${digestHex(digest)}`;
}

export class R2ObjectReader implements ObjectReader {
  readonly #bucket: R2Bucket;
  /**
   * Digest -> version of the upload that had it. Every upload has a version of its own and is hashed anew; its etag is
   * an MD5, which two contents can be made to share.
   */
  readonly #verified = new Map<Digest, string>();
  /** Verifications under way, so that a crowd of first readers reads and hashes once. */
  readonly #verifying = new Map<Digest, Promise<void>>();

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  async stat(digest: Digest): Promise<ObjectInfo | undefined> {
    const found = await reach(digest, () => this.#bucket.head(objectKey(digest)));
    return found === null ? undefined : { digest, size_bytes: found.size };
  }

  async open(digest: Digest): Promise<OpenObject | undefined> {
    const found = await reach(digest, () => this.#bucket.head(objectKey(digest)));
    if (found === null) return undefined;
    await this.#verifyOnce(digest, found.version);
    return this.#openVerified(digest, found);
  }

  async read(digest: Digest, size_bytes_max: number): Promise<Uint8Array | undefined> {
    const found = await reach(digest, () => this.#bucket.get(objectKey(digest)));
    if (found === null) return undefined;
    if (found.size > size_bytes_max) {
      await found.body.cancel();
      throw new PortError("object_too_large", digest, `It has ${found.size} bytes, the limit is ${size_bytes_max}`);
    }
    const bytes = await reach(digest, () => found.arrayBuffer());
    if (digestOf(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))) !== digest) throw wrongDigest(digest);
    return new Uint8Array(bytes);
  }

  async #verifyOnce(digest: Digest, version: string): Promise<void> {
    const running = this.#verifying.get(digest);
    // It belongs to another request. If the platform ends that one, its promise never settles.
    if (running !== undefined && this.#verified.get(digest) !== version)
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, OTHERS_VERIFICATION_MS_MAX))]);
    if (this.#verified.get(digest) === version) return;
    const own = this.#verify(digest, version).finally(() => {
      if (this.#verifying.get(digest) === own) this.#verifying.delete(digest);
    });
    this.#verifying.set(digest, own);
    await own;
  }

  async #verify(digest: Digest, version: string): Promise<void> {
    const found = await reach(digest, () => this.#bucket.get(objectKey(digest)));
    if (found?.version !== version) {
      await found?.body.cancel();
      throw changed(digest);
    }
    const hash = new crypto.DigestStream("SHA-256");
    await reach(digest, () => found.body.pipeTo(hash));
    if (digestOf(new Uint8Array(await hash.digest)) !== digest) throw wrongDigest(digest);
    if (this.#verified.size >= VERIFIED_OBJECTS_MAX) this.#verified.clear();
    this.#verified.set(digest, version);
  }

  #openVerified(digest: Digest, { size, version }: R2Object): OpenObject {
    let taken = false;
    return {
      digest,
      size_bytes: size,
      body: (range?: ByteRange) => {
        if (taken) throw new TypeError("the body of an open object was already taken");
        const { start, end } = range ?? { start: 0, end: size };
        if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end > size)
          throw new RangeError(`no range ${start}..${end} in ${size} bytes`);
        taken = true;
        return this.#stream(digest, version, start, end - start);
      },
      // Nothing is held before `body`: R2 is asked by key.
      async close() {
        taken = true;
      },
    };
  }

  /** A stream of known length, so that the answer carries Content-Length. */
  #stream(digest: Digest, version: string, offset: number, length: number): ReadableStream<Uint8Array> {
    const { readable, writable } = new FixedLengthStream(length);
    const fill = async (): Promise<void> => {
      if (length === 0) return writable.close();
      const found = await this.#bucket.get(objectKey(digest), { range: { offset, length } });
      // The version binds the bytes that are sent to the upload that was hashed.
      if (found?.version !== version) {
        await found?.body.cancel();
        return writable.abort(changed(digest));
      }
      await found.body.pipeTo(writable);
    };
    // A reader that goes away cancels the pipe; what fails otherwise reaches the reader as the stream's error.
    fill().catch((error: unknown) => writable.abort(error).catch(() => undefined));
    return readable;
  }
}

/** What the binding throws says only that R2 cannot be reached or refuses. */
async function reach<T>(digest: Digest, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new PortError("store_unavailable", digest, "R2 does not answer", { cause });
  }
}

function wrongDigest(digest: Digest): PortError {
  return new PortError("object_corrupt", digest, "The stored bytes have another digest", {
    remedy: "Upload the object again; the key is sha256/ and its digest in hex.",
  });
}

function changed(digest: Digest): PortError {
  return new PortError("store_unavailable", digest, "The object was replaced while it was read");
}
