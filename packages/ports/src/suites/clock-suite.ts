/** What every clock promises. */
import type { Clock } from "../clock.ts";
import { check, type TestRegistrar } from "./check.ts";

export function clockSuite(t: TestRegistrar, make: () => Clock): void {
  t.test("clock: the time is a positive whole number of milliseconds", async () => {
    const now_unix_ms = make().nowUnixMs();
    check(Number.isSafeInteger(now_unix_ms) && now_unix_ms > 0, `${now_unix_ms} is a time`);
    // Seconds and microseconds are the usual mistakes; both fall outside the years 1973 to 5138.
    check(now_unix_ms > 1e11 && now_unix_ms < 1e14, `${now_unix_ms} is in milliseconds`);
  });
}
