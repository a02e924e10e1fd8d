// Deno: an agent at work.
import { agentSuite } from "./agent-suite.ts";

declare const Deno: { test(name: string, run: () => Promise<void>): void };

agentSuite({ test: (name, run) => Deno.test(name, run) }, { compiles: true });
