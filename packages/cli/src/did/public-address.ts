/** Addresses on which a stranger's host may be: those of the public internet, and none that leads to this machine or its network. */
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** IANA's registry of special-purpose IPv4 addresses (RFC 6890), with multicast and what is reserved. */
const SPECIAL_IPV4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  ...["224.0.0.0/4", "240.0.0.0/4"],
];

/** Of 2000::/3: protocol assignments with Teredo, documentation, and 6to4, which is an IPv4 address in disguise. */
const SPECIAL_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

/** RFC 4291 section 2.4: all that is assigned globally. Mapped, local and multicast addresses are outside. */
const GLOBAL_IPV6 = ["2000::/3"];

const special = blockList([...SPECIAL_IPV4, ...SPECIAL_IPV6]);
const global = blockList(GLOBAL_IPV6);

export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, "ipv4");
  return isIPv6(address) && global.check(address, "ipv6") && !special.check(address, "ipv6");
}

/**
 * Names that mean something inside a network only: RFC 6761, RFC 6762, RFC 8375, RFC 7686, and ICANN's collisions.
 * Asking for one would tell the network, or ask a machine of it.
 */
const INTERNAL_ENDINGS = [
  ...["localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa"],
  ...["test", "invalid", "onion", "alt"],
];

export function isInternalName(host: string): boolean {
  return INTERNAL_ENDINGS.some((ending) => host === ending || host.endsWith(`.${ending}`));
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", bits = ""] = range.split("/");
    list.addSubnet(network, Number(bits), isIPv4(network) ? "ipv4" : "ipv6");
  }
  return list;
}
