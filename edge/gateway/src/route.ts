/** A route is data: what answers, and what the API document says about it. One description serves both. */
import type { Access, Catalog, Scope } from "@tau-edge/control";
import type { Sha256 } from "@tau-edge/encoding";
import type { DpopHeaderReader } from "@tau-edge/identity";
import type { Clock, DeploymentFactsReader, LedgerReader, ObjectReader } from "@tau-edge/ports";
import type { Context } from "hono";
import type { z } from "zod";
import type { GatewayConfig } from "./config.ts";
import type { AuthSettings } from "./credentials/auth-settings.ts";
import type { Bearers } from "./credentials/bearers.ts";
import type { KnownEpoch } from "./credentials/epoch.ts";
import type { KnownAccess } from "./credentials/known-access.ts";
import type { Principal } from "./credentials/principal.ts";
import type { Rates } from "./credentials/rates.ts";
import type { Sessions } from "./credentials/sessions.ts";
import type { CostlyAnswers } from "./memory/costly-answers.ts";
import type { HotObjects } from "./memory/hot-objects.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { Pages } from "./pages/pages.ts";
import type { AgentServices, ReadinessCheck, RolloutAccess } from "./ports.ts";
import type { ProblemCode, ProblemExtra } from "./problems/problems.ts";
import type { HeaderRecord } from "./request/headers.ts";
import type { PreparedAnswers } from "./resolve/prepared-answers.ts";
import type { EventHub } from "./watching/event-hub.ts";

/** What resources work with; made once for each gateway. */
export interface Services {
  readonly config: GatewayConfig;
  readonly catalog: Catalog;
  readonly ledger: LedgerReader;
  readonly objects: ObjectReader;
  readonly clock: Clock;
  readonly hot: HotObjects;
  readonly costly: CostlyAnswers;
  readonly answers: PreparedAnswers;
  readonly rollouts: RolloutAccess;
  readonly bearers: Bearers;
  readonly sessions: Sessions;
  readonly settings: () => AuthSettings;
  readonly rates: Rates;
  /** Absent where nothing can be written. */
  readonly access: Access | undefined;
  /** Absent where no agent can come in. */
  readonly agents: AgentServices | undefined;
  readonly sha256: Sha256;
  /** Absent where no agent can come in. */
  readonly epoch: KnownEpoch | undefined;
  readonly knownAccess: KnownAccess | undefined;
  /** Remembers whose proofs it has read: looking at a key takes longer than all else. */
  readonly proofKeys: DpopHeaderReader;
  readonly pages: Pages | undefined;
  readonly deployment: DeploymentFactsReader;
  readonly checks: readonly ReadinessCheck[];
  readonly startedUnixMs: () => number;
  readonly events: EventHub;
  readonly metrics: Metrics;
  /** Aborted when the gateway ends. */
  readonly stopping: AbortSignal | undefined;
}

/** One request being answered. */
export interface Call {
  readonly c: Context;
  readonly services: Services;
  readonly requestId: string;
  /** Who reads, where they said so and it is so; of a route that has `reads`. */
  reader: Principal | undefined;
  /** Adds the fixed header fields. The body of an answer to HEAD must be null, and its length be said in the headers. */
  reply(status: number, headers: HeaderRecord, body: BodyInit | null): Response;
  /** As `reply`; to HEAD it says how long the text would be (RFC 9110 section 8.6: no other length may be said). */
  text(status: number, headers: HeaderRecord, text: string): Response;
  /** As `text`, with header fields that hold the fixed ones already; null for an answer without a body. */
  ready(status: number, headers: HeaderRecord, text: string | null): Response;
  json(status: number, document: object, headers?: HeaderRecord): Response;
  /** Header fields that the answer has beside its own, whatever it comes to. */
  alsoSend(headers: HeaderRecord): void;
  /** A header field of the request; its name in lowercase. */
  field(name: string): string | null;
  /** The same for all requests that cannot be told apart. */
  clientAddress(): string;
  /** Settles when this answer has been sent; undefined where the platform cannot tell. */
  untilSent(): Promise<unknown> | undefined;
  /** Tells the operator, not the client. */
  fault(error: unknown, code: string): void;
  problem(code: ProblemCode, extra?: ProblemExtra & { readonly headers?: HeaderRecord }): Response;
}

/** A name in the schema table of the API document, for each media type. */
export interface DescribedAnswer {
  readonly description: string;
  readonly content?: Readonly<
    Record<string, { readonly schema: string } | { readonly text: true } | { readonly binary: true }>
  >;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A document that is sent: a name in the schema table of the API document. */
export interface DescribedBody {
  readonly schema: string;
  readonly bytesMax: number;
}

export interface Route {
  /** GET answers HEAD by the same function. */
  readonly method: "GET" | "POST";
  /** Hono's form: `/v1/artifacts/:digest`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /**
   * `agents`: pages of any origin may ask and read. `listing`: only if the configuration says so. `operators`: only those
   * of the gateway's own origin and of those that the configuration names, and no request that says it comes from another.
   */
  readonly audience: "agents" | "listing" | "operators";
  /** What a credential must be for at least; absent where nobody needs one. */
  readonly scope?: Scope;
  /** What whoever reads must have where not everybody may; absent where that makes no difference. */
  readonly reads?: Scope;
  readonly body?: DescribedBody;
  readonly params?: Readonly<Record<string, { readonly schema: z.ZodType; readonly description: string }>>;
  readonly query?: z.ZodObject;
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, DescribedAnswer>>;
  readonly problems: readonly ProblemCode[];
  answer(call: Call): Response | Promise<Response>;
}
