/** The gateway's configuration file as a part of a backup. */
import { basename } from "node:path";
import { configFiles } from "@tau-edge/adapter-node";
import { GATEWAY_LIMITS, plainSecretsOf } from "@tau-edge/gateway";
import { CliError } from "../../failure.ts";
import { type CliIo, pathIn } from "../../io.ts";

/**
 * Files that it names for secrets are not copied.
 * @throws CliError `secret_in_configuration` for a secret that stands in it, where the backup takes none
 * @throws ListenError `usage` for a file that no gateway takes
 */
export async function configurationOf(
  file: string | undefined,
  secrets: boolean,
  io: CliIo,
): Promise<readonly { readonly path: string; readonly bytes: Uint8Array }[]> {
  if (file === undefined) return [];
  const path = pathIn(io, file);
  const [secret] = await plainSecretsOf(path, configFiles);
  if (secret !== undefined && !secrets)
    throw new CliError("secret_in_configuration", `A secret stands in the configuration, at ${secret}`, {
      at: file,
      remedy: 'Name its file instead, {"file": "PATH"}, or copy secrets too: --with-secrets.',
    });
  return [{ path: `config/${basename(path)}`, bytes: await configFiles.read(path, GATEWAY_LIMITS.config_bytes_max) }];
}
