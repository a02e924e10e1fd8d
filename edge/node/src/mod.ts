/** The gateway on Node. */
export type { RunningGateway, ServeOptions } from "@tau-edge/gateway";
export { serve } from "./serve.ts";
export { stopOnSignal } from "./signals.ts";
