/** The gateway suite without a server: the app is asked directly. */
import { ManualClock, MemoryLedgerStore, MemoryObjectStore } from "@tau-edge/adapter-memory";
import { makeGateway } from "@tau-edge/gateway";
import { it } from "vitest";
import { makeGatewayFixtures } from "./gateway-fixtures.ts";
import { gatewaySuite } from "./gateway-suite.ts";

const fixtures = makeGatewayFixtures();
const clock = new ManualClock(fixtures.now_unix_ms);
const objects = new MemoryObjectStore({
  objects: new Map(fixtures.objects.map(({ digest, bytes }) => [digest, bytes])),
});
const ledger = new MemoryLedgerStore();
for (const [stream, drafts] of fixtures.drafts)
  await ledger.append({ stream, expected_seq: -1, drafts, objects: [], now_unix_ms: fixtures.now_unix_ms });

const app = makeGateway(
  { objects, ledger, clock, randomBytes: (count) => new Uint8Array(count) },
  { allowedHosts: ["localhost"], hotObjectBytesMax: 100_000 },
);

gatewaySuite({ test: (name, run) => it(name, run) }, async (path, init) => app.request(path, init), fixtures);
