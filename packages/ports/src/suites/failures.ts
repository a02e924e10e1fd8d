/** Runs a suite by itself: for showing that it fails for an adapter that breaks a promise. */
import type { TestRegistrar } from "./check.ts";

export interface SuiteOutcome {
  /** Names of the tests that failed. */
  readonly failed: readonly string[];
  readonly count: number;
}

export async function failuresOf(register: (t: TestRegistrar) => void): Promise<SuiteOutcome> {
  const tests: { name: string; run: () => Promise<void> }[] = [];
  register({ test: (name, run) => void tests.push({ name, run }) });
  const failed: string[] = [];
  for (const { name, run } of tests)
    await run().catch(() => {
      failed.push(name);
    });
  return { failed, count: tests.length };
}
