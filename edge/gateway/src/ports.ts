/** What the gateway needs from the platform that it runs on. */
import type {
  Access,
  Catalog,
  Freezing,
  ObservationReport,
  ReportResult,
  Resolver,
  RolloutFigures,
  Rollouts,
} from "@tau-edge/control";
import type { Sha256 } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import type {
  AgentDirectoryReader,
  Clock,
  DeploymentFactsReader,
  LedgerReader,
  LiveVerify,
  MonotonicClock,
  ObjectReader,
  ProofMemory,
} from "@tau-edge/ports";
import type { AuthSettings } from "./credentials/auth-settings.ts";
import type { TokenTable } from "./credentials/tokens.ts";
import type { StoreSizes } from "./metrics/sizes.ts";
import type { Pages } from "./pages/pages.ts";

/** What happened while a request was answered, for the operator's log; never for the client. */
export interface Fault {
  readonly request_id: string;
  readonly code: string;
  readonly error: unknown;
  /** `warn`: nothing failed, and somebody may have tried something. */
  readonly level?: "warn";
}

/** One thing that must hold before traffic may come. */
export interface ReadinessCheck {
  /** Lowercase letters, digits and `_`. */
  readonly name: string;
  /** `warn`: not as it should be, but traffic may come. Fails by throwing. */
  run(): Promise<"pass" | "warn">;
}

/** The methods that write nothing. */
export type RolloutReading = Pick<Rollouts, "list" | "get" | "releases" | "history" | "replay" | "trace">;

/** What can be done with rollouts here. */
export interface RolloutAccess {
  /** Of the same ledger. */
  readonly catalog: Catalog;
  readonly resolver: Resolver;
  readonly reading: RolloutReading;
  readonly figures: RolloutFigures;
  /** In somebody's name; absent where nothing can be written. */
  as?(actor: Actor): Rollouts;
  report?(report: ObservationReport): Promise<ReportResult>;
  /** In somebody's name; absent where no record can be written. */
  freezing?(actor: Actor): Freezing;
}

/** What lets agents in. */
export interface AgentServices {
  readonly access: Access;
  readonly directory: AgentDirectoryReader;
  readonly proofs: ProofMemory;
  /** Of a live proof, behind checks that make every platform say the same (decisions 11). */
  readonly verify: LiveVerify;
}

export interface GatewayPorts {
  readonly objects: ObjectReader;
  readonly ledger: LedgerReader;
  readonly clock: Clock;
  /** The platform's own is several times as fast as the portable one, which is taken where there is none. */
  readonly sha256?: Sha256;
  /** Tokens of the configuration. */
  readonly tokens?: TokenTable;
  /** Asked for each request that it matters to. */
  readonly settings?: () => AuthSettings;
  /** Absent where no agent can come in. */
  readonly agents?: AgentServices;
  /** Who a request comes from, for limits that hold for each. @param env what the server handed to `fetch` with it */
  clientAddress?(env: unknown, request: Request): string | undefined;
  /**
   * A header field as the server has it, null where the request has none, undefined where `Headers` must say: making one
   * costs more than all else that is checked of most requests.
   * @param env what the server handed to `fetch` with the request
   * @param name in lowercase
   */
  field?(env: unknown, name: string): string | null | undefined;
  /** Reading only, from ledger and objects, where it is left out. */
  readonly rollouts?: RolloutAccess;
  /** Unpredictable bytes for request ids. Called first when a request comes, never while the gateway is made. */
  randomBytes(count: number): Uint8Array;
  /** What the cycles left. A place without files leaves it out: its gate holds for want of evidence. */
  readonly deployment?: DeploymentFactsReader;
  /** Absent where none were built: their paths answer 404, and say how they are made. */
  readonly pages?: Pages;
  /** How long answers take; their times are not counted where it is absent. */
  readonly monotonic?: MonotonicClock;
  /** What takes long to count. Absent where nothing may go on once a request is answered. */
  readonly sizes?: () => Promise<StoreSizes>;
  /** Beside those of ledger, objects and deployment. */
  readonly checks?: readonly ReadinessCheck[];
  onFault?(fault: Fault): void;
  /** Aborted when the gateway ends: streams would otherwise go on until they are cut. */
  readonly stopping?: AbortSignal;
  /**
   * Settles when the answer has been sent or its client is gone; what is in memory for it counts until then.
   * @param env what the server handed to `fetch` with the request
   */
  untilSent?(env: unknown): Promise<unknown>;
}
