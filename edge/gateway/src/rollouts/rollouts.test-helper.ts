/** A gateway over use cases that remember what they were asked: what HTTP makes of a request, and of an answer. */
import { ManualClock, MemoryLedgerStore, MemoryObjectStore } from "@tau-edge/adapter-memory";
import {
  type Answer,
  type CommandResult,
  type ObservationReport,
  openCatalog,
  type ReportResult,
  type Rollouts,
} from "@tau-edge/control";
import { type Digest, digestOf, encodeUtf8, sha256 } from "@tau-edge/encoding";
import type { Actor } from "@tau-edge/ledger";
import type { Asking, Environment } from "@tau-edge/rollout";
import { readTokens } from "../credentials/tokens.ts";
import { type GatewayApp, makeGateway } from "../gateway.ts";
import type { Fault, GatewayPorts } from "../ports.ts";

export const TOKENS = {
  operator: "o".repeat(40),
  safe: "s".repeat(40),
  reporter: "r".repeat(40),
  owner: "a".repeat(40),
} as const;

export const TOKENS_TEXT = JSON.stringify([
  { name: "olga", scopes: ["operate"], token: TOKENS.operator },
  { name: "sam", scopes: ["operate-safe"], token: TOKENS.safe },
  { name: "fleet", scopes: ["report"], token: TOKENS.reporter },
  { name: "ada", scopes: ["admin"], token: TOKENS.owner },
]);

export const ROLLOUT_ID = "default~prod~edge-wasm~7";

export function digestFor(label: string): Digest {
  return digestOf(sha256(encodeUtf8(label)));
}

export interface Asked {
  readonly actor: Actor;
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface FakeUseCases {
  /** What every command comes to. */
  result?: CommandResult;
  /** The rollout that there is. */
  view?: object;
  report?: (report: ObservationReport) => Promise<ReportResult>;
  resolve?: (environment: Environment, blueprint: string, asking: Asking) => Promise<Answer>;
  derivedOf?: (blueprint: string, release: Digest) => Digest | undefined;
}

export interface FakeGateway {
  readonly app: GatewayApp;
  readonly asked: Asked[];
  readonly faults: Fault[];
  post(path: string, body: unknown, token?: string, headers?: Record<string, string>): Promise<Response>;
}

/** As much of a result as HTTP reads: it passes the view on as it stands. */
export const DONE = {
  outcome: "done",
  dry_run: false,
  records: ["iter"],
  rollout: { rollout_id: ROLLOUT_ID, status: "open" },
} as unknown as CommandResult;

export function fakeGateway(
  fakes: FakeUseCases = {},
  ports: Partial<GatewayPorts> = {},
  config: object = {},
): FakeGateway {
  const ledger = new MemoryLedgerStore();
  const asked: Asked[] = [];
  const faults: Fault[] = [];
  const app = makeGateway(
    {
      objects: new MemoryObjectStore(),
      ledger,
      clock: new ManualClock(),
      randomBytes: (count) => new Uint8Array(count),
      onFault: (fault) => faults.push(fault),
      tokens: readTokens(TOKENS_TEXT, sha256),
      rollouts: {
        catalog: openCatalog(ledger),
        resolver: {
          resolve: fakes.resolve ?? (async () => ({ resolved: { outcome: "none", code: "no_release" } })),
          derivedOf: fakes.derivedOf ?? (() => undefined),
        },
        reading: fakeRollouts({ kind: "system", id: "gateway" }, asked, fakes),
        figures: {
          overview: async () => ({
            ended: { dev: NONE_ENDED, staging: NONE_ENDED, prod: NONE_ENDED },
            streams: [],
            unreadable: 0,
          }),
          of: noFigures,
        },
        as: (actor) => fakeRollouts(actor, asked, fakes),
        freezing: (actor) => fakeRollouts(actor, asked, fakes),
        report: fakes.report ?? (async () => ({ outcome: "added" })),
      },
      ...ports,
    },
    { allowedHosts: ["localhost"], ...config },
  );
  return {
    app,
    asked,
    faults,
    async post(path, body, token, headers = {}) {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const fields = { "content-type": "application/json", ...authorization, ...headers };
      return app.request(path, { method: "POST", headers: fields, body: text });
    },
  };
}

/** Every method remembers its arguments; commands come to the same result. */
function fakeRollouts(actor: Actor, asked: Asked[], fakes: FakeUseCases): Rollouts {
  const answers: Readonly<Record<string, unknown>> = {
    get: fakes.view ?? { rollout_id: ROLLOUT_ID, status: "open", kind: "rollout" },
    list: { rollouts: [{ rollout_id: ROLLOUT_ID, status: "open" }], unreadable: [] },
    releases: [],
    history: [],
    preflight: { outcome: "checked", passed: true, report: {} },
    createRelease: { outcome: "created", release: {} },
    replay: { rollout_id: ROLLOUT_ID, result: "same" },
    trace: { schema_version: 1, attempts: [] },
  };
  return new Proxy({} as Rollouts, {
    get:
      (_target, method) =>
      async (...args: readonly unknown[]): Promise<unknown> => {
        asked.push({ actor, method: String(method), args });
        return Object.hasOwn(answers, method) ? answers[String(method)] : (fakes.result ?? DONE);
      },
  });
}

const NONE_ENDED = { success: 0, failed: 0, rolled_back: 0, incidents: 0, recoveries: 0, recovered_ms: 0 };

function noFigures(): Promise<never> {
  return Promise.reject(new TypeError("there are no figures"));
}
