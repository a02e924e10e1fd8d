/**
 * Credentials of the configuration, while they change: files are looked at every two seconds, so that another token in one
 * counts within five without a restart. What cannot be used changes nothing, and is said once.
 */
import type { ConfiguredOwner } from "@tau-edge/control";
import type { Sha256 } from "@tau-edge/encoding";
import { type AuthSettings, NO_SETTINGS } from "../credentials/auth-settings.ts";
import { LIMITS } from "../limits.ts";
import type { GatewayLog } from "../log.ts";
import { bootstrapSecret, passwordOwner, refused, tokenOwner, type Written } from "./auth-values.ts";
import { type ConfigFiles, type ReadConfig, readConfig } from "./config-file.ts";

/** What the environment says; it wins over the file. Empty is the same as absent. */
export interface AuthVariables {
  readonly TAU_EDGE_GATEWAY_TOKEN?: string | undefined;
  readonly TAU_EDGE_GATEWAY_PASSWORD?: string | undefined;
  readonly TAU_EDGE_BOOTSTRAP_SECRET?: string | undefined;
  /** As the original called it. */
  readonly AGENTME_BOOTSTRAP_SECRET?: string | undefined;
}

/** Taken out of the environment by whoever starts a gateway: checks of rollouts are programs of somebody else. */
export const AUTH_VARIABLES = [
  "TAU_EDGE_GATEWAY_TOKEN",
  "TAU_EDGE_GATEWAY_PASSWORD",
  "TAU_EDGE_BOOTSTRAP_SECRET",
  "AGENTME_BOOTSTRAP_SECRET",
] as const satisfies readonly (keyof AuthVariables)[];

export interface AuthSource {
  /** The same object until something is configured differently. */
  readonly settings: () => AuthSettings;
  /** As the file said at the start; a change needs a restart. */
  readonly network: string | undefined;
  readonly trustedProxies: readonly string[];
  /** Begins to look for changes. */
  watch(log: GatewayLog): void;
  stop(): void;
}

export interface AuthSourceParts {
  readonly variables: AuthVariables;
  readonly sha256: Sha256;
  /** Absent without a file. */
  readonly file?: { readonly path: string; readonly files: ConfigFiles } | undefined;
}

/** @throws ListenError `usage` */
export async function openAuthSource({ variables, sha256, file }: AuthSourceParts): Promise<AuthSource> {
  const load = async (): Promise<ReadConfig> => (file === undefined ? { auth: {} } : readConfig(file.path, file.files));
  const first = await load();
  let settings = settingsOf(first, variables, sha256);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let said: string | undefined;

  async function look(log: GatewayLog): Promise<void> {
    try {
      settings = settingsOf(await load(), variables, sha256, settings);
      said = undefined;
    } catch (error) {
      if (said !== String(error)) log({ request_id: "configuration", code: "configuration_kept", error });
      said = String(error);
    }
  }

  function watch(log: GatewayLog): void {
    const mine = setTimeout(async () => {
      await look(log);
      if (timer === mine) watch(log);
    }, LIMITS.config_poll_ms);
    timer = mine;
  }

  return {
    settings: () => settings,
    network: first.network,
    trustedProxies: first.trusted_proxies ?? [],
    watch(log) {
      if (file !== undefined) watch(log);
    },
    stop() {
      if (timer !== undefined) clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** Without an owner of the configuration, this one. */
export function withDefaultOwner(settings: () => AuthSettings, owner: ConfiguredOwner): () => AuthSettings {
  let seen: AuthSettings | undefined;
  let completed: AuthSettings | undefined;
  return () => {
    const current = settings();
    if (current.owner !== undefined) return current;
    if (completed === undefined || seen !== current) completed = { ...current, owner };
    seen = current;
    return completed;
  };
}

export function settingsOf(
  { auth }: ReadConfig,
  variables: AuthVariables,
  sha256: Sha256,
  before: AuthSettings = NO_SETTINGS,
): AuthSettings {
  const owner = ownerOf(
    auth.mode,
    variable(variables, "TAU_EDGE_GATEWAY_TOKEN") ?? auth.token,
    variable(variables, "TAU_EDGE_GATEWAY_PASSWORD") ?? auth.password,
    sha256,
  );
  const secret = bootstrapVariable(variables) ?? auth.bootstrap_secret;
  const settings: AuthSettings = {
    ...(owner === undefined ? {} : { owner }),
    ...(secret === undefined ? {} : { bootstrap_secret: bootstrapSecret(secret) }),
    owner_generation: before.owner_generation + (isSame(owner, before.owner) ? 0 : 1),
    readers: auth.readers ?? NO_SETTINGS.readers,
    origins: auth.origins ?? NO_SETTINGS.origins,
  };
  return isSame(settings, before) ? before : settings;
}

function ownerOf(
  mode: "token" | "password" | undefined,
  token: Written | undefined,
  password: Written | undefined,
  sha256: Sha256,
): ConfiguredOwner | undefined {
  if (mode === undefined && token !== undefined && password !== undefined)
    throw refused(password.at, `the gateway has a token (${token.at}) and a password`, {
      remedy: 'Say which one counts, with {"gateway": {"auth": {"mode": "token"}}}, or take one away.',
    });
  if (mode === "token" && token === undefined) throw refused("$.gateway.auth.mode", "there is no token");
  if (mode === "password" && password === undefined) throw refused("$.gateway.auth.mode", "there is no password");
  if (token !== undefined && mode !== "password") return tokenOwner(token, sha256);
  return password === undefined ? undefined : passwordOwner(password);
}

function bootstrapVariable(variables: AuthVariables): Written | undefined {
  const ours = variable(variables, "TAU_EDGE_BOOTSTRAP_SECRET");
  const alias = variable(variables, "AGENTME_BOOTSTRAP_SECRET");
  if (ours !== undefined && alias !== undefined && ours.text !== alias.text)
    throw refused("AGENTME_BOOTSTRAP_SECRET", "it says something else than TAU_EDGE_BOOTSTRAP_SECRET", {
      remedy: "Set one of the two.",
    });
  return ours ?? alias;
}

function variable(variables: AuthVariables, name: keyof AuthVariables): Written | undefined {
  const text = variables[name] ?? "";
  return text === "" ? undefined : { text, at: name };
}

/** Of our own plain objects, made in one place and so with their members in one order. */
function isSame(a: object | undefined, b: object | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
