/** `deno run -A edge/deno/src/main.ts --state-dir DIR`: serves until a signal comes. */
import { AUTH_VARIABLES, listenOptionsOf, startFailureOf } from "@tau-edge/gateway";
import { serve } from "./serve.ts";
import { stopOnSignal } from "./signals.ts";

try {
  const variables = Object.fromEntries(AUTH_VARIABLES.map((name) => [name, take(name)]));
  const running = await serve({ ...listenOptionsOf(Deno.args), tokens: take("TAU_EDGE_TOKENS"), variables });
  const stopped = stopOnSignal(running);
  // To the other stream: the first line of this one is the address and nothing else.
  if (running.token !== undefined) console.error(`token: ${running.token}`);
  console.log(running.url);
  await stopped;
  // What the drain time was not enough for would keep the process alive.
  Deno.exit(0);
} catch (error) {
  const failure = startFailureOf(error);
  if (failure === undefined) throw error;
  console.error(failure.lines.join("\n"));
  Deno.exit(failure.exitCode);
}

/** Without the permission to read it there is nothing; asking for it would stop at a prompt. */
function take(name: string): string {
  if (Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return "";
  const text = Deno.env.get(name) ?? "";
  // Checks of rollouts are programs of somebody else, and get this environment.
  Deno.env.delete(name);
  return text;
}
