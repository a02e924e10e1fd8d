/** The gateway on Node. */
export { type RunningGateway, type ServeOptions, serve } from "./serve.ts";
export { stopOnSignal } from "./signals.ts";
