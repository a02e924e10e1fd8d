/** Every adapter that runs on Node and Deno, against the suite of its port. */
import { ManualClock } from "@tau-edge/adapter-memory";
import { systemClock } from "@tau-edge/adapter-node";
import {
  agentDirectorySuite,
  caseBookSuite,
  channelStoreSuite,
  clockSuite,
  collectionStoreSuite,
  commitPointersSuite,
  deploymentFilesSuite,
  eventLogSuite,
  ledgerReaderSuite,
  ledgerStoreSuite,
  metricWindowsSuite,
  objectReaderSuite,
  objectStoreSuite,
  publicFileSuite,
  type TestRegistrar,
} from "@tau-edge/ports/suites";
import {
  makeMemoryBook,
  makeMemoryChannels,
  makeMemoryCollection,
  makeMemoryDirectory,
  makeMemoryEvents,
  makeMemoryFiles,
  makeMemoryLedger,
  makeMemoryLedgerReader,
  makeMemoryPointers,
  makeMemoryPublicFile,
  makeMemoryReader,
  makeMemoryStore,
  makeMemoryWindows,
} from "./memory-harness.ts";
import {
  makeBook,
  makeChannels,
  makeCollection,
  makeDirectory,
  makeEvents,
  makeFiles,
  makeLedger,
  makeLedgerReader,
  makeObjectReader,
  makeObjectStore,
  makePointers,
  makePublicFile,
  makeWindows,
} from "./node-harness.ts";

export function adapterSuites(t: TestRegistrar): void {
  const memory = named(t, "memory");
  objectReaderSuite(memory, makeMemoryReader);
  objectStoreSuite(memory, makeMemoryStore);
  ledgerReaderSuite(memory, makeMemoryLedgerReader);
  ledgerStoreSuite(memory, makeMemoryLedger);
  collectionStoreSuite(memory, makeMemoryCollection);
  commitPointersSuite(memory, makeMemoryPointers);
  deploymentFilesSuite(memory, makeMemoryFiles);
  publicFileSuite(memory, makeMemoryPublicFile);
  metricWindowsSuite(memory, makeMemoryWindows);
  caseBookSuite(memory, makeMemoryBook);
  agentDirectorySuite(memory, makeMemoryDirectory);
  eventLogSuite(memory, makeMemoryEvents);
  channelStoreSuite(memory, makeMemoryChannels);
  clockSuite(memory, () => new ManualClock());
  const node = named(t, "node");
  objectReaderSuite(node, makeObjectReader);
  objectStoreSuite(node, makeObjectStore);
  ledgerReaderSuite(node, makeLedgerReader);
  ledgerStoreSuite(node, makeLedger);
  collectionStoreSuite(node, makeCollection);
  commitPointersSuite(node, makePointers);
  deploymentFilesSuite(node, makeFiles);
  publicFileSuite(node, makePublicFile);
  metricWindowsSuite(node, makeWindows);
  caseBookSuite(node, makeBook);
  agentDirectorySuite(node, makeDirectory);
  eventLogSuite(node, makeEvents);
  channelStoreSuite(node, makeChannels);
  clockSuite(node, () => systemClock);
}

function named(t: TestRegistrar, adapter: string): TestRegistrar {
  return { test: (name, run) => t.test(`${adapter}: ${name}`, run) };
}
