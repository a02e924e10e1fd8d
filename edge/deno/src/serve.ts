/** A gateway as a server of this Deno process, over the state directory of this machine. */
import { openStateReader } from "@tau-edge/adapter-node";
import {
  answerUnreadable,
  checkListenOptions,
  configFor,
  GATEWAY_LIMITS,
  isHostField,
  jsonLog,
  makeGateway,
  type RunningGateway,
  type ServeOptions,
  urlOf,
} from "@tau-edge/gateway";
import { listen } from "./listen.ts";

/**
 * Deno cannot cut off requests that outlast the draining: they end with the process.
 * @throws ListenError `usage`, `not_public`, `address_unusable`
 */
export function serve({ onFault, ...input }: ServeOptions): RunningGateway {
  const options = checkListenOptions(input);
  const log = onFault ?? jsonLog((line) => console.error(line));
  const state = openStateReader(options.stateDir);
  const app = makeGateway(
    {
      objects: state.objects,
      ledger: state.ledger,
      clock: state.clock,
      health: state.health,
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      onFault: log,
    },
    // Deno says too early that bytes have been sent: what a slow client may hold of larger objects is a piece of a file.
    { ...configFor(options), hotObjectBytesMax: GATEWAY_LIMITS.counted_answer_bytes_min },
  );
  const server = listen(answerer(app.fetch), options.host, options.port, (error) =>
    log({ request_id: "none", code: "listening_again", error }),
  );
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(options.host, server.port),
    stop: () => (stopped ??= server.drain(options.drainMs).finally(() => state.close())),
  };
}

/** Deno makes a URL of whatever stands in Host, so that part of it may become a name, a path or a fragment. */
function answerer(fetch: (request: Request) => Response | Promise<Response>): Deno.ServeHandler {
  return (request) => {
    const host = request.headers.get("host");
    if (host === null || isHostField(host)) return fetch(request);
    const { status, headers, body } = answerUnreadable("request_malformed", crypto.randomUUID());
    return new Response(body, { status, headers });
  };
}
