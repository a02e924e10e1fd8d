/** A gateway as an HTTP server of this process, over the state directory of this machine. */
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { finished } from "node:stream/promises";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { configFiles, nativeSha256, openState, openStateReader } from "@tau-edge/adapter-node";
import {
  checkListenOptions,
  clientAddressOf,
  configFor,
  GATEWAY_LIMITS,
  jsonLog,
  ListenError,
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
import { watchConnections } from "./connections.ts";
import {
  HEADERS_TIMEOUT_MS,
  IDLE_SOCKET_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
  TIMEOUT_POLL_MS,
} from "./limits.ts";
import { nodePlatform } from "./platform.ts";
import { fieldOf } from "./raw-fields.ts";
import { answerParserErrors, answerThrown, hasOneHost, refuseRequest } from "./unreadable-requests.ts";

/**
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
  const log = onFault ?? jsonLog((line) => process.stderr.write(`${line}\n`));
  const { stateDir, config } = options;
  const file = config === undefined ? undefined : { path: config, files: configFiles };
  const auth = await openAuthSource({ variables, sha256: nativeSha256, file });
  const doors = { reading: () => openStateReader(stateDir), writing: () => openState(stateDir) };
  const pages = options.pagesDir === undefined ? {} : { pages: await readBuiltPages(options.pagesDir, configFiles) };
  const platform = await nodePlatform();
  const state = await openServedState(doors, { options, tokens, auth, platform, log, validator });
  const isProxy = proxyRule(auth.trustedProxies);
  const stopping = new AbortController();
  const app = makeGateway(
    {
      ...state.ports,
      ...pages,
      randomBytes: (count) => randomBytes(count),
      clientAddress: (env, { headers }) => {
        const heard = (env as HttpBindings).incoming.socket.remoteAddress ?? "";
        return clientAddressOf(heard, headers.get("x-forwarded-for"), isProxy);
      },
      monotonic: { nowMs: () => performance.now() },
      field: (env, name) => fieldOf((env as HttpBindings).incoming.rawHeaders, name),
      untilSent: (env) => finished((env as HttpBindings).outgoing),
      stopping: stopping.signal,
      onFault: log,
    },
    configFor(options),
  );
  const ask = getRequestListener(app.fetch, { errorHandler: answerThrown });
  const server = createServer(
    {
      maxHeaderSize: GATEWAY_LIMITS.header_bytes_max,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_POLL_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      // Refused below, with the header fields of every other answer.
      requireHostHeader: false,
    },
    (request, response) => (hasOneHost(request) ? ask(request, response) : refuseRequest(response)),
  );
  server.setTimeout(IDLE_SOCKET_TIMEOUT_MS);
  const connections = watchConnections(server);
  answerParserErrors(server, connections);
  const port = await listen(server, options.host, options.port).catch(async (error: unknown) => {
    await state.close();
    throw error;
  });
  state.drive();
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(options.host, port),
    ...(state.token === undefined ? {} : { token: state.token }),
    stop() {
      stopping.abort();
      stopped ??= connections.drain(options.drainMs).finally(() => state.close());
      return stopped;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const remedy = "Choose another address with --host and --port; --port 0 takes a free port.";
      reject(new ListenError("address_unusable", urlOf(host, port), "Cannot listen there", { cause, remedy }));
    });
    server.listen({ host: host.replace(/^\[|\]$/g, ""), port }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
