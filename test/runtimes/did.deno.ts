// Deno: the golden identities.
import golden from "../conformance/data/did-derive-golden.json" with { type: "json" };
import vectors from "../conformance/data/didkey-ed25519-x25519.json" with { type: "json" };
import { didSuite } from "./did-suite.ts";

declare const Deno: { test(name: string, run: () => Promise<void>): void };

didSuite({ test: (name, run) => Deno.test(name, run) }, { golden, vectors });
