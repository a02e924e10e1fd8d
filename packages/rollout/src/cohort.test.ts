import { encodeUtf8, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { cohortBucket, inCohort } from "./cohort.ts";

describe("a cohort", () => {
  it.each([
    ["user-1", 2_439],
    ["user-2", 8_240],
    ["user-42", 2_942],
  ])("puts %s where the published vector says", (key, bucket) => {
    expect(cohortBucket("rollout-1", key, sha256)).toBe(bucket);
  });

  it("only grows when the weight rises", () => {
    for (const bucket of [0, 99, 100, 5_000, 9_999])
      for (let weight = 1; weight <= 10_000; weight++)
        if (inCohort(bucket, weight - 1)) expect(inCohort(bucket, weight)).toBe(true);
  });

  it("has nobody at weight 0 and everybody at 100 %", () => {
    for (const bucket of [0, 9_999]) {
      expect(inCohort(bucket, 0)).toBe(false);
      expect(inCohort(bucket, 10_000)).toBe(true);
    }
  });

  it("has about as many keys as its weight says", () => {
    const buckets = Array.from({ length: 20_000 }, (_, nth) => cohortBucket("r~1", `key-${nth}`, sha256));
    const share = buckets.filter((bucket) => inCohort(bucket, 2_500)).length / buckets.length;
    // Four standard deviations of a binomial are 1.2 %.
    expect(Math.abs(share - 0.25)).toBeLessThan(0.0125);
  });

  it("takes keys of up to 1,024 bytes, counted in UTF-8", () => {
    for (const key of ["x".repeat(1_024), "é".repeat(512), "😀".repeat(256)])
      expect(cohortBucket("rollout-1", key, sha256)).toBeLessThan(10_000);
    for (const key of ["", "x".repeat(1_025), "é".repeat(513), "😀".repeat(257)])
      expect(() => cohortBucket("rollout-1", key, sha256)).toThrow(
        expect.objectContaining({ code: "version_key_length" }),
      );
  });

  it("hashes the bytes of the definition, whatever was hashed before", () => {
    const keys = ["k".repeat(1_024), "a", "\u007f", "\u0080", "é", "user-1\n", "k".repeat(1_000), "b", "k".repeat(60)];
    for (const rollout_id of ["default~dev~shop~1", "r"])
      for (const key of keys) {
        const [a = 0, b = 0, c = 0, d = 0] = sha256(encodeUtf8(`${rollout_id}\n${key}`));
        expect(cohortBucket(rollout_id, key, sha256)).toBe((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % 10_000);
      }
  });

  it("refuses a key that has no UTF-8 form, because all such keys would share one bucket", () => {
    expect(() => cohortBucket("rollout-1", "\ud800", sha256)).toThrow(
      expect.objectContaining({ code: "text_ill_formed" }),
    );
  });
});
