// Deno: the golden simulations.
import golden from "../conformance/data/simulation-golden.json" with { type: "json" };
import { simulationSuite } from "./simulation-suite.ts";

declare const Deno: { test(name: string, run: () => Promise<void>): void };

simulationSuite({ test: (name, run) => Deno.test(name, run) }, golden);
