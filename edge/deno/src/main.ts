/** `deno run -A edge/deno/src/main.ts --state-dir DIR`: serves until a signal comes. */
import { ListenError, listenOptionsOf } from "@tau-edge/gateway";
import { serve } from "./serve.ts";
import { stopOnSignal } from "./signals.ts";

try {
  const running = serve(listenOptionsOf(Deno.args));
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
