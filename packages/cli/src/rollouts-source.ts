/** Where rollouts are: behind a gateway, or in a state directory of this machine. Verbs do not know which. */
import type { Rollouts } from "@tau-edge/control";
import type { Digest } from "@tau-edge/encoding";
import type { Asking, DeploymentReport, Environment } from "@tau-edge/rollout";
import { CliError } from "./failure.ts";
import type { CliIo } from "./io.ts";
import { shellWord } from "./render/text.ts";
import type { Resolution } from "./resolution.ts";

export interface SourceOptions {
  readonly gateway?: string;
  readonly tokenFile?: string;
  readonly stateDir?: string;
  readonly json?: boolean;
}

export interface RolloutsSource {
  readonly rollouts: Rollouts;
  /** @throws CliError `no_release`, `override_unknown`, or a GatewayProblem with these codes */
  resolve(environment: Environment, blueprint: string, asking: Asking): Promise<Resolution>;
  /**
   * The report with which a run ended.
   * @throws CliError `report_unknown`
   */
  report(digest: Digest): Promise<DeploymentReport>;
  /** What a printed command must repeat to reach the same place: empty, or with a space before it. */
  readonly flags: string;
  close(): Promise<void>;
}

/** @throws CliError `usage`, `token_malformed`, `gateway_insecure` */
export async function openSource(options: SourceOptions, io: CliIo): Promise<RolloutsSource> {
  const { gateway, stateDir, tokenFile } = options;
  if (gateway !== undefined && stateDir !== undefined)
    throw new CliError("usage", "--gateway and --state-dir exclude each other", {
      remedy: "Name the gateway, or the directory on this machine.",
    });
  // A directory that was named is meant, whatever the environment says.
  const url = gateway ?? (stateDir === undefined ? io.env["TAU_EDGE_GATEWAY"] || undefined : undefined);
  if (url !== undefined) return openGateway(url, options, io);
  if (tokenFile !== undefined)
    throw new CliError("usage", "--token-file is for a gateway, and none is named", {
      remedy: "Add --gateway URL, or set TAU_EDGE_GATEWAY.",
    });
  const { openStateSource } = await import("./state-source.ts");
  return openStateSource(stateDir, io);
}

async function openGateway(url: string, options: SourceOptions, io: CliIo): Promise<RolloutsSource> {
  const { gatewayAccess } = await import("./gateway-client/access.ts");
  const { GatewayRollouts } = await import("./gateway-client/gateway-rollouts.ts");
  const access = gatewayAccess(url, options.tokenFile, io);
  const rollouts = new GatewayRollouts(access);
  const token = options.tokenFile === undefined ? "" : ` --token-file ${shellWord(options.tokenFile)}`;
  return {
    rollouts,
    resolve: (environment, blueprint, asking) => rollouts.resolve(environment, blueprint, asking),
    report: async (digest) => {
      throw new CliError("report_unknown", "A gateway gives no reports by digest", {
        at: digest,
        remedy: "Name the rollouts by id, or use the --state-dir.",
      });
    },
    flags: options.gateway === undefined ? token : ` --gateway ${shellWord(access.baseUrl)}${token}`,
    close: async () => {},
  };
}
