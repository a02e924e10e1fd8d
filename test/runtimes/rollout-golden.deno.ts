// Deno: the golden rollouts.
import golden from "../conformance/data/rollout-golden.json" with { type: "json" };
import { rolloutGoldenSuite } from "./rollout-golden-suite.ts";

declare const Deno: { test(name: string, run: () => Promise<void>): void };

rolloutGoldenSuite({ test: (name, run) => Deno.test(name, run) }, golden);
