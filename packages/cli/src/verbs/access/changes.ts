/** What verbs share that change something: they may rehearse it, and may vouch for the clock. */
import type { AccessDesk } from "../../access/access-desk.ts";
import type { AccessOptions, AccessSource } from "../../access/access-source.ts";
import { type Rehearsed, rehearse } from "../../access/rehearsal.ts";

export interface ChangeOptions extends AccessOptions {
  readonly dryRun?: boolean;
  readonly acceptClock?: boolean;
}

/** The desk itself, or in a dry run one in memory. @param copied what is there, as far as the change depends on it */
export async function deskFor(
  { dryRun }: ChangeOptions,
  source: AccessSource,
  copied: (desk: AccessDesk) => Promise<Rehearsed>,
): Promise<AccessDesk> {
  return dryRun === true ? rehearse(source, await copied(source.desk)) : source.desk;
}

export function acceptClock({ acceptClock: accepted }: ChangeOptions): { readonly accept_clock?: boolean } {
  return accepted === true ? { accept_clock: true } : {};
}
