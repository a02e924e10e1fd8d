/** Which client sent a request, as far as that can be believed. */

/** An address of 4 or 16 bytes; an IPv4 address in IPv6 (RFC 4291 section 2.5.5.2) is the IPv4 one. */
export function readAddress(text: string): Uint8Array | undefined {
  if (text.length > ADDRESS_CHARS_MAX) return undefined;
  const bare = text.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  return bare.includes(":") ? readV6(bare) : readV4(bare);
}

/** The longest form of an IPv6 address with a zone and brackets. */
const ADDRESS_CHARS_MAX = 64;

function readV4(text: string): Uint8Array | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return parts?.every((part) => part <= 255) ? Uint8Array.from(parts) : undefined;
}

/** RFC 4291 section 2.2. */
function readV6(text: string): Uint8Array | undefined {
  const groups = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = groups?.[2] === undefined ? undefined : readV4(groups[2]);
  if (groups !== null && tail === undefined) return undefined;
  const hex = tail === undefined ? text : `${groups?.[1]}${hexPair(tail, 0)}:${hexPair(tail, 2)}`;
  const halves = hex.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], end = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - end.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array<string>(missing).fill("0"), ...end];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const bytes = Uint8Array.from(
    all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12) : bytes;
}

function hexPair(bytes: Uint8Array, at: number): string {
  return (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16);
}

/** Of an IPv6 address the network only (RFC 6177): its owner has 2^64 others. What is no address is one client. */
export function clientKey(address: string): string {
  const bytes = readAddress(address);
  if (bytes === undefined) return "unknown";
  return bytes.length === 4 ? bytes.join(".") : `${Array.from(bytes.subarray(0, 8), hexByte).join("")}/64`;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** Whether an address is one of the proxies in front of this gateway. */
export type ProxyRule = (address: string) => boolean;

/** @param networks such as `10.0.0.0/8`, or one address; each passes `isNetwork` */
export function proxyRule(networks: readonly string[]): ProxyRule {
  const trusted = networks.map(readNetwork).filter((network) => network !== undefined);
  return (address) => {
    const bytes = readAddress(address);
    return bytes !== undefined && trusted.some((network) => contains(network, bytes));
  };
}

export function isNetwork(text: string): boolean {
  return readNetwork(text) !== undefined;
}

interface Network {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

function readNetwork(text: string): Network | undefined {
  const [address = "", length, ...rest] = text.split("/");
  const bytes = readAddress(address);
  if (bytes === undefined || rest.length > 0) return undefined;
  const bitsMax = bytes.length * 8;
  if (length === undefined) return { bytes, bits: bitsMax };
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : -1;
  return bits >= 0 && bits <= bitsMax ? { bytes, bits } : undefined;
}

function contains({ bytes, bits }: Network, address: Uint8Array): boolean {
  if (bytes.length !== address.length) return false;
  return bytes.every((byte, at) => {
    const mask = 0xff & (0xff << Math.max(0, 8 - Math.max(0, bits - at * 8)));
    return (byte & mask) === ((address[at] ?? 0) & mask);
  });
}

/**
 * Whom the proxies say they speak for. Each adds the address that it heard from at the end, so it is the last one that is
 * no proxy of ours; everything before it is what that client made up.
 * @param heard who the connection is with
 * @param forwarded X-Forwarded-For, where there is one
 */
export function clientAddressOf(heard: string, forwarded: string | null, isProxy: ProxyRule): string {
  if (forwarded === null || !isProxy(heard)) return heard;
  const told = forwarded.slice(-FORWARDED_CHARS_MAX).split(",");
  let client = heard;
  for (const address of told.reverse()) {
    client = address.trim().replace(PORT, "$1");
    if (!isProxy(client)) return client;
  }
  return client;
}

/** Another one for each connection, so it says nothing about who that is. Not what follows a colon in IPv6. */
const PORT = /^(\[.*\]|[^:]*):\d{1,5}$/;

/** Twenty proxies with long addresses. */
const FORWARDED_CHARS_MAX = 1_024;
