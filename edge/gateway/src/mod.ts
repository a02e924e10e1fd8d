/** One runtime-neutral app: artifacts, manifests, status and health over HTTP. */

export { type GatewayConfigInput, GatewayConfigSchema } from "./config.ts";
export type { Principal } from "./credentials/principal.ts";
export { readTokens, type TokenTable } from "./credentials/tokens.ts";
export { type GatewayApp, makeGateway } from "./gateway.ts";
export { clientAddressOf, proxyRule } from "./http/client-address.ts";
export { hostOf, isHostField, isLoopback, LOOPBACK_HOSTS } from "./http/hosts.ts";
export { LIMITS as GATEWAY_LIMITS } from "./limits.ts";
export { type GatewayLog, jsonLog } from "./log.ts";
export { FAMILIES, FAMILY_NAMES, METRIC_PREFIX, sampleName } from "./metrics/families.ts";
export { DURATION_BOUNDS_SECONDS } from "./metrics/request-times.ts";
export { readBuiltPages } from "./pages/built-pages.ts";
export type { Page, Pages } from "./pages/pages.ts";
export type { AgentServices, Fault, GatewayPorts, ReadinessCheck, RolloutAccess } from "./ports.ts";
export { PROBLEMS, type Problem, type ProblemCode, ProblemSchema } from "./problems/problems.ts";
export { answerUnreadable, type UnreadableAnswer } from "./request/unreadable.ts";
export { BlueprintPageSchema, DeliverablePageSchema } from "./resources/blueprints.ts";
export { PausedSchema, ResolveAnswerSchema, ResolveSchema } from "./resources/resolve.ts";
export { type Status, StatusSchema } from "./resources/status.ts";
export { openObservedRollouts, openRollouts, readRollouts } from "./rollouts/rollout-access.ts";
export { driveRollouts, type RolloutDriver } from "./rollouts/rollout-driver.ts";
export { type KeyPlatform, openAgentServices } from "./start/agent-services.ts";
export { AUTH_VARIABLES, type AuthVariables, openAuthSource, settingsOf } from "./start/auth-source.ts";
export { plainSecretsOf, settingsWords, type WordVariables } from "./start/config-file.ts";
export {
  checkListenOptions,
  configFor,
  LISTEN_ERROR_MEANINGS,
  ListenError,
  type ListenErrorCode,
  type ListenOptions,
  type ListenOptionsInput,
  listenOptionsOf,
  urlOf,
} from "./start/listen.ts";
export { type RunningGateway, type ServeOptions, type SignalSource, stopOnSignals } from "./start/running.ts";
export { openServedState, type ServedState, type StateDoors } from "./start/served-state.ts";
export { type StartFailure, startFailureOf } from "./start/start-failure.ts";
