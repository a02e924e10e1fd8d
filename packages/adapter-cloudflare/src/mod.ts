/** The ports on Cloudflare: objects from R2, the ledger and the agent directory from a Durable Object each. */
export { AgentDirectoryDurableObject, type DirectoryAnswer } from "./agent-directory-durable-object.ts";
export { AGENTS_NAME, DurableAgentDirectory, DurableProofMemory } from "./durable-agent-directory.ts";
export { DurableLedgerReader, LEDGER_NAME } from "./durable-ledger-reader.ts";
export { type ImportAnswer, LedgerDurableObject } from "./ledger-durable-object.ts";
export { objectKey, R2ObjectReader } from "./r2-object-reader.ts";
