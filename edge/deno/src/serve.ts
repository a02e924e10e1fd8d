/** A gateway as a server of this Deno process, over the state directory of this machine. */
import { nativeSha256, openState, openStateReader } from "@tau-edge/adapter-node";
import {
  answerUnreadable,
  checkListenOptions,
  configFor,
  GATEWAY_LIMITS,
  isHostField,
  jsonLog,
  makeGateway,
  openServedState,
  type RunningGateway,
  readTokens,
  type ServeOptions,
  urlOf,
} from "@tau-edge/gateway";
import { type Listening, listen } from "./listen.ts";

/**
 * Deno cannot cut off requests that outlast the draining: they end with the process.
 * @throws ListenError `usage`, `not_public`, `address_unusable`
 * @throws PortError what opening the state for writing throws, where there are tokens
 */
export async function serve({ onFault, tokens: text, validator, ...input }: ServeOptions): Promise<RunningGateway> {
  const options = checkListenOptions(input);
  const tokens = readTokens(text, nativeSha256);
  const log = onFault ?? jsonLog((line) => console.error(line));
  const { stateDir } = options;
  const doors = { reading: () => openStateReader(stateDir), writing: () => openState(stateDir) };
  const state = await openServedState(doors, { tokens, log, validator });
  const app = makeGateway(
    {
      ...state.ports,
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      onFault: log,
    },
    // Deno says too early that bytes have been sent: what a slow client may hold of larger objects is a piece of a file.
    { ...configFor(options), hotObjectBytesMax: GATEWAY_LIMITS.counted_answer_bytes_min },
  );
  const server = await listenOr(state.close, () =>
    listen(answerer(app.fetch), options.host, options.port, (error) =>
      log({ request_id: "none", code: "listening_again", error }),
    ),
  );
  state.drive();
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(options.host, server.port),
    stop: () => (stopped ??= server.drain(options.drainMs).finally(() => state.close())),
  };
}

/** Lets go of the state where nothing can be served from it. */
async function listenOr(close: () => Promise<void>, start: () => Listening): Promise<Listening> {
  try {
    return start();
  } catch (error) {
    await close();
    throw error;
  }
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
