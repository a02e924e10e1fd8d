/**
 * Where does a gateway listen that runs as a process of its own (Node, Deno), and whom does it answer? A loopback
 * address needs nothing; any other one shows every artifact, manifest and listing to whoever reaches it, so that must
 * be said in words, and there must be a credential or nothing that one could be for.
 */
import { z } from "zod";
import { type GatewayConfigInput, GatewayConfigSchema } from "../config.ts";
import { isLoopback, LOOPBACK_HOSTS } from "../http/hosts.ts";
import { LIMITS } from "../limits.ts";

export const LISTEN_ERROR_MEANINGS = {
  usage: "An option is unknown or has a value that it does not take.",
  not_public: "The address can be reached from other machines and --public is not given.",
  no_credentials: "Other machines reach the address, and there is no credential with which anybody could act.",
  address_unusable: "The address is in use, not of this machine, or not permitted.",
} as const;

export type ListenErrorCode = keyof typeof LISTEN_ERROR_MEANINGS;

export class ListenError extends Error {
  override readonly name = "ListenError";
  readonly code: ListenErrorCode;
  /** The option, or the address. */
  readonly at: string;
  readonly remedy?: string;

  constructor(code: ListenErrorCode, at: string, detail: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(`${detail} (${code} at ${at})`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.at = at;
    if (options.remedy !== undefined) this.remedy = options.remedy;
  }
}

export const ListenOptionsSchema = z.strictObject({
  stateDir: z.string().min(1).default(".tau/deployment"),
  host: z.string().min(1).default("127.0.0.1"),
  /** 0 takes a free one. */
  port: z.coerce.number().int().min(0).max(65_535).default(8_787),
  /** Required for an address that other machines reach. */
  public: z.boolean().default(false),
  publicBaseUrl: z.string().optional(),
  /** Takes no credential and writes nothing. */
  readOnly: z.boolean().default(false),
  /** A configuration file; docs/gateway.md lists its keys. */
  config: z.string().min(1).max(4_096).optional(),
  /** The folder of `npm run build` with the pages for browsers. */
  pagesDir: z.string().min(1).max(4_096).optional(),
  /** Names to answer for, beside those of the address and of the public base URL. */
  allowedHosts: z.array(z.string()).default([]),
  /** Memory for objects that are asked for often; 0 streams every object from the store. */
  memoryBytes: z.coerce.number().int().min(0).max(LIMITS.hot_objects_bytes_max).default(LIMITS.hot_objects_bytes_max),
  /** How long a client may go on with the release that it was told. */
  resolveSeconds: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMITS.resolve_seconds_max)
    .default(LIMITS.resolve_seconds_default),
  /** How long requests may go on after the first signal. */
  drainMs: z.coerce.number().int().min(0).max(600_000).default(10_000),
});

export type ListenOptionsInput = z.input<typeof ListenOptionsSchema>;
export type ListenOptions = z.output<typeof ListenOptionsSchema>;

/** @throws ListenError `usage`, `not_public` */
export function checkListenOptions(input: ListenOptionsInput): ListenOptions {
  const parsed = ListenOptionsSchema.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ListenError("usage", String(issue?.path[0] ?? "options"), issue?.message ?? "The options are not valid");
  }
  const options = parsed.data;
  const config = GatewayConfigSchema.safeParse(configFor(options));
  if (!config.success) {
    const [issue] = config.error.issues;
    throw new ListenError("usage", String(issue?.path[0] ?? "options"), issue?.message ?? "The options are not valid");
  }
  if (!options.public && !isLoopback(options.host))
    throw new ListenError("not_public", options.host, "Other machines can reach this address", {
      remedy: "Add --public if everybody who reaches it may read all artifacts, or listen on 127.0.0.1.",
    });
  return options;
}

/** The part of the gateway's configuration that follows from where it listens. */
export function configFor(options: ListenOptions): GatewayConfigInput {
  const { publicBaseUrl } = options;
  const named = [...options.allowedHosts];
  if (publicBaseUrl !== undefined) named.push(hostIn(publicBaseUrl));
  // Behind a public address any name may lead here, unless the operator says which.
  const everyone = options.public && named.length === 0;
  return {
    allowedHosts: everyone ? "any" : [...LOOPBACK_HOSTS, hostIn(urlOf(options.host, options.port)), ...named],
    hotObjectsBytesMax: options.memoryBytes,
    resolveSeconds: options.resolveSeconds,
    ...(publicBaseUrl === undefined ? {} : { publicBaseUrl }),
  };
}

/** As requests name it: in lower case, IPv6 addresses short and in brackets. What is no URL is refused as it stands. */
function hostIn(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url;
}

const FLAGS: ReadonlyMap<string, keyof ListenOptionsInput> = new Map([
  ["--state-dir", "stateDir"],
  ["--host", "host"],
  ["--port", "port"],
  ["--public", "public"],
  ["--read-only", "readOnly"],
  ["--config", "config"],
  ["--pages", "pagesDir"],
  ["--public-base-url", "publicBaseUrl"],
  ["--allowed-host", "allowedHosts"],
  ["--memory-bytes", "memoryBytes"],
  ["--resolve-seconds", "resolveSeconds"],
  ["--drain-ms", "drainMs"],
]);

/** Said by being there. */
const SWITCHES: ReadonlySet<keyof ListenOptionsInput> = new Set(["public", "readOnly"]);

/** Reads `--name value` and `--name=value`. @throws ListenError `usage` */
export function listenOptionsOf(args: readonly string[]): ListenOptions {
  const given = new Map<string, unknown>();
  for (let at = 0; at < args.length; at++) {
    const [flag = "", ...rest] = (args[at] ?? "").split("=");
    const key = FLAGS.get(flag);
    if (key === undefined)
      throw new ListenError("usage", flag, "There is no such option", {
        remedy: `Use ${[...FLAGS.keys()].join(", ")}.`,
      });
    if (SWITCHES.has(key) && rest.length === 0) {
      given.set(key, true);
      continue;
    }
    const value = rest.length > 0 ? rest.join("=") : args[++at];
    if (value === undefined || SWITCHES.has(key))
      throw new ListenError("usage", flag, "The option takes another value");
    given.set(key, key === "allowedHosts" ? [...listOf(given.get(key)), value] : value);
  }
  return checkListenOptions(Object.fromEntries(given));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `http://127.0.0.1:8787`, with IPv6 addresses in brackets. */
export function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
}
