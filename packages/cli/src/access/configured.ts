/** What the gateway of a state directory has for credentials: its variables and its configuration file, read as it reads them. */
import { configFiles, nativeSha256 } from "@tau-edge/adapter-node";
import type { ConfiguredCredentials } from "@tau-edge/control";
import { openAuthSource } from "@tau-edge/gateway";
import { type CliIo, pathIn } from "../io.ts";
import type { AccessOptions } from "./access-source.ts";

/** @throws ListenError `usage`, without a word of what may be a secret */
export async function configuredCredentials({ config }: AccessOptions, io: CliIo): Promise<ConfiguredCredentials> {
  const file = config === undefined ? undefined : { path: pathIn(io, config), files: configFiles };
  const source = await openAuthSource({ variables: io.env, sha256: nativeSha256, file });
  return source.settings();
}
