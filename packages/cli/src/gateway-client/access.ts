/** Which gateway, and what it is shown: a secret goes to this address and nowhere else, and is printed nowhere. */
import { isPasswordHash } from "@tau-edge/identity";
import { CliError } from "../failure.ts";
import type { CliIo } from "../io.ts";
import { secretFrom } from "../secret-source.ts";
import { PASSWORD_BYTES_MAX, TOKEN_BYTES_MAX } from "./limits.ts";
import { type Login, passwordLogin } from "./password-login.ts";

export interface GatewayAccess {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly token?: string;
  /** In the place of a token: what a password buys when it is needed. */
  readonly login?: Login;
}

/** How somebody says who they are. The first that is there counts: options before variables, tokens before passwords. */
export interface CredentialOptions {
  readonly token?: string;
  /** `-` is the standard input, here and below. */
  readonly tokenFile?: string;
  readonly password?: string;
  readonly passwordFile?: string;
}

/** @throws CliError `usage`, `token_malformed`, `gateway_insecure`, `file_*` */
export async function gatewayAccess(url: string, options: CredentialOptions, io: CliIo): Promise<GatewayAccess> {
  const base = parseBase(url);
  const baseUrl = base.href.replace(/\/+$/, "");
  const shown = await credentialOf(options, io);
  if (shown === undefined) return { baseUrl };
  if (base.protocol === "http:" && !isLoopback(base.hostname))
    throw new CliError("gateway_insecure", `The ${shown.kind} would go to ${base.host} in the clear`, {
      at: base.href,
      remedy: "Use https, or a tunnel to a loopback address: ssh -L 8787:127.0.0.1:8787 HOST.",
    });
  if (shown.kind === "token") return { baseUrl, token: checked(shown.secret, options.tokenFile ?? TOKEN_VARIABLE) };
  return { baseUrl, login: passwordLogin(baseUrl, shown.secret) };
}

const TOKEN_VARIABLE = "TAU_EDGE_TOKEN";
const PASSWORD_VARIABLE = "TAU_EDGE_GATEWAY_PASSWORD";

interface Credential {
  readonly kind: "token" | "password";
  readonly secret: string;
}

async function credentialOf(options: CredentialOptions, io: CliIo): Promise<Credential | undefined> {
  const { token, tokenFile: file, password, passwordFile } = options;
  const asked = { token: token ?? file, password: password ?? passwordFile };
  if (asked.token !== undefined && asked.password !== undefined)
    throw new CliError("usage", "A token and a password exclude each other", { remedy: "Keep --token-file FILE." });
  const ofToken = { option: "--token", argument: token, file, variable: TOKEN_VARIABLE, bytesMax: TOKEN_BYTES_MAX };
  const found = asked.password === undefined ? await secretFrom(ofToken, io) : undefined;
  if (found !== undefined) return { kind: "token", secret: found };
  const secret = await secretFrom(
    {
      ...{ option: "--password", argument: password, file: passwordFile },
      ...{ variable: PASSWORD_VARIABLE, bytesMax: PASSWORD_BYTES_MAX },
    },
    io,
  );
  // A gateway reads the same variable, and may have the hash there: that opens nothing.
  if (secret === undefined || (asked.password === undefined && isPasswordHash(secret))) return undefined;
  return { kind: "password", secret };
}

function parseBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (url !== undefined && plain && ["http:", "https:"].includes(url.protocol)) return url;
  // The address is not repeated: it may hold a password.
  throw new CliError("usage", "The address of the gateway is no plain http or https URL", {
    remedy: "Write it without user, query and fragment: --gateway https://gateway.example.",
  });
}

/** As the URL parser writes hosts: IPv4 in four decimal numbers, IPv6 in brackets. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** RFC 6750 section 2.1, `b64token`. */
function checked(token: string, at: string): string {
  if (token.length <= TOKEN_BYTES_MAX && /^[A-Za-z0-9._~+/-]+=*$/.test(token)) return token;
  throw new CliError("token_malformed", "The token holds characters that no bearer token has", {
    at,
    remedy: "The file holds the token and nothing else; make a new one if in doubt.",
  });
}
