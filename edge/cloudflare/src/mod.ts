/** The Worker: bindings become ports, ports become the gateway. Rules of its own it has none. */
import {
  AgentDirectoryDurableObject,
  DurableLedgerReader,
  LedgerDurableObject,
  R2ObjectReader,
  WindowsDurableObject,
} from "@tau-edge/adapter-cloudflare";
import { type GatewayApp, jsonLog, makeGateway } from "@tau-edge/gateway";

export { AgentDirectoryDurableObject, LedgerDurableObject, WindowsDurableObject };

/** What wrangler.toml binds. */
export interface Bindings {
  readonly OBJECTS: R2Bucket;
  readonly LEDGER: DurableObjectNamespace<LedgerDurableObject>;
  /** What clients reach the gateway under; links in answers are paths without it. */
  readonly PUBLIC_BASE_URL?: string;
  /** How long a client may go on with the release that it was told. */
  readonly RESOLVE_SECONDS?: string;
}

/** Saves an R2 operation for what is small; an isolate has 128 MiB for everything. Larger objects are streamed. */
const HOT_OBJECT_BYTES_MAX = 256 * 1024;
const HOT_OBJECTS_BYTES_MAX = 8 * 1024 * 1024;

/** Made by the first request of an isolate and kept: what it remembers are digests, records and small objects. */
let gateway: GatewayApp | undefined;

function gatewayOf(bindings: Bindings): GatewayApp {
  const { OBJECTS, LEDGER, PUBLIC_BASE_URL, RESOLVE_SECONDS } = bindings;
  return makeGateway(
    {
      objects: new R2ObjectReader(OBJECTS),
      ledger: new DurableLedgerReader(LEDGER),
      clock: { nowUnixMs: () => Date.now() },
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      onFault: jsonLog((line) => console.error(line)),
    },
    // Cloudflare sends a request here only for names that route to this Worker.
    {
      allowedHosts: "any",
      hotObjectBytesMax: HOT_OBJECT_BYTES_MAX,
      hotObjectsBytesMax: HOT_OBJECTS_BYTES_MAX,
      ...(PUBLIC_BASE_URL === undefined ? {} : { publicBaseUrl: PUBLIC_BASE_URL }),
      ...(RESOLVE_SECONDS === undefined ? {} : { resolveSeconds: Number(RESOLVE_SECONDS) }),
    },
  );
}

export default {
  fetch(request, bindings, context): Promise<Response> {
    gateway ??= gatewayOf(bindings);
    const answered = Promise.resolve(gateway.fetch(request, bindings, context));
    // Requests wait for each other's reads of the ledger. A client that goes away must not take such a read with it.
    context.waitUntil(answered.catch(() => undefined));
    return answered;
  },
} satisfies ExportedHandler<Bindings>;
