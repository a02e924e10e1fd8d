// Lets agents in, rotates and revokes in a state directory, and says on stdout what has been acknowledged, one JSON line
// each. Argument: the state directory. Killed at chosen calls by the test beside it.
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openState } from "@tau-edge/adapter-node";
import { type AgentDirectory, type OwnerCredential, PortError } from "@tau-edge/ports";
import { didOf, exchangeOf, hashOf, linkOf, DIRECTORY_NOW_UNIX_MS as NOW, said } from "@tau-edge/ports/suites";

export const DIRECTORY_WRITER = fileURLToPath(import.meta.url);
export const OWNER: OwnerCredential = { kind: "token", verifier: "ab".repeat(32) };
export const RETIRED: OwnerCredential = { kind: "token", verifier: "cd".repeat(32) };

export const STEPS = ["link", "exchange", "other link", "rotate", "late link", "late exchange", "revoke"] as const;
export type Step = (typeof STEPS)[number];

export type Acknowledged =
  | { readonly step: Step; readonly answer: string }
  | { readonly step: Step; readonly error: string };

/** What each step answers the first time. */
export const ANSWERS: Readonly<Record<Step, string>> = {
  link: "added",
  exchange: "registered",
  "other link": "added",
  rotate: "true",
  "late link": "added",
  "late exchange": "registered",
  revoke: "true",
};

/** Does the step, in a state in which it may have been done before. */
export async function doStep(directory: AgentDirectory, step: Step): Promise<string> {
  const limits = { open_links_max: 10 };
  switch (step) {
    case "link":
      return directory.addLink(linkOf(1), limits);
    case "exchange":
      return said(await directory.exchange(exchangeOf(1, 1, 1)));
    case "other link":
      return directory.addLink(linkOf(2), limits);
    case "rotate": {
      const secrets = { owner: OWNER, retired: [RETIRED], bootstrap_key: hashOf(77) };
      const { applied } = await directory.rotate({ epoch: 1, now_unix_ms: NOW, ...secrets, links: true, tokens: true });
      return String(applied);
    }
    case "late link":
      return directory.addLink(linkOf(3), limits);
    case "late exchange":
      return said(await directory.exchange(exchangeOf(3, 3, 3)));
    case "revoke":
      return String(await directory.revokeAgent(didOf(3), NOW));
  }
}

async function main([stateDir = ""]: readonly string[]): Promise<void> {
  const { directory, close } = await openState(stateDir);
  for (const step of STEPS) {
    const said: Acknowledged = await doStep(directory, step).then(
      (answer) => ({ step, answer }),
      (error: unknown) => ({ step, error: error instanceof PortError ? error.code : String(error) }),
    );
    writeSync(1, `${JSON.stringify(said)}\n`);
  }
  await close();
}

if (process.argv[1] === DIRECTORY_WRITER) await main(process.argv.slice(2));
