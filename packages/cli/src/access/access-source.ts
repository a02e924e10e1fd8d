/** Who decides who may come in: a gateway, or a state directory of this machine. Verbs do not know which. */
import type { CliIo } from "../io.ts";
import { gatewayFlags, gatewayUrlOf, type SourceOptions } from "../rollouts-source.ts";
import type { AccessDesk } from "./access-desk.ts";

export interface AccessOptions extends SourceOptions {
  /** On a state directory: the gateway's configuration file. */
  readonly config?: string;
  /** On a state directory: the gateway has no credential of its own in a configuration. */
  readonly unconfigured?: boolean;
  /** On a state directory: what agents reach the gateway under. */
  readonly publicBaseUrl?: string;
}

export interface AccessSource {
  readonly desk: AccessDesk;
  /**
   * What agents reach the gateway under. A gateway knows that itself, and what is said here then leads nowhere.
   * @throws CliError `usage` on a state directory that was not told
   */
  gatewayUrl(): string;
  /**
   * The kind of the owner's credential, as far as it is known here; `unknown` on a state directory whose gateway's
   * configuration was not named: what is configured there counts, and links hang on it.
   */
  owner(): Promise<OwnerKind>;
  /** What a printed command must repeat to reach the same place: empty, or with a space before it. */
  readonly flags: string;
  close(): Promise<void>;
}

export type OwnerKind = "token" | "password" | "none" | "unknown";

/** @throws CliError `usage`, `token_malformed`, `gateway_insecure`, `file_*` */
export async function openAccess(options: AccessOptions, io: CliIo): Promise<AccessSource> {
  const url = gatewayUrlOf(options, io);
  if (url === undefined) return (await import("./state-access.ts")).openStateAccess(options, io);
  const { gatewayAccess } = await import("../gateway-client/access.ts");
  const { GatewayDesk } = await import("../gateway-client/gateway-desk.ts");
  const access = await gatewayAccess(url, options, io);
  return {
    desk: new GatewayDesk(access),
    gatewayUrl: () => "https://gateway.invalid",
    // Whoever came in with a token may be an operator, and the owner has a password.
    owner: async () => (access.login === undefined ? "token" : "password"),
    flags: gatewayFlags(options, access),
    close: async () => {},
  };
}
