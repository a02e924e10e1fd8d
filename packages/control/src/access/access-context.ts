/** What the use cases of access share in one process. */
import type { AccessConfig, AccessPorts } from "./access.ts";
import { GatewayKey } from "./gateway-key.ts";
import { OwnerWatch } from "./owner-watch.ts";
import { SystemFollower } from "./system-follower.ts";

export interface AccessContext {
  readonly ports: AccessPorts;
  readonly config: AccessConfig;
  readonly system: SystemFollower;
  readonly owner: OwnerWatch;
  readonly gateway: GatewayKey;
}

export function makeContext(ports: AccessPorts, config: AccessConfig): AccessContext {
  return {
    ...{ ports, config },
    system: new SystemFollower(ports.ledger),
    owner: new OwnerWatch(config, ports),
    gateway: new GatewayKey(config, ports),
  };
}
