/** Where packaging writes: until promotion exists, everything is packaged into the environment `dev` of the default tenant. */
import { formatStream } from "@tau-edge/ledger";

export const PACKAGING_ENVIRONMENT = "dev";

/** @throws LedgerError `stream_malformed` for an id that `isStreamId` refuses */
export function packagingStream(blueprint_id: string): string {
  return formatStream({ tenant: "default", environment: PACKAGING_ENVIRONMENT, blueprint: blueprint_id });
}
