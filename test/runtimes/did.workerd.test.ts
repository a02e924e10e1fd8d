/** workerd: the golden identities. */
import { expect, it } from "vitest";
import golden from "../conformance/data/did-derive-golden.json" with { type: "json" };
import vectors from "../conformance/data/didkey-ed25519-x25519.json" with { type: "json" };
import { DID_CASES_WITH_ONE_PASSPHRASE as cases } from "./did-cases.ts";
import { didSuite } from "./did-suite.ts";

it("identities: this is workerd", () => expect(navigator.userAgent).toBe("Cloudflare-Workers"));

// The runner reaches imported functions through getters, so one scrypt takes six seconds instead of half of one.
didSuite({ test: (name, run) => it(name, run) }, { golden, vectors, cases });
