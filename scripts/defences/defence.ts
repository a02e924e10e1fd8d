/** How a defence is written down: who is kept out of what, by which lines, and which test sees it when they are gone. */

/** A test that exists already. */
export interface Shown {
  /** What vitest is given. */
  readonly file: string;
  /** As it is written there; `%s` and the like stand for what a table puts there. */
  readonly name: string;
  /** Where the name is written, if that is not the file itself: in a suite that several runtimes share. */
  readonly suite?: string;
  /** With what the test's full name begins. */
  readonly group?: string;
  /** It looks at what the other tests of its group left, so all of them run. */
  readonly needsGroup?: true;
}

export interface Defence {
  /** What stands in the way. */
  readonly by: string;
  /** Where it does. */
  readonly file: string;
  /** What it is there: a text that occurs in the file once. */
  readonly text: string;
  /** What stands in its place when the defence is gone. */
  readonly without: string;
  readonly shown: Shown;
}

export interface Threat {
  /** The number that tests and commits call it by. */
  readonly number: number;
  readonly attacker: string;
  readonly tries: string;
  readonly defences: readonly Defence[];
}

/** Threats of one kind, under one heading. */
export interface ThreatGroup {
  readonly title: string;
  readonly threats: readonly Threat[];
}

/** One of the tests that every gateway with agents passes; the one in memory takes no process. */
export function inAgentsSuite(name: string): Shown {
  const suite = "test/runtimes/gateway-agents-suite.ts";
  return { file: "test/runtimes/gateway-agents.test.ts", name, suite, group: "memory" };
}

export function inProofsSuite(name: string): Shown {
  const suite = "test/runtimes/gateway-proofs-suite.ts";
  return { file: "test/runtimes/gateway-agents.test.ts", name, suite, group: "memory" };
}

export function inCredentialsSuite(name: string): Shown {
  const suite = "test/runtimes/gateway-credentials-suite.ts";
  return { file: "test/runtimes/gateway-credentials.test.ts", name, suite, group: "memory" };
}

/** One of the tests that every agent directory passes. */
export function inDirectorySuite(part: "agents" | "keys" | "links", name: string): Shown {
  const suite = `packages/ports/src/suites/agent-directory-${part}.ts`;
  return { file: "test/contract/adapters.test.ts", name, suite, group: "memory" };
}
