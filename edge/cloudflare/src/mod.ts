/** What Cloudflare runs: one Worker and the classes of its Durable Objects. */
import { makeWorker } from "./worker.ts";

export { AgentDirectoryDurableObject, LedgerDurableObject, WindowsDurableObject } from "@tau-edge/adapter-cloudflare";
export type { Bindings } from "./worker.ts";

export default makeWorker();
