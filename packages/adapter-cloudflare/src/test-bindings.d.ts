/** The bindings that wrangler.toml and vitest.config.ts give the tests in workerd; tsconfig.workers-tests.json alone reads this. */
declare namespace Cloudflare {
  interface Env {
    readonly OBJECTS: R2Bucket;
    readonly LEDGER: DurableObjectNamespace<import("./ledger-durable-object.ts").LedgerDurableObject>;
    readonly AGENTS: DurableObjectNamespace<import("./agent-directory-durable-object.ts").AgentDirectoryDurableObject>;
    readonly WINDOWS: DurableObjectNamespace<import("./windows-durable-object.ts").WindowsDurableObject>;
    readonly RESOLVE_SECONDS: string;
    readonly STOP_AGENTS: string;
    readonly STREAM_CUTS: string;
  }
}
