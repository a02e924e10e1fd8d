// Deno: one verdict about signatures.
import { liveSuite } from "./live-suite.ts";

declare const Deno: { test(name: string, run: () => Promise<void>): void };

liveSuite({ test: (name, run) => Deno.test(name, run) });
