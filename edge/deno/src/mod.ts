/** The gateway on Deno. */
export { type RunningGateway, type ServeOptions, serve } from "./serve.ts";
export { stopOnSignal } from "./signals.ts";
