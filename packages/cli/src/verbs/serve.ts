/** `tau-edge serve`: the gateway of this machine, until somebody stops it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serve } from "@tau-edge/edge-node";
import { AUTH_VARIABLES } from "@tau-edge/gateway";
import type { ExitCode } from "../exit-codes.ts";
import { type CliIo, pathIn } from "../io.ts";
import { LazyValidator } from "../lazy-validator.ts";
import { withholdSecrets } from "../secrets.ts";
import { stateDirOf } from "../state-dir.ts";

/** Beside what is published; in the repository there are none until somebody builds them. */
const BUILT_PAGES = fileURLToPath(new URL("./dashboard", import.meta.url));

export interface ServeOptions {
  readonly host: string;
  readonly port: string;
  readonly public?: boolean;
  readonly publicBaseUrl?: string;
  readonly allowedHost?: readonly string[];
  readonly resolveSeconds?: string;
  readonly drainMs?: string;
  readonly config?: string;
  readonly pages?: string;
  readonly readOnly?: boolean;
  readonly stateDir?: string;
  readonly json?: boolean;
}

export async function serveVerb(options: ServeOptions, io: CliIo): Promise<ExitCode> {
  const { host, port, publicBaseUrl, allowedHost = [], resolveSeconds, drainMs, config } = options;
  const pages = options.pages === undefined ? BUILT_PAGES : pathIn(io, options.pages);
  const stateDir = stateDirOf(options.stateDir, io);
  // Asked for before the address is taken: a signal that comes in between must not be lost.
  const stopped = io.untilStopped();
  const tokens = io.env["TAU_EDGE_TOKENS"] ?? "";
  const variables = Object.fromEntries(AUTH_VARIABLES.map((name) => [name, io.env[name]]));
  withholdSecrets();
  const validator = new LazyValidator();
  const running = await serve({
    ...{ tokens, variables, validator },
    stateDir: pathIn(io, stateDir),
    host,
    port,
    public: options.public === true,
    readOnly: options.readOnly === true,
    allowedHosts: [...allowedHost],
    ...(config === undefined ? {} : { config: pathIn(io, config) }),
    ...(options.pages !== undefined || existsSync(pages) ? { pagesDir: pages } : {}),
    ...(publicBaseUrl === undefined ? {} : { publicBaseUrl }),
    ...(resolveSeconds === undefined ? {} : { resolveSeconds }),
    ...(drainMs === undefined ? {} : { drainMs }),
  });
  try {
    // Printed at once in both forms: who starts the gateway from a script waits for the address.
    const { url, token } = running;
    if (options.json === true) io.stdout(`${JSON.stringify({ url, state_dir: stateDir, token })}\n`);
    else io.stdout(`serving ${stateDir} at ${url}\n${token === undefined ? "" : `token: ${token}\n`}`);
    return await stopped;
  } finally {
    await running.stop();
    await validator.close();
  }
}
