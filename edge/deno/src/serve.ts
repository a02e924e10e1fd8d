/** A gateway as a server of this Deno process, over the state directory of this machine. */
import { openStateReader } from "@tau-edge/adapter-node";
import {
  answerUnreadable,
  checkListenOptions,
  configFor,
  GATEWAY_LIMITS,
  type GatewayLog,
  isHostField,
  jsonLog,
  type ListenOptionsInput,
  makeGateway,
  urlOf,
} from "@tau-edge/gateway";
import { listen } from "./listen.ts";

export interface ServeOptions extends ListenOptionsInput {
  /** Where faults go; to stderr as JSON lines unless said otherwise. */
  readonly onFault?: GatewayLog;
}

export interface RunningGateway {
  /** Where it listens, such as `http://127.0.0.1:8787`. */
  readonly url: string;
  /**
   * Accepts no more connections and lets requests finish for `drainMs`. Deno cannot cut off those that go on: they end
   * with the process. May be called again.
   */
  stop(): Promise<void>;
}

/** @throws ListenError `usage`, `not_public`, `address_unusable` */
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
