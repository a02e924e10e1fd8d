/** Contract suites: plain functions that register tests, so that every adapter passes the same ones on every runtime. */
export {
  type AgentDirectoryHarness,
  accessOf,
  didOf,
  exchangeOf,
  hashOf,
  linkOf,
  NOW as DIRECTORY_NOW_UNIX_MS,
  renewalOf,
  said,
} from "./agent-directory-samples.ts";
export { agentDirectorySuite } from "./agent-directory-suite.ts";
export { type CaseBookHarness, caseBookSuite } from "./case-book-suite.ts";
export { type ChannelStoreHarness, channelLineOf, channelStoreSuite } from "./channel-store-suite.ts";
export { CheckFailed, check, checkEqual, collect, sampleBytes, type TestRegistrar } from "./check.ts";
export { clockSuite } from "./clock-suite.ts";
export type { CollectionPlace, CollectionStoreHarness } from "./collection-samples.ts";
export { collectionStoreSuite } from "./collection-store-suite.ts";
export { type CommitPointersHarness, commitPointersSuite } from "./commit-pointers-suite.ts";
export type { DeploymentFilesHarness } from "./deployment-files-harness.ts";
export { deploymentFilesSuite } from "./deployment-files-suite.ts";
export { type EventLogHarness, eventLogSuite, eventOf } from "./event-log-suite.ts";
export { failuresOf, type SuiteOutcome } from "./failures.ts";
export { type LedgerReaderHarness, ledgerReaderSuite } from "./ledger-reader-suite.ts";
export { type LedgerStoreHarness, ledgerStoreSuite } from "./ledger-store-suite.ts";
export { type MetricWindowsHarness, metricWindowsSuite } from "./metric-windows-suite.ts";
export { type ObjectReaderHarness, objectReaderSuite } from "./object-reader-suite.ts";
export { type ObjectStoreHarness, objectStoreSuite } from "./object-store-suite.ts";
export { type PublicFileHarness, publicFileSuite } from "./public-file-suite.ts";
