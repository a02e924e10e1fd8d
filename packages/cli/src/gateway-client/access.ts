/** Which gateway, and what it is shown: the token goes to this address and nowhere else, and is printed nowhere. */
import { decodeUtf8 } from "@tau-edge/encoding";
import { CliError } from "../failure.ts";
import type { CliIo } from "../io.ts";
import { readFileOnce } from "../operands.ts";
import { TOKEN_BYTES_MAX } from "./limits.ts";

export interface GatewayAccess {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly token?: string;
}

/** @throws CliError `usage`, `token_malformed`, `gateway_insecure`, `file_*` */
export function gatewayAccess(url: string, tokenFile: string | undefined, io: CliIo): GatewayAccess {
  const base = parseBase(url);
  const token = tokenFile === undefined ? io.env["TAU_EDGE_TOKEN"] || undefined : tokenIn(io, tokenFile);
  const baseUrl = base.href.replace(/\/+$/, "");
  if (token === undefined) return { baseUrl };
  if (base.protocol === "http:" && !isLoopback(base.hostname))
    throw new CliError("gateway_insecure", `The token would go to ${base.host} in the clear`, {
      at: base.href,
      remedy: "Use https, or a tunnel to a loopback address: ssh -L 8787:127.0.0.1:8787 HOST.",
    });
  return { baseUrl, token: checked(token, tokenFile ?? "TAU_EDGE_TOKEN") };
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

function tokenIn(io: CliIo, file: string): string {
  try {
    // Whoever writes such a file with an editor or `echo` leaves a line end.
    return decodeUtf8(readFileOnce(io, file, TOKEN_BYTES_MAX)).replace(/\r?\n$/, "");
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw malformed(file);
  }
}

/** RFC 6750 section 2.1, `b64token`. */
function checked(token: string, at: string): string {
  if (token.length <= TOKEN_BYTES_MAX && /^[A-Za-z0-9._~+/-]+=*$/.test(token)) return token;
  throw malformed(at);
}

function malformed(at: string): CliError {
  return new CliError("token_malformed", "The token holds characters that no bearer token has", {
    at,
    remedy: "The file holds the token and nothing else; make a new one if in doubt.",
  });
}
