/** `node edge/node/src/main.ts --state-dir DIR`: serves until a signal comes. */
import { AUTH_VARIABLES, listenOptionsOf, startFailureOf } from "@tau-edge/gateway";
import { serve } from "./serve.ts";
import { stopOnSignal } from "./signals.ts";

try {
  const variables = Object.fromEntries(AUTH_VARIABLES.map((name) => [name, take(name)]));
  const running = await serve({
    ...listenOptionsOf(process.argv.slice(2)),
    tokens: take("TAU_EDGE_TOKENS") ?? "",
    variables,
  });
  const stopped = stopOnSignal(running);
  // To the other stream: the first line of this one is the address and nothing else.
  if (running.token !== undefined) process.stderr.write(`token: ${running.token}\n`);
  process.stdout.write(`${running.url}\n`);
  await stopped;
} catch (error) {
  const failure = startFailureOf(error);
  if (failure === undefined) throw error;
  process.stderr.write(`${failure.lines.join("\n")}\n`);
  process.exitCode = failure.exitCode;
}

/** Checks of rollouts are programs of somebody else, and get this environment. */
function take(name: string): string | undefined {
  const text = process.env[name];
  delete process.env[name];
  return text;
}
