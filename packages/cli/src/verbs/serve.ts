/** `tau-edge serve`: the gateway of this machine, until somebody stops it. */
import { serve } from "@tau-edge/edge-node";
import type { ExitCode } from "../exit-codes.ts";
import { type CliIo, pathIn } from "../io.ts";
import { LazyValidator } from "../lazy-validator.ts";
import { withholdSecrets } from "../secrets.ts";
import { stateDirOf } from "../state-dir.ts";

export interface ServeOptions {
  readonly host: string;
  readonly port: string;
  readonly public?: boolean;
  readonly publicBaseUrl?: string;
  readonly allowedHost?: readonly string[];
  readonly resolveSeconds?: string;
  readonly drainMs?: string;
  readonly stateDir?: string;
  readonly json?: boolean;
}

export async function serveVerb(options: ServeOptions, io: CliIo): Promise<ExitCode> {
  const { host, port, publicBaseUrl, allowedHost = [], resolveSeconds, drainMs } = options;
  const stateDir = stateDirOf(options.stateDir, io);
  // Asked for before the address is taken: a signal that comes in between must not be lost.
  const stopped = io.untilStopped();
  const tokens = io.env["TAU_EDGE_TOKENS"] ?? "";
  withholdSecrets();
  const validator = new LazyValidator();
  const running = await serve({
    tokens,
    validator,
    stateDir: pathIn(io, stateDir),
    host,
    port,
    public: options.public === true,
    allowedHosts: [...allowedHost],
    ...(publicBaseUrl === undefined ? {} : { publicBaseUrl }),
    ...(resolveSeconds === undefined ? {} : { resolveSeconds }),
    ...(drainMs === undefined ? {} : { drainMs }),
  });
  try {
    // Printed at once in both forms: who starts the gateway from a script waits for the address.
    if (options.json === true) io.stdout(`${JSON.stringify({ url: running.url, state_dir: stateDir })}\n`);
    else io.stdout(`serving ${stateDir} at ${running.url}\n`);
    return await stopped;
  } finally {
    await running.stop();
    await validator.close();
  }
}
