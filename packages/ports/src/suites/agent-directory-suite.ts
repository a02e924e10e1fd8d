/** What every agent directory promises. */
import { agentTests } from "./agent-directory-agents.ts";
import { keyTests } from "./agent-directory-keys.ts";
import { linkTests } from "./agent-directory-links.ts";
import { type AgentDirectoryHarness, directoryTests } from "./agent-directory-samples.ts";
import type { TestRegistrar } from "./check.ts";

export function agentDirectorySuite(t: TestRegistrar, make: () => Promise<AgentDirectoryHarness>): void {
  const test = directoryTests(t, make);
  linkTests(test);
  agentTests(test);
  keyTests(test);
}
