/** Where the files of a channel lie. */
import { join, resolve } from "node:path";
import { type ChannelName, isChannelName, originalChannelNameOf } from "@tau-edge/contract";
import { PortError } from "@tau-edge/ports";
import type { FileSystem } from "./file-system.ts";
import { logError } from "./log-file.ts";

/** S1's names, below the directory of a channel. */
export const CHANNEL_FILES = {
  schema: "schema.json",
  log: "log.jsonl",
  context: "context.jsonl",
  memory: "MEMORY.md",
  artifacts: join("artifacts", "index.jsonl"),
  attachments: join("attachments", "index.jsonl"),
} as const;

export interface ChannelPlace {
  readonly directory: string;
  /** The original's, which is read and never written; absent for names that the original cannot spell. */
  readonly original?: string;
}

/** @throws PortError `path_escapes` for what is no name of a channel, whatever its type says */
export function channelPlace(stateDir: string, channel: ChannelName): ChannelPlace {
  if (!isChannelName(channel))
    throw new PortError("path_escapes", JSON.stringify(String(channel).slice(0, 100)), "Not the name of a channel", {
      remedy: "Name it as it stands in `channel-store/deployment`.",
    });
  const store = resolve(stateDir, "channel-store");
  const directory = join(store, "deployment", channel);
  if (!/^[A-Za-z0-9_-]+$/.test(channel)) return { directory };
  return { directory, original: join(store, "channels", "deployment", originalChannelNameOf(channel)) };
}

/**
 * Whether the directory is there.
 * @throws PortError `path_escapes`: a link would lead somewhere else
 */
export async function hasDirectory(fs: FileSystem, directory: string): Promise<boolean> {
  const found = await fs.facts(directory).catch((error: unknown) => {
    throw logError(error, directory);
  });
  if (found !== undefined && found.kind !== "directory")
    throw new PortError("path_escapes", directory, "It is not a directory itself", { remedy: "Move it aside." });
  return found !== undefined;
}
