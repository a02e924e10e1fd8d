/** The logs of one blueprint's cases, for people. */
import type { JsonlCounts } from "@tau-edge/contract";
import type { ChannelFacts } from "@tau-edge/ports";
import type { InspectedChannel, RepairedChannel } from "../contract/channels.ts";
import { columns, grouped, type Paint, plural, printable } from "./text.ts";

export function renderChannel(channel: InspectedChannel, paint: Paint): string {
  const memory = channel.memory_exists ? `${grouped(channel.memory_bytes)} bytes` : "none";
  const rows = [
    ["found", FOUND_WORDS[channel.found]],
    ["log", lineWords(channel.log, paint)],
    ["context", lineWords(channel.context, paint)],
    ["artifacts", lineWords(channel.artifacts, paint)],
    ["attachments", lineWords(channel.attachments, paint)],
    ["MEMORY.md", memory],
  ];
  return `${paint("bold", printable(channel.channel))}  ${printable(channel.channel_dir)}\n${columns(rows)}`;
}

export function renderRepair({ channel, repaired }: RepairedChannel): string {
  if (repaired.length === 0) return `${printable(channel)}: every line can be read\n`;
  const lines = repaired.map(
    ({ path, corrupt_path, removed_lines }) =>
      `  ${plural(removed_lines, "line")} of ${printable(path)} moved to ${printable(corrupt_path)}\n`,
  );
  return `${printable(channel)}\n${lines.join("")}`;
}

const FOUND_WORDS: { readonly [found in ChannelFacts["found"]]: string } = {
  none: "nothing: no case of this blueprint has run",
  ours: "yes",
  original: "where the original keeps it",
  both: "here and where the original keeps it; the lines are those of both",
};

function lineWords({ records, invalid_lines }: JsonlCounts, paint: Paint): string {
  const invalid = invalid_lines === 0 ? "" : `, ${paint("red", `${plural(invalid_lines, "line")} cannot be read`)}`;
  return `${plural(records, "line")}${invalid}`;
}
