/** Names each request in answers and logs: a random word of this process and a counter, so that making one is cheap. */
export interface RequestIds {
  next(): string;
}

/**
 * @param randomBytes asked for 8 bytes when the first request comes: workerd has no randomness before
 */
export function makeRequestIds(randomBytes: (count: number) => Uint8Array): RequestIds {
  let prefix: string | undefined;
  let count = 0;
  return {
    next() {
      prefix ??= Array.from(randomBytes(8), (byte) => byte.toString(16).padStart(2, "0")).join("");
      count += 1;
      return `${prefix}-${count.toString(36)}`;
    },
  };
}
