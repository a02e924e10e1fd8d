/** The suites of the ports, in workerd, against its R2 and its Durable Objects. */

import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sha256 } from "@tau-edge/encoding";
import {
  agentDirectorySuite,
  ledgerReaderSuite,
  ledgerStoreSuite,
  metricWindowsSuite,
  objectReaderSuite,
} from "@tau-edge/ports/suites";
import { it } from "vitest";
import {
  DurableAgentDirectory,
  DurableLedgerReader,
  DurableLedgerStore,
  DurableMetricWindows,
  LEDGER_NAME,
  objectKey,
  R2ObjectReader,
} from "./mod.ts";

const registrar = { test: (name: string, run: () => Promise<void>) => it(name, run) };

objectReaderSuite(registrar, async () => ({
  reader: new R2ObjectReader(env.OBJECTS),
  sha256,
  async plant(digest, bytes) {
    await env.OBJECTS.put(objectKey(digest), bytes);
  },
  close: () => reset(),
}));

ledgerReaderSuite(registrar, async () => ({
  reader: new DurableLedgerReader(env.LEDGER),
  sha256,
  async plant(stream, records) {
    await runInDurableObject(env.LEDGER.getByName(LEDGER_NAME), (_instance, state) => {
      for (const { record, bytes, hash } of records)
        state.storage.sql.exec(
          "INSERT INTO record (stream, seq, bytes, hash) VALUES (?, ?, ?, ?)",
          stream,
          record.seq,
          bytes,
          hash,
        );
    });
  },
  close: () => reset(),
}));

ledgerStoreSuite(registrar, async () => {
  const open = () => new DurableLedgerStore(env.LEDGER, new R2ObjectReader(env.OBJECTS));
  return {
    store: open(),
    sha256,
    reopen: async () => open(),
    async putObject(digest, bytes) {
      await env.OBJECTS.put(objectKey(digest), bytes);
    },
    close: () => reset(),
  };
});

/** Above what the suite may be told, so that it ends soon. */
const BATCHES_MAX = 40;

metricWindowsSuite(registrar, async () => {
  const open = () => new DurableMetricWindows(env.WINDOWS, { batches_max: BATCHES_MAX });
  return { windows: open(), batches_max: BATCHES_MAX, reopen: async () => open(), close: () => reset() };
});

agentDirectorySuite(registrar, async () => ({
  directory: new DurableAgentDirectory(env.AGENTS),
  reopen: async () => new DurableAgentDirectory(env.AGENTS),
  close: () => reset(),
}));
