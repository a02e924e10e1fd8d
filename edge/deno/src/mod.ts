/** The gateway on Deno. */
export type { RunningGateway, ServeOptions } from "@tau-edge/gateway";
export { serve } from "./serve.ts";
export { stopOnSignal } from "./signals.ts";
