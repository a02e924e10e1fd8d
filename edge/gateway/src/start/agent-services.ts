/** Puts together what lets agents and operators in, for a process that may write. */
import { type Access, type AccessConfig, type AccessEvent, makeAccess } from "@tau-edge/control";
import { toHex } from "@tau-edge/encoding";
import { type KeyDerivation, makeProofMemory, serverNonces } from "@tau-edge/identity";
import type { AgentDirectory, Clock, LedgerStore, LiveVerify, Signer, Stretch } from "@tau-edge/ports";
import type { GatewayLog } from "../log.ts";
import type { AgentServices } from "../ports.ts";

/** What keys and proofs need of a platform. */
export interface KeyPlatform {
  readonly derivation: KeyDerivation;
  /** Where it can do so beside other requests. */
  readonly stretch?: Stretch;
  readonly verify: LiveVerify;
  randomBytes(count: number): Uint8Array;
  /** Makes the key of a seed, and may overwrite the seed. */
  openSigner(seed: Uint8Array): Promise<Signer>;
}

export interface AccessStores {
  readonly directory: AgentDirectory;
  readonly ledger: LedgerStore;
  readonly clock: Clock;
}

/** With proofs remembered in this process: those made before it started are refused instead. */
export function openAgentServices(
  { directory, ledger, clock }: AccessStores,
  { verify, ...platform }: KeyPlatform,
  config: AccessConfig,
  log: GatewayLog,
): AgentServices {
  const onEvent = (event: AccessEvent): void => log(faultOf(event));
  const access: Access = makeAccess({ directory, ledger, clock, ...platform, onEvent }, config);
  const proofs = makeProofMemory(serverNonces(platform.randomBytes(32), toHex(platform.randomBytes(16))));
  return { access, directory, proofs, verify };
}

/** Nothing in an event is secret: links go by their `link_ref`. */
export function faultOf({ code, ...what }: AccessEvent): Parameters<GatewayLog>[0] {
  return { request_id: "access", code, error: JSON.stringify(what), level: "warn" };
}
