/** What SIGTERM and SIGINT do: the first one stops gracefully, a second one at once. */
import type { RunningGateway } from "./serve.ts";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;
const EXIT_INTERRUPTED = 130;

/** Resolves when a signal came and the gateway has stopped; the process can then exit with 0. */
export function stopOnSignal(running: RunningGateway): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const onSignal = (): void => {
      if (stopping) process.exit(EXIT_INTERRUPTED);
      stopping = true;
      running
        .stop()
        .finally(() => {
          for (const signal of SIGNALS) process.off(signal, onSignal);
        })
        .then(resolve, reject);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}
