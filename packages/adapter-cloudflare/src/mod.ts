/** The ports on Cloudflare: objects from R2, the ledger from a Durable Object. Both read. */
export { DurableLedgerReader, LEDGER_NAME } from "./durable-ledger-reader.ts";
export { type ImportAnswer, LedgerDurableObject } from "./ledger-durable-object.ts";
export { objectKey, R2ObjectReader } from "./r2-object-reader.ts";
