/** `deno run -A edge/deno/src/main.ts --state-dir DIR`: serves until a signal comes. */
import { ListenError, listenOptionsOf } from "@tau-edge/gateway";
import { serve } from "./serve.ts";
import { stopOnSignal } from "./signals.ts";

try {
  const running = await serve({ ...listenOptionsOf(Deno.args), tokens: takeTokens() });
  const stopped = stopOnSignal(running);
  console.log(running.url);
  await stopped;
  // What the drain time was not enough for would keep the process alive.
  Deno.exit(0);
} catch (error) {
  if (!(error instanceof ListenError)) throw error;
  console.error(error.message);
  if (error.remedy !== undefined) console.error(error.remedy);
  Deno.exit(error.code === "address_unusable" ? 1 : 2);
}

/** Without the permission to read it there are no tokens; asking for it would stop at a prompt. */
function takeTokens(): string {
  const name = "TAU_EDGE_TOKENS";
  if (Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return "";
  const text = Deno.env.get(name) ?? "";
  // Checks of rollouts are programs of somebody else, and get this environment.
  Deno.env.delete(name);
  return text;
}
