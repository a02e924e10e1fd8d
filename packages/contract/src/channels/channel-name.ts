/**
 * The directory of a blueprint's channel. Two blueprints never share one: the original puts all whose id has a `.`, a `/`
 * or a letter beyond ASCII into one channel, where each overwrites the other's `MEMORY.md`.
 */
declare const channelName: unique symbol;

/** Safe as a directory: no separator, no leading dot, at most 200 bytes. */
export type ChannelName = string & { readonly [channelName]: true };
