/**
 * Which pages may ask what only operators may? Browsers send Origin with every POST (Fetch standard, section 3.2), and this
 * gateway has no cookies, so a page needs a token of its own; but a page that got hold of one is still refused.
 */
import type { Call } from "../route.ts";

const ORIGIN = /^https?:\/\/[^/?#]+/i;

export function originOf(url: string): string {
  return ORIGIN.exec(url)?.[0].toLowerCase() ?? "";
}

/** `none`: no page, or the browser says nothing. `listed`: of the configuration. `foreign`: any other, `null` too. */
export type AskingOrigin = "none" | "own" | "listed" | "foreign";

export function askingOrigin(call: Call): AskingOrigin {
  const origin = call.c.req.raw.headers.get("origin");
  if (origin === null) return "none";
  const { config, settings } = call.services;
  if (config.publicBaseUrl !== undefined && originOf(config.publicBaseUrl) === origin) return "own";
  // Where every name is answered, a page could choose one that leads here (DNS rebinding).
  if (config.allowedHosts !== "any" && originOf(call.c.req.url) === origin) return "own";
  return settings().origins.includes(origin) ? "listed" : "foreign";
}
