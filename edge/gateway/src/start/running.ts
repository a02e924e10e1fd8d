/** A gateway that runs as a process of its own (Node, Deno), and what ends it. */
import type { Validator } from "@tau-edge/ports";
import type { GatewayLog } from "../log.ts";
import type { AuthVariables } from "./auth-source.ts";
import type { ListenOptionsInput } from "./listen.ts";

export interface ServeOptions extends ListenOptionsInput {
  /** As TAU_EDGE_TOKENS has them, and never as an option of a command line, which every user of the machine can read. */
  readonly tokens?: string;
  /** The owner's credential and the bootstrap secret, as the environment has them. */
  readonly variables?: AuthVariables;
  /** For the validation `deep`, which is refused without it. Whoever gives it closes it. */
  readonly validator?: Validator;
  /** Where faults go; to stderr as JSON lines unless said otherwise. */
  readonly onFault?: GatewayLog;
}

export interface RunningGateway {
  /** Where it listens, such as `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Made for this process, because nobody configured a credential. It is told here alone. */
  readonly token?: string;
  /** Accepts no more connections, lets requests finish for `drainMs`, then gives them up. May be called again. */
  stop(): Promise<void>;
}

const SIGNALS = ["SIGTERM", "SIGINT"] as const;
const EXIT_INTERRUPTED = 130;

/** How a platform tells of signals. */
export interface SignalSource {
  on(signal: "SIGTERM" | "SIGINT", handler: () => void): void;
  off(signal: "SIGTERM" | "SIGINT", handler: () => void): void;
  exit(code: number): void;
}

/** The first signal stops gracefully, a second one at once. Resolves when the gateway has stopped. */
export function stopOnSignals(running: RunningGateway, source: SignalSource): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const onSignal = (): void => {
      if (stopping) source.exit(EXIT_INTERRUPTED);
      stopping = true;
      running
        .stop()
        .finally(() => {
          for (const signal of SIGNALS) source.off(signal, onSignal);
        })
        .then(resolve, reject);
    };
    for (const signal of SIGNALS) source.on(signal, onSignal);
  });
}
