/** S1's `--channel-store-inspect` and `--channel-store-repair`: one line each. Looking creates nothing. */
import { keyValueLine } from "@tau-edge/contract";
import { inspectChannel, repairChannel } from "../contract/channels.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { CliIo } from "../io.ts";
import type { LegacyChannel } from "./parse.ts";

export async function inspectChannelLegacy({ channel, stateDir }: LegacyChannel, io: CliIo): Promise<ExitCode> {
  const found = await inspectChannel(channel, stateDir, io);
  const line = keyValueLine({
    transport: "deployment",
    channel: found.channel,
    channel_dir: found.channel_dir,
    found: found.found,
    log_records: found.log.records,
    context_records: found.context.records,
    artifact_records: found.artifacts.records,
    attachment_records: found.attachments.records,
    invalid_log_lines: found.log.invalid_lines,
    invalid_context_lines: found.context.invalid_lines,
    invalid_artifact_lines: found.artifacts.invalid_lines,
    invalid_attachment_lines: found.attachments.invalid_lines,
    memory_exists: found.memory_exists,
    memory_bytes: found.memory_bytes,
  });
  io.stdout(`${line}\n`);
  return EXIT.done;
}

export async function repairChannelLegacy({ channel, stateDir }: LegacyChannel, io: CliIo): Promise<ExitCode> {
  const { repaired, ...found } = await repairChannel(channel, stateDir, io);
  const line = keyValueLine({
    transport: "deployment",
    channel: found.channel,
    channel_dir: found.channel_dir,
    repaired_files: repaired.length,
    removed_lines: repaired.reduce((sum, { removed_lines }) => sum + removed_lines, 0),
    corrupt_paths: repaired.map(({ corrupt_path }) => corrupt_path),
  });
  io.stdout(`${line}\n`);
  return EXIT.done;
}
