/** Where use cases write. */
import { formatStream } from "@tau-edge/ledger";

/** Until promotion exists, everything is packaged into this environment of the default tenant. */
export const PACKAGING_ENVIRONMENT = "dev";

/**
 * The cycles of the contract runner. It belongs to no blueprint: a cycle has cases of many. No environment is called
 * `contract`, so nobody packages or rolls out here.
 */
export const CYCLE_STREAM = formatStream({ tenant: "default", environment: "contract", blueprint: "cycles" });

/** @throws LedgerError `stream_malformed` for an id that `isStreamId` refuses */
export function packagingStream(blueprint_id: string): string {
  return formatStream({ tenant: "default", environment: PACKAGING_ENVIRONMENT, blueprint: blueprint_id });
}
