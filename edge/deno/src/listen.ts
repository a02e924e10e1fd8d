/** A server that goes on: Deno ends the one that cannot accept a connection, which a crowd of slow clients can bring about. */
import { ListenError, urlOf } from "@tau-edge/gateway";
import { LISTEN_AGAIN_MS } from "./limits.ts";

export interface Listening {
  readonly port: number;
  /** Accepts no more connections; resolves when the requests under way have ended, or after `drainMs`. */
  drain(drainMs: number): Promise<void>;
}

/**
 * @param onInterrupted told each time that the server ended and another one takes its place
 * @throws ListenError `address_unusable`
 */
export function listen(
  handler: Deno.ServeHandler,
  host: string,
  port: number,
  onInterrupted: (error: unknown) => void,
): Listening {
  const hostname = host.replace(/^\[|\]$/g, "");
  const start = (wanted: number): Deno.HttpServer<Deno.NetAddr> =>
    Deno.serve({ hostname, port: wanted, onListen: () => undefined }, handler);
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = start(port);
  } catch (cause) {
    const remedy = "Choose another address with --host and --port; --port 0 takes a free port.";
    throw new ListenError("address_unusable", urlOf(host, port), "Cannot listen there", { cause, remedy });
  }
  const taken = server.addr.port;
  let stopping = false;

  async function goOn(): Promise<void> {
    while (!stopping) {
      try {
        await server.finished;
        return;
      } catch (error) {
        onInterrupted(error);
        await pause(LISTEN_AGAIN_MS);
        if (!stopping) server = startAgain() ?? server;
      }
    }
  }

  function startAgain(): Deno.HttpServer<Deno.NetAddr> | undefined {
    try {
      return start(taken);
    } catch {
      // No handle for the listener either: `finished` of the old server brings us here again.
      return undefined;
    }
  }

  void goOn();
  return {
    port: taken,
    async drain(drainMs) {
      stopping = true;
      const over = Promise.withResolvers<void>();
      const timer = setTimeout(over.resolve, drainMs);
      await Promise.race([server.shutdown().catch(() => undefined), over.promise]);
      clearTimeout(timer);
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
