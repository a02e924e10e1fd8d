/** What the gateway of a state directory has for credentials: its variables and its configuration file, read as it reads them. */
import type { ConfiguredCredentials } from "@tau-edge/control";
import type { CliIo } from "../io.ts";
import type { AccessOptions } from "./access-source.ts";

export function configuredCredentials(_options: AccessOptions, { env }: CliIo): ConfiguredCredentials {
  const [token, password] = [env["TAU_EDGE_GATEWAY_TOKEN"], env["TAU_EDGE_GATEWAY_PASSWORD"]];
  return {
    ...(token
      ? { owner: { kind: "token", secret: token } }
      : password
        ? { owner: { kind: "password", secret: password } }
        : {}),
  };
}
