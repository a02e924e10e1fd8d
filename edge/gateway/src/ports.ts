/** What the gateway needs from the platform that it runs on. It writes nothing. */
import type { HealthSnapshot } from "@tau-edge/contract";
import type { Clock, LedgerReader, ObjectReader } from "@tau-edge/ports";

/** What happened while a request was answered, for the operator's log; never for the client. */
export interface Fault {
  readonly request_id: string;
  readonly code: string;
  readonly error: unknown;
}

/** One thing that must hold before traffic may come. */
export interface ReadinessCheck {
  /** Lowercase letters, digits and `_`. */
  readonly name: string;
  /** `warn`: not as it should be, but traffic may come. Fails by throwing. */
  run(): Promise<"pass" | "warn">;
}

export interface GatewayPorts {
  readonly objects: ObjectReader;
  readonly ledger: LedgerReader;
  readonly clock: Clock;
  /** Unpredictable bytes for request ids. Called first when a request comes, never while the gateway is made. */
  randomBytes(count: number): Uint8Array;
  /** Counters of the last deployment cycle. A place without one leaves it out: its gate holds for want of evidence. */
  health?(): Promise<HealthSnapshot>;
  /** Beside those of ledger, objects and deployment. */
  readonly checks?: readonly ReadinessCheck[];
  onFault?(fault: Fault): void;
  /**
   * Settles when the answer has been sent or its client is gone; what is in memory for it counts until then.
   * @param env what the server handed to `fetch` with the request
   */
  untilSent?(env: unknown): Promise<unknown>;
}
