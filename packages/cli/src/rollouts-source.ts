/** Where rollouts are: behind a gateway, or in a state directory of this machine. Verbs do not know which. */
import type { RolloutEvent, Rollouts, StoreDerived, StoreDerivedResult } from "@tau-edge/control";
import type { Digest } from "@tau-edge/encoding";
import type { Asking, DeploymentReport, Environment } from "@tau-edge/rollout";
import { CliError } from "./failure.ts";
import type { CredentialOptions, GatewayAccess } from "./gateway-client/access.ts";
import type { CliIo } from "./io.ts";
import { shellWord } from "./render/text.ts";
import type { Resolution } from "./resolution.ts";

export interface SourceOptions extends CredentialOptions {
  readonly gateway?: string;
  readonly stateDir?: string;
  readonly json?: boolean;
}

/** As a gateway of another version tells it, too. */
export type WatchedEvent = Omit<RolloutEvent, "type" | "document"> & {
  readonly type: string;
  readonly document: object;
};

export interface FollowOptions {
  /** Aborted when nobody follows any more. */
  readonly signal: AbortSignal;
  /** Told once each time that nothing can be heard, with why. */
  onLost(why: string): void;
}

export interface RolloutsSource {
  readonly rollouts: Rollouts;
  /**
   * The records of a rollout from its first on, each one once, and further ones as they come. Ends when the rollout has
   * ended, or at the signal.
   * @throws CliError `event_unknown` where the ledger does not have what was told, and what asking throws
   */
  follow(rollout_id: string, options: FollowOptions): AsyncIterable<WatchedEvent>;
  /** @throws CliError `no_release`, `override_unknown`, or a GatewayProblem with these codes */
  resolve(environment: Environment, blueprint: string, asking: Asking): Promise<Resolution>;
  /**
   * The report with which a run ended.
   * @throws CliError `report_unknown`
   */
  report(digest: Digest): Promise<DeploymentReport>;
  /**
   * Stores derived code, to be named by a release.
   * @throws CliError `usage` of a gateway
   */
  storeDerived(request: StoreDerived): Promise<StoreDerivedResult>;
  /** What a printed command must repeat to reach the same place: empty, or with a space before it. */
  readonly flags: string;
  close(): Promise<void>;
}

/**
 * @param use a state directory of an older version can be read; who wants to write is told so before anything is done
 * @throws CliError `usage`, `token_malformed`, `gateway_insecure`
 */
export async function openSource(
  options: SourceOptions,
  io: CliIo,
  use: "reading" | "writing" = "reading",
): Promise<RolloutsSource> {
  const url = gatewayUrlOf(options, io);
  if (url !== undefined) return openGateway(url, options, io);
  const { openStateSource } = await import("./state-source.ts");
  return openStateSource(options.stateDir, io, use);
}

/**
 * @returns undefined where a state directory of this machine is meant
 * @throws CliError `usage`
 */
export function gatewayUrlOf(options: SourceOptions, { env }: Pick<CliIo, "env">): string | undefined {
  const { gateway, stateDir, token, tokenFile, password, passwordFile } = options;
  if (gateway !== undefined && stateDir !== undefined)
    throw new CliError("usage", "--gateway and --state-dir exclude each other", {
      remedy: "Name the gateway, or the directory on this machine.",
    });
  // A directory that was named is meant, whatever the environment says.
  const url = gateway ?? (stateDir === undefined ? env["TAU_EDGE_GATEWAY"] || undefined : undefined);
  if (url === undefined && (token ?? tokenFile ?? password ?? passwordFile) !== undefined)
    throw new CliError("usage", "A token or a password is for a gateway, and none is named", {
      remedy: "Add --gateway URL, or set TAU_EDGE_GATEWAY.",
    });
  return url;
}

/** What a printed command must repeat to reach the same gateway: empty, or with a space before it. */
export function gatewayFlags({ gateway, tokenFile, passwordFile }: SourceOptions, access: GatewayAccess): string {
  const flags = [
    ["--gateway", gateway === undefined ? undefined : access.baseUrl],
    ["--token-file", tokenFile],
    ["--password-file", passwordFile],
  ].flatMap(([name, value]) => (value === undefined ? [] : [` ${name} ${shellWord(value)}`]));
  return flags.join("");
}

async function openGateway(url: string, options: SourceOptions, io: CliIo): Promise<RolloutsSource> {
  const { gatewayAccess } = await import("./gateway-client/access.ts");
  const { GatewayRollouts } = await import("./gateway-client/gateway-rollouts.ts");
  const { followEvents } = await import("./gateway-client/follow-events.ts");
  const access = await gatewayAccess(url, options, io);
  const rollouts = new GatewayRollouts(access);
  return {
    rollouts,
    follow: (rollout_id, followed) => followEvents(access, rollout_id, followed),
    resolve: (environment, blueprint, asking) => rollouts.resolve(environment, blueprint, asking),
    report: async (digest) => {
      throw new CliError("report_unknown", "A gateway gives no reports by digest", {
        at: digest,
        remedy: "Name the rollouts by id, or use the --state-dir.",
      });
    },
    storeDerived: async () => {
      throw new CliError("usage", "A gateway takes no files, so derived code cannot be given to it", {
        remedy: "Create the release on the state directory, where its artifact was packaged: --state-dir DIR.",
      });
    },
    flags: gatewayFlags(options, access),
    close: async () => {},
  };
}
