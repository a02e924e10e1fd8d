/** The Worker: bindings become ports, ports become the gateway. Rules of its own it has none. */
import {
  DurableLedgerStore,
  DurableMetricWindows,
  R2ObjectReader,
  type WindowsDurableObject,
} from "@tau-edge/adapter-cloudflare";
import { sha256 } from "@tau-edge/encoding";
import {
  answerUnreadable,
  type GatewayApp,
  type GatewayLog,
  jsonLog,
  makeGateway,
  openObservedRollouts,
} from "@tau-edge/gateway";
import { type CredentialBindings, type Credentials, credentialsOf } from "./credentials.ts";

/** What wrangler.toml binds. */
export interface Bindings extends CredentialBindings {
  readonly OBJECTS: R2Bucket;
  readonly WINDOWS: DurableObjectNamespace<WindowsDurableObject>;
  /** How long a client may go on with the release that it was told. */
  readonly RESOLVE_SECONDS?: string;
}

/** Saves an R2 operation for what is small; an isolate has 128 MiB for everything. Larger objects are streamed. */
const HOT_OBJECT_BYTES_MAX = 256 * 1024;
const HOT_OBJECTS_BYTES_MAX = 8 * 1024 * 1024;

/** Each look is a request to the ledger's object, and a request of a Worker may make 1,000 of them (50 on the free plan). */
const LOOK_MS = 1_000;
const WATCH_SECONDS = 30;

const log: GatewayLog = jsonLog((line) => console.error(line));

interface Running {
  readonly app: GatewayApp;
  readonly credentials: Credentials;
}

function start(bindings: Bindings): Running {
  const { OBJECTS, LEDGER, WINDOWS, PUBLIC_BASE_URL, RESOLVE_SECONDS } = bindings;
  const clock = { nowUnixMs: () => Date.now() };
  const objects = new R2ObjectReader(OBJECTS);
  const ledger = new DurableLedgerStore(LEDGER, objects);
  const credentials = credentialsOf(bindings, ledger, log);
  const app = makeGateway(
    {
      objects,
      ledger,
      clock,
      // Nothing here drives rollouts, so nothing may start or steer one: only what needs no driver can be done.
      rollouts: openObservedRollouts({ ledger, objects, clock, sha256, windows: new DurableMetricWindows(WINDOWS) }),
      // It stands still while no answer is waited for: times of Workers are of what was waited for.
      monotonic: { nowMs: () => performance.now() },
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      ...credentials.ports,
      // Cloudflare's front sets it, and takes away what a client wrote there.
      clientAddress: (_env, request) => request.headers.get("cf-connecting-ip") ?? undefined,
      onFault: log,
    },
    // Cloudflare sends a request here only for names that route to this Worker.
    {
      allowedHosts: "any",
      hotObjectBytesMax: HOT_OBJECT_BYTES_MAX,
      hotObjectsBytesMax: HOT_OBJECTS_BYTES_MAX,
      lookMs: LOOK_MS,
      watchSeconds: WATCH_SECONDS,
      ...(PUBLIC_BASE_URL === undefined ? {} : { publicBaseUrl: PUBLIC_BASE_URL }),
      ...(RESOLVE_SECONDS === undefined ? {} : { resolveSeconds: Number(RESOLVE_SECONDS) }),
    },
  );
  return { app, credentials };
}

/** Variables that cannot be used let nobody in, not even to read. */
function startOr(bindings: Bindings): Running | Response {
  try {
    return start(bindings);
  } catch (error) {
    const requestId = crypto.randomUUID();
    log({ request_id: requestId, code: "configuration_unusable", error });
    const { status, headers, body } = answerUnreadable("internal_error", requestId);
    return new Response(body, { status, headers });
  }
}

export interface Worker {
  fetch(request: Request, bindings: Bindings, context: Pick<ExecutionContext, "waitUntil">): Promise<Response>;
}

export function makeWorker(): Worker {
  /** Made by the first request of an isolate and kept: what it remembers are digests, records and small objects. */
  let running: Running | undefined;
  return {
    async fetch(request, bindings, context) {
      const started = running ?? startOr(bindings);
      if (started instanceof Response) return started;
      running = started;
      const answered = Promise.resolve(started.app.fetch(request, bindings));
      // Requests wait for each other's reads of the ledger. A client that goes away must not take such a read with it.
      context.waitUntil(answered.catch(() => undefined));
      context.waitUntil(started.credentials.keepUp());
      return answered;
    },
  };
}
