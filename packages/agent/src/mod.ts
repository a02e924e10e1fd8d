/** Fetches, verifies and runs what it was assigned: in browsers, on Deno, Workers and Node. */
export type { Introduction } from "./access.ts";
export {
  Agent,
  type AgentEvent,
  type AgentOptions,
  type FollowOptions,
  openAgent,
  type RunOptions,
  type Sandbox,
} from "./agent.ts";
export type { DerivedCode, DerivedFile } from "./derived-code.ts";
export { AGENT_ERRORS, AgentError, type AgentErrorCode } from "./errors.ts";
export type { Followed, FollowHandlers } from "./follow.ts";
export type { VerifySignature } from "./gateway-proof.ts";
export { indexedDbKeyStore } from "./indexed-db-key-store.ts";
export { type KeptAgent, type KeyStore, memoryKeyStore } from "./key-store.ts";
export { AGENT_LIMITS } from "./limits.ts";
export type { ManifestClaims } from "./manifest-claims.ts";
export type { AgentClock, Chance, Fetch } from "./platform.ts";
export type { BlueprintState, ReportCounts } from "./reports.ts";
export type {
  NoneResolution,
  PausedResolution,
  ReleaseResolution,
  Resolution,
  RolloutPlace,
} from "./resolution.ts";
export type { ResolveOptions } from "./resolver.ts";
export type { Host, Outcome, Running } from "./running.ts";
export { type SandboxFrameOptions, sandboxFrame } from "./sandbox-frame.ts";
export type { Verified, VerifiedStep } from "./verified.ts";
