/**
 * The directory of a blueprint's channel: `channel-store/deployment/<name>`. Two blueprints never share one; the original
 * puts every id with a `.`, a `/` or a letter beyond ASCII into one channel, where each overwrites the other's `MEMORY.md`.
 *
 * | in the id                                    | in the name                                      |
 * |----------------------------------------------|--------------------------------------------------|
 * | `A-Z a-z 0-9 _ -`, and `.` between others    | as it is                                         |
 * | a leading or trailing `.`, any other byte    | `%` and two upper-case hex digits, byte by byte  |
 * | what reads like the name in the next row     | its first byte as `%73`                          |
 * | so long that its name has more than 200 bytes | `sha256-` and 64 hex digits of its UTF-8 bytes   |
 */
import { encodeUtf8, type Sha256, toHex } from "@tau-edge/encoding";
import { CONTRACT_LIMITS } from "../limits.ts";

declare const channelName: unique symbol;

/** Safe as a directory: no separator, no dot at either end, at most 200 bytes. */
export type ChannelName = string & { readonly [channelName]: true };

const HASH_NAME = /^sha256-[0-9a-f]{64}$/;
const NAME = /^(?!\.)(?:[A-Za-z0-9_.-]|%[0-9A-F]{2})+(?<!\.)$/;

/** Whether it could be the name of a channel; of nobody's, perhaps. */
export function isChannelName(text: string): text is ChannelName {
  return text.length <= CONTRACT_LIMITS.channel_name_bytes_max && NAME.test(text);
}

/** @param blueprintId trimmed and not empty, as cases have it */
export function channelNameOf(blueprintId: string, sha256: Sha256): ChannelName {
  const bytes = encodeUtf8(blueprintId);
  const readable = HASH_NAME.test(blueprintId) ? `%73${blueprintId.slice(1)}` : encodeName(bytes);
  const name = readable.length <= CONTRACT_LIMITS.channel_name_bytes_max ? readable : `sha256-${toHex(sha256(bytes))}`;
  if (!isChannelName(name)) throw new RangeError("A blueprint id is not empty");
  return name;
}

/**
 * Where the original keeps the channel: `channel-store/channels/deployment/<name>`. Its other blueprints are there too when
 * the name is `deployment`.
 */
export function originalChannelNameOf(blueprintId: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(blueprintId)) return "deployment";
  const directory = blueprintId.replace(/^_+|_+$/g, "");
  return directory === "" ? "channel" : directory;
}

const PLAIN = /[A-Za-z0-9_-]/;

function encodeName(bytes: Uint8Array): string {
  let name = "";
  for (const [index, byte] of bytes.entries()) {
    const character = String.fromCharCode(byte);
    const inner = character === "." && index > 0 && index < bytes.length - 1;
    name += inner || PLAIN.test(character) ? character : `%${toHex(Uint8Array.of(byte)).toUpperCase()}`;
  }
  return name;
}
