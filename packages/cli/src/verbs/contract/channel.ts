/** `tau-edge channel inspect` and `channel repair`: the logs of one blueprint's cases. */

import { type InspectedChannel, inspectChannel, type RepairedChannel, repairChannel } from "../../contract/channels.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { type CliIo, usesColour } from "../../io.ts";
import { withProgress } from "../../progress.ts";
import { renderChannel, renderRepair } from "../../render/channel.ts";
import { painter } from "../../render/text.ts";
import { stateDirOf } from "../../state-dir.ts";

export interface ChannelOptions {
  readonly stateDir?: string;
  readonly json?: boolean;
}

export async function channelInspectVerb(name: string, options: ChannelOptions, io: CliIo): Promise<ExitCode> {
  const channel = await withProgress(
    io,
    "reading the channel",
    inspectChannel(name, stateDirOf(options.stateDir, io), io),
  );
  print(channel, options, io, () => renderChannel(channel, painter(usesColour(io))));
  return EXIT.done;
}

export async function channelRepairVerb(name: string, options: ChannelOptions, io: CliIo): Promise<ExitCode> {
  const channel = await withProgress(
    io,
    "repairing the channel",
    repairChannel(name, stateDirOf(options.stateDir, io), io),
  );
  print(channel, options, io, () => renderRepair(channel));
  return EXIT.done;
}

function print(
  channel: InspectedChannel | RepairedChannel,
  { json }: ChannelOptions,
  io: CliIo,
  render: () => string,
): void {
  io.stdout(json === true ? `${JSON.stringify(channel, undefined, 2)}\n` : render());
}
