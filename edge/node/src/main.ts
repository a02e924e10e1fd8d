/** `node edge/node/src/main.ts --state-dir DIR`: serves until a signal comes. */
import { ListenError, listenOptionsOf } from "@tau-edge/gateway";
import { serve } from "./serve.ts";
import { stopOnSignal } from "./signals.ts";

try {
  const { TAU_EDGE_TOKENS: tokens = "" } = process.env;
  // Checks of rollouts are programs of somebody else, and get this environment.
  delete process.env["TAU_EDGE_TOKENS"];
  const running = await serve({ ...listenOptionsOf(process.argv.slice(2)), tokens });
  const stopped = stopOnSignal(running);
  process.stdout.write(`${running.url}\n`);
  await stopped;
} catch (error) {
  if (!(error instanceof ListenError)) throw error;
  process.stderr.write(`${error.message}\n${error.remedy === undefined ? "" : `${error.remedy}\n`}`);
  process.exitCode = error.code === "address_unusable" ? 1 : 2;
}
