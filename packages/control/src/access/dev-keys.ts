/**
 * Keys that can be guessed. Where only this machine or a devnet is at stake they are let in and called `dev`; anywhere
 * else whoever guessed one would be that agent.
 */
import { isDevnet } from "@tau-edge/identity";
import type { AccessConfig } from "./access.ts";
import type { AccessContext } from "./access-context.ts";
import type { SystemFacts } from "./system-facts.ts";

/** What S1's guide and its defaults make of (key, tau-devnet, browser-agent): everybody has these keys. */
export const WELL_KNOWN_DIDS: ReadonlySet<string> = new Set([
  "did:key:z6Mkhz42ULeF6GcrC75cpHburzfyB7ToisdpXyyGb5JoSjgb", // local-dev-seed
  "did:key:z6Mkndt5bKtS3jxZkTMzTxmuRdq9TM39759LF97nuabqggC5", // tau-browser-seed
  "did:key:z6Mktu1vFWZZrqi3R4cqTUvsLqZg6ZLBswYZmzMTM6qBka1C", // default-seed
  "did:key:z6Mko477KUWy1uXS9L4Pn5CV9zTywQNy1LdDXpot52XBxBhP", // seed-001
]);

export function devAllowed({ loopback, network }: AccessConfig): boolean {
  return loopback || isDevnet(network);
}

/** By the records, the directory or the list. That an agent says so itself is believed, that it does not proves nothing. */
export async function isDevKey(did: string, known: SystemFacts, { ports }: AccessContext): Promise<boolean> {
  if (WELL_KNOWN_DIDS.has(did) || known.devDids.has(did)) return true;
  return (await ports.directory.agent(did))?.assurance === "dev";
}
