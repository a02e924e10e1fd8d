/** The ports on Cloudflare: objects from R2; ledger, agent directory and windows from Durable Objects. */
export { AgentDirectoryDurableObject, type DirectoryAnswer } from "./agent-directory-durable-object.ts";
export { AGENTS_NAME, DurableAgentDirectory, DurableProofMemory } from "./durable-agent-directory.ts";
export { DurableLedgerReader, LEDGER_NAME } from "./durable-ledger-reader.ts";
export { DurableLedgerStore } from "./durable-ledger-store.ts";
export { DurableMetricWindows } from "./durable-metric-windows.ts";
export { type ImportAnswer, LedgerDurableObject } from "./ledger-durable-object.ts";
export { objectKey, R2ObjectReader } from "./r2-object-reader.ts";
export { WindowsDurableObject } from "./windows-durable-object.ts";
