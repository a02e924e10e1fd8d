/** What the use cases need from a platform: one interface a file. */
export type { Clock } from "./clock.ts";
export type { DeliverableFiles, DeploymentFiles, LedgerDeliverables } from "./deployment-files.ts";
export { PORT_ERROR_MEANINGS, PortError, type PortErrorCode } from "./errors.ts";
export {
  type AppendRequest,
  type AppendResult,
  type LedgerReader,
  type LedgerStore,
  READ_PAGE_RECORDS_MAX,
  type StreamEnd,
} from "./ledger-store.ts";
export type { ByteRange, ObjectInfo, ObjectReader, ObjectStore, OpenObject } from "./object-store.ts";
export { type StoredRow, sealAppend, verifyHead, verifyRows } from "./sealing.ts";
export type { DeepReason, DeepVerdict, Validator } from "./validator.ts";
