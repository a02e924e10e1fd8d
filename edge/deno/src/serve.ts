/** A gateway as a server of this Deno process, over the state directory of this machine. */
import { configFiles, nativeSha256, openState, openStateReader } from "@tau-edge/adapter-node";
import {
  answerUnreadable,
  checkListenOptions,
  clientAddressOf,
  configFor,
  GATEWAY_LIMITS,
  isHostField,
  jsonLog,
  makeGateway,
  openAuthSource,
  openServedState,
  proxyRule,
  type RunningGateway,
  readBuiltPages,
  readTokens,
  type ServeOptions,
  urlOf,
} from "@tau-edge/gateway";
import { type Listening, listen } from "./listen.ts";
import { denoPlatform } from "./platform.ts";

/**
 * Deno cannot cut off requests that outlast the draining: they end with the process.
 * @throws ListenError `usage`, `not_public`, `no_credentials`, `address_unusable`
 * @throws PortError what opening the state for writing throws
 */
export async function serve({
  onFault,
  tokens: text,
  variables = {},
  validator,
  ...input
}: ServeOptions): Promise<RunningGateway> {
  const options = checkListenOptions(input);
  const tokens = readTokens(text, nativeSha256);
  const log = onFault ?? jsonLog((line) => console.error(line));
  const { stateDir, config } = options;
  const file = config === undefined ? undefined : { path: config, files: configFiles };
  const auth = await openAuthSource({ variables, sha256: nativeSha256, file });
  const doors = { reading: () => openStateReader(stateDir), writing: () => openState(stateDir) };
  const pages = options.pagesDir === undefined ? {} : { pages: await readBuiltPages(options.pagesDir, configFiles) };
  const platform = await denoPlatform();
  const state = await openServedState(doors, { options, tokens, auth, platform, log, validator });
  const isProxy = proxyRule(auth.trustedProxies);
  const stopping = new AbortController();
  const app = makeGateway(
    {
      ...state.ports,
      ...pages,
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      clientAddress: (env, { headers }) => clientAddressOf(heardFrom(env), headers.get("x-forwarded-for"), isProxy),
      monotonic: { nowMs: () => performance.now() },
      stopping: stopping.signal,
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
    ...(state.token === undefined ? {} : { token: state.token }),
    stop() {
      stopping.abort();
      stopped ??= server.drain(options.drainMs).finally(() => state.close());
      return stopped;
    },
  };
}

/** `answerer` hands what Deno tells of the connection to the app. */
function heardFrom(env: unknown): string {
  const { remoteAddr } = env as Deno.ServeHandlerInfo;
  return "hostname" in remoteAddr ? remoteAddr.hostname : "";
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
function answerer(
  fetch: (request: Request, env: Deno.ServeHandlerInfo) => Response | Promise<Response>,
): Deno.ServeHandler {
  return (request, info) => {
    const host = request.headers.get("host");
    if (host === null || isHostField(host)) return fetch(request, info);
    const { status, headers, body } = answerUnreadable("request_malformed", crypto.randomUUID());
    return new Response(body, { status, headers });
  };
}
