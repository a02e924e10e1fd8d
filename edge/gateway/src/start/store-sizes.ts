/** Counts what a state directory holds, page by page: a store of a million objects takes seconds, in which requests are answered. */
import type { AgentDirectoryReader, CollectionReader } from "@tau-edge/ports";
import type { StoreSizes } from "../metrics/sizes.ts";

export interface CountedStores {
  readonly collection: CollectionReader;
  readonly directory: Pick<AgentDirectoryReader, "agents">;
  ledgerBytes(): Promise<number>;
}

const AGENTS_PAGE = 256;

/** @throws PortError what one of the stores throws: figures of some of them would look like those of all */
export async function countStores({ collection, directory, ledgerBytes }: CountedStores): Promise<StoreSizes> {
  const sizes = { objects: 0, objects_size_bytes: 0, condemned: 0, collected: 0 };
  for await (const page of collection.stored()) {
    for (const { size_bytes } of page) {
      sizes.objects += 1;
      sizes.objects_size_bytes += size_bytes;
    }
    await pause();
  }
  for await (const page of collection.marks()) {
    for (const { mark } of page) sizes[mark] += 1;
    await pause();
  }
  return { ...sizes, ledger_size_bytes: await ledgerBytes(), agents: await countAgents(directory) };
}

async function countAgents(directory: CountedStores["directory"]): Promise<StoreSizes["agents"]> {
  const agents = { registered: 0, revoked: 0 };
  for (let after: string | undefined; ; ) {
    const page = await directory.agents(after, AGENTS_PAGE);
    for (const { revoked_unix_ms } of page) agents[revoked_unix_ms === undefined ? "registered" : "revoked"] += 1;
    after = page.at(-1)?.did;
    if (page.length < AGENTS_PAGE || after === undefined) return agents;
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
