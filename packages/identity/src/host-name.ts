/** Domain names that a did:web may lie on: what DNS calls a host name, and nothing that is or becomes an address. */
import { HOST_CHARS_MAX, HOST_LABEL_CHARS_MAX } from "./limits.ts";

/** RFC 1123 section 2.1: letters, digits and hyphens, none at the ends; one case, since two would be two DIDs. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** URL Standard, "ends in a number": `127.0.0.1`, `127.1` and `1.2.3.0x4` are all IPv4 addresses to a browser. */
const NUMBER = /^(?:[0-9]+|0x[0-9a-f]*)$/;

export function isHostName(text: string): boolean {
  if (text.length > HOST_CHARS_MAX) return false;
  const labels = text.split(".");
  const last = labels.at(-1) ?? "";
  // A name without a dot is of this machine or this network only; `localhost` is one.
  return labels.length > 1 && labels.every(isLabel) && !NUMBER.test(last);
}

function isLabel(label: string): boolean {
  return label.length <= HOST_LABEL_CHARS_MAX && LABEL.test(label);
}
