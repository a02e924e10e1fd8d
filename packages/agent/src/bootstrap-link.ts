/**
 * Reading a bootstrap link, in one expression: the identity package reads it with an error for each thing that can be
 * wrong, and an agent would carry all of their texts. A test holds both readers together.
 */
import type { BootstrapLink } from "@tau-edge/identity";
import { AgentError } from "./errors.ts";

const LINK =
  /^(https?:\/\/[a-z0-9.:[\]-]+(?:\/[A-Za-z0-9._~-]+)*)\/boot#v1\.([\w-]{16})\.([\w-]{43})(?:\.([\w-]{43}))?$/;

/** On this machine alone does a link go in clear. */
const IN_CLEAR = /^http:\/\/(?!(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]+)?(?:\/|$))/;

/** @throws AgentError `link_malformed`, without any of it: it holds a secret */
export function readLink(url: string): BootstrapLink {
  const [, gateway, link_id, secret, pin] = LINK.exec(url) ?? [];
  if (gateway === undefined || link_id === undefined || secret === undefined || IN_CLEAR.test(gateway))
    throw new AgentError("link_malformed");
  return { gateway, link_id, secret, ...(pin === undefined ? {} : { pin }) };
}
