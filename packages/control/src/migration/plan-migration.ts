/** Which schemas are there, and what would have to be done. */
import { type MigrationPlace, PortError } from "@tau-edge/ports";
import type { MigrationPlan, MigrationStep } from "./migration-ports.ts";

/** @throws PortError the `_newer` code of a store that is newer than this program: then nothing is done to any */
export async function planMigration(place: MigrationPlace): Promise<MigrationPlan> {
  const stores = await place.versions();
  const steps = stores.flatMap(({ store, path, found, writes }): MigrationStep[] => {
    if (found === undefined || found === writes) return [];
    if (store === "ledger") return [{ store, from: found, to: writes }];
    throw new PortError("state_corrupt", path, `It has schema ${found}, which no version of this program has written`);
  });
  return { schema_version: 1, stores, steps };
}
