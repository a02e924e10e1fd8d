// Proves that the adapters keep their contracts under Deno as well.
import { adapterSuites } from "../contract/adapters.ts";

declare const Deno: { test(name: string, run: () => Promise<void>): void };

adapterSuites({ test: (name, run) => Deno.test(name, run) });
