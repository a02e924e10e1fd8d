/** What the gateway needs from the platform that it runs on. It writes nothing. */
import type { Clock, LedgerReader, ObjectReader } from "@tau-edge/ports";

/** What happened while a request was answered, for the operator's log; never for the client. */
export interface Fault {
  readonly request_id: string;
  readonly code: string;
  readonly error: unknown;
}

/** One more thing that must hold before traffic may come. Fails by throwing. */
export interface ReadinessCheck {
  /** Lowercase letters, digits and `_`. */
  readonly name: string;
  run(): Promise<void>;
}

export interface GatewayPorts {
  readonly objects: ObjectReader;
  readonly ledger: LedgerReader;
  readonly clock: Clock;
  /** Unpredictable bytes for request ids. Called first when a request comes, never while the gateway is made. */
  randomBytes(count: number): Uint8Array;
  /** Beside those of ledger and objects. */
  readonly checks?: readonly ReadinessCheck[];
  onFault?(fault: Fault): void;
}
