/** Who may come in, on a state directory of this machine, in the name of whoever typed the command. */
import { randomBytes } from "node:crypto";
import { NATIVE_KEY_DERIVATION, openState } from "@tau-edge/adapter-node";
import { importAgentKey } from "@tau-edge/adapter-webcrypto";
import { makeAccess } from "@tau-edge/control";
import { isGatewayBase } from "@tau-edge/identity";
import { CliError } from "../failure.ts";
import { type CliIo, pathIn } from "../io.ts";
import { localActor } from "../local-actor.ts";
import { shellWord } from "../render/text.ts";
import { stateDirOf } from "../state-dir.ts";
import { deskOf } from "./access-desk.ts";
import type { AccessOptions, AccessSource } from "./access-source.ts";
import { configuredCredentials } from "./configured.ts";

export async function openStateAccess(options: AccessOptions, io: CliIo): Promise<AccessSource> {
  const { stateDir, config, publicBaseUrl } = options;
  const configured = await configuredCredentials(options, io);
  const state = await openState(pathIn(io, stateDirOf(stateDir, io)));
  const access = makeAccess(
    {
      ...{ directory: state.directory, ledger: state.ledger, clock: state.clock, derivation: NATIVE_KEY_DERIVATION },
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      openSigner: importAgentKey,
    },
    {
      // Nothing that is asked for here makes a payload or lets anybody in.
      network: "tau-devnet",
      loopback: false,
      ...(publicBaseUrl !== undefined && { public_base_url: publicBaseUrl }),
      configured: () => configured,
    },
  );
  const flags = [
    ["--state-dir", stateDir],
    ["--config", config],
  ].flatMap(([name, value]) => (value === undefined ? [] : [` ${name} ${shellWord(value)}`]));
  const gatewayUrl = () => neededUrl(publicBaseUrl);
  return {
    desk: deskOf(access, { actor: localActor(), gatewayUrl }),
    gatewayUrl,
    owner: async () => {
      if (configured.owner === undefined && options.unconfigured !== true) return "unknown";
      return (await access.ownerInForce())?.kind ?? "none";
    },
    flags: flags.join(""),
    close: () => state.close(),
  };
}

/** A directory does not know what its gateway is called. */
function neededUrl(publicBaseUrl: string | undefined): string {
  if (publicBaseUrl !== undefined && isGatewayBase(publicBaseUrl)) return publicBaseUrl;
  if (publicBaseUrl !== undefined)
    throw new CliError("usage", "--public-base-url is not written as a link has it", {
      remedy: "In lower case, with nothing behind the host but a path: --public-base-url https://gateway.example.",
    });
  throw new CliError("usage", "A link needs the address under which agents reach the gateway", {
    remedy: "Add --public-base-url https://gateway.example, or ask the gateway itself: --gateway URL.",
  });
}
