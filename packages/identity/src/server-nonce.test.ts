import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { serverNonces } from "./server-nonce.ts";

const KEY = new Uint8Array(32).fill(3);
const BUCKET = 300_000;
const NOW = 6_000_000 * BUCKET;

describe("server nonces", () => {
  const nonces = serverNonces(KEY, "boot-1");

  it("are the first 22 characters of a MAC over domain, boot, epoch and five minutes", () => {
    const parts = ["tau-edge/dpop-nonce/v1", "boot-1", "7", "6000000"];
    const message = Buffer.concat(
      parts.flatMap((part) => [Buffer.from([0, 0, 0, part.length]), Buffer.from(part, "utf8")]),
    );
    const mac = createHmac("sha256", KEY).update(message).digest("base64url");
    expect(nonces.current(7, NOW)).toBe(mac.slice(0, 22));
  });

  it("are taken for the five minutes in which they were given out, and the five after", () => {
    const nonce = nonces.current(1, NOW);
    const taken = [-1, 0, BUCKET - 1, BUCKET, 2 * BUCKET - 1, 2 * BUCKET].map((later) =>
      nonces.accepts(nonce, 1, NOW + later),
    );
    expect(taken).toEqual([false, true, true, true, true, false]);
  });

  it("are worth nothing in another epoch, after a restart, or under another key", () => {
    const nonce = nonces.current(1, NOW);
    expect(nonces.accepts(nonce, 2, NOW)).toBe(false);
    expect(serverNonces(KEY, "boot-2").accepts(nonce, 1, NOW)).toBe(false);
    expect(
      serverNonces(
        KEY.map((byte) => byte ^ 1),
        "boot-1",
      ).accepts(nonce, 1, NOW),
    ).toBe(false);
    expect(serverNonces(KEY, "boot-1").accepts(nonce, 1, NOW)).toBe(true);
  });

  it.each(["", "a", "a".repeat(22), "a".repeat(10_000)])("are not %j", (nonce) => {
    expect(nonces.accepts(nonce, 1, NOW)).toBe(false);
  });

  it("do not run together: epoch 11 of bucket 1 is not epoch 1 of bucket 11", () => {
    expect(nonces.current(11, BUCKET)).not.toBe(nonces.current(1, 11 * BUCKET));
  });
});
