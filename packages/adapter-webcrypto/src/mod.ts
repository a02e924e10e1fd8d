/** Keys that cannot be exported, and signatures checked by the platform, where WebCrypto is. */
export { type AgentKey, agentKeyOf, generateAgentKey, importAgentKey } from "./agent-key.ts";
export { type LiveVerifier, type LiveVerifierOptions, openLiveVerifier } from "./live-verifier.ts";
