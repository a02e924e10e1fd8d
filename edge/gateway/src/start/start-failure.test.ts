import { PortError } from "@tau-edge/ports";
import { expect, it } from "vitest";
import { ListenError } from "./listen.ts";
import { startFailureOf } from "./start-failure.ts";

it("says what to do about a state of another version, and ends with 4", () => {
  const older = new PortError("ledger_older", "/s/ledger.db", "It has schema 1", { remedy: "tau-edge migrate run" });
  const lines = ["It has schema 1 (ledger_older at /s/ledger.db)", "tau-edge migrate run"];
  expect(startFailureOf(older)).toEqual({ lines, exitCode: 4 });
});

it("ends with 1 where an operation failed, and with 2 where the options are wrong", () => {
  expect(startFailureOf(new PortError("store_full", "/s", "No space"))?.exitCode).toBe(1);
  expect(startFailureOf(new ListenError("address_unusable", "http://x", "Cannot"))?.exitCode).toBe(1);
  expect(startFailureOf(new ListenError("usage", "--port", "Not a number"))?.exitCode).toBe(2);
});

it("leaves a bug alone", () => {
  expect(startFailureOf(new TypeError("no"))).toBeUndefined();
});
