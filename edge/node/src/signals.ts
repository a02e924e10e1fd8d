/** What SIGTERM and SIGINT do: the first one stops gracefully, a second one at once. */
import { type RunningGateway, stopOnSignals } from "@tau-edge/gateway";

/** Resolves when a signal came and the gateway has stopped; the process can then exit with 0. */
export function stopOnSignal(running: RunningGateway): Promise<void> {
  return stopOnSignals(running, {
    on: (signal, handler) => process.on(signal, handler),
    off: (signal, handler) => process.off(signal, handler),
    exit: (code) => process.exit(code),
  });
}
