/** What is known of the deployment: its files, and the health of the last recorded cycle, which they may not show yet. */
import { CYCLE_STREAM, deploymentFacts, type KnownFacts, type UnreadableStream } from "@tau-edge/control";
import { type DeploymentFactsReader, type LedgerReader, PortError } from "@tau-edge/ports";

export interface KnownDeployment {
  readonly facts: KnownFacts;
  /** The stream of the cycles, where it is damaged: what the files say is told all the same. */
  readonly unreadable: readonly UnreadableStream[];
}

/** @throws PortError `state_corrupt`, `state_newer`, `state_foreign`, `store_unavailable` */
export async function knownDeployment(files: DeploymentFactsReader, ledger: LedgerReader): Promise<KnownDeployment> {
  try {
    return { facts: await deploymentFacts({ facts: files, ledger }), unreadable: [] };
  } catch (error) {
    if (!(error instanceof PortError) || (error.code !== "ledger_corrupt" && error.code !== "ledger_newer"))
      throw error;
    return {
      facts: { ...(await files.facts()), state_behind: false },
      unreadable: [{ stream: CYCLE_STREAM, code: error.code }],
    };
  }
}
