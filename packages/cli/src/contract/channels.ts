/** The channel of one blueprint in the channel store of a state directory. */
import { openState, openStateReader } from "@tau-edge/adapter-node";
import { channelNameOf } from "@tau-edge/contract";
import type { ChannelFacts, ChannelRepair } from "@tau-edge/ports";
import { CliError } from "../failure.ts";
import { type CliIo, pathIn } from "../io.ts";

export interface InspectedChannel extends ChannelFacts {
  /** As it was asked for: `deployment/edge-wasm`. */
  readonly channel: string;
}

export interface RepairedChannel extends ChannelRepair {
  readonly channel: string;
}

/** Creates nothing. */
export async function inspectChannel(channel: string, stateDir: string, io: CliIo): Promise<InspectedChannel> {
  const blueprint = blueprintOf(channel);
  const state = openStateReader(pathIn(io, stateDir));
  try {
    return { channel, ...(await state.channels.inspect(channelNameOf(blueprint, state.sha256))) };
  } finally {
    await state.close();
  }
}

/** Not while a runner writes: it waits for the runner's lock, and a runner for it. */
export async function repairChannel(channel: string, stateDir: string, io: CliIo): Promise<RepairedChannel> {
  const { found, channel_dir } = await inspectChannel(channel, stateDir, io);
  // The lock is a file, and where nobody has written there is nothing to make it for.
  if (found !== "ours" && found !== "both") return { channel, channel_dir, repaired: [] };
  const state = await openState(pathIn(io, stateDir));
  try {
    const name = channelNameOf(blueprintOf(channel), state.sha256);
    const repair = () => state.book.exclusively(() => state.channels.repair(name, state.clock.nowUnixMs()));
    return { channel, ...(await io.uninterrupted(repair)) };
  } finally {
    await state.close();
  }
}

/** @throws CliError `usage` */
function blueprintOf(channel: string): string {
  const blueprint = channel.startsWith(TRANSPORT) ? channel.slice(TRANSPORT.length).trim() : "";
  if (blueprint !== "") return blueprint;
  throw new CliError("usage", `${JSON.stringify(channel.slice(0, 100))} names no channel`, {
    remedy: "It is deployment/ and a blueprint, such as deployment/edge-wasm.",
  });
}

const TRANSPORT = "deployment/";
