/** Deno: the same golden bytes, with the portable SHA-256 and with node:crypto as Deno fills it in. */
import { deepEqual, equal } from "node:assert/strict";
import { createHash } from "node:crypto";
import { sha256 } from "@tau-edge/encoding";
import { identityInputs, readGolden } from "./identity-inputs.ts";
import { differences, identityOf } from "./identity-suite.ts";

declare const Deno: { test(name: string, run: () => void): void };

Deno.test("identical bytes: the golden ones on Deno", () => {
  const identity = identityOf(identityInputs(), (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()));
  deepEqual(differences(readGolden(), identity), []);
  equal(identity.all, readGolden().all);
});

Deno.test("identical bytes: the portable SHA-256 gives the same on Deno", () => {
  deepEqual(differences(readGolden(), identityOf(identityInputs(), sha256)), []);
});
