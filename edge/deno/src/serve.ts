/** A gateway as a server of this Deno process, over the state directory of this machine. */
import { openStateReader } from "@tau-edge/adapter-node";
import {
  checkListenOptions,
  configFor,
  type GatewayLog,
  jsonLog,
  ListenError,
  type ListenOptionsInput,
  makeGateway,
  urlOf,
} from "@tau-edge/gateway";

export interface ServeOptions extends ListenOptionsInput {
  /** Where faults go; to stderr as JSON lines unless said otherwise. */
  readonly onFault?: GatewayLog;
}

export interface RunningGateway {
  /** Where it listens, such as `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Accepts no more connections, lets requests finish for `drainMs`, then cuts them off. May be called again. */
  stop(): Promise<void>;
}

/** @throws ListenError `usage`, `not_public`, `address_unusable` */
export function serve({ onFault, ...input }: ServeOptions): RunningGateway {
  const options = checkListenOptions(input);
  const state = openStateReader(options.stateDir);
  const app = makeGateway(
    {
      objects: state.objects,
      ledger: state.ledger,
      clock: state.clock,
      health: state.health,
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      onFault: onFault ?? jsonLog((line) => console.error(line)),
    },
    configFor(options),
  );
  const cut = new AbortController();
  const server = listen(app.fetch, options.host, options.port, cut.signal);
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(options.host, server.addr.port),
    stop: () => (stopped ??= drain(server, cut, options.drainMs).finally(() => state.close())),
  };
}

function listen(
  handler: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
  signal: AbortSignal,
): Deno.HttpServer<Deno.NetAddr> {
  const hostname = host.replace(/^\[|\]$/g, "");
  try {
    return Deno.serve({ hostname, port, signal, onListen: () => undefined }, (request) => handler(request));
  } catch (cause) {
    const remedy = "Choose another address with --host and --port; --port 0 takes a free port.";
    throw new ListenError("address_unusable", urlOf(host, port), "Cannot listen there", { cause, remedy });
  }
}

async function drain(server: Deno.HttpServer, cut: AbortController, drainMs: number): Promise<void> {
  const timer = setTimeout(() => cut.abort(), drainMs);
  await server.shutdown();
  clearTimeout(timer);
  await server.finished;
}
