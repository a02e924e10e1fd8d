/** What `state.json` says, read as it passes by. */
import { type StateFacts, StateReader, type StateVisitor } from "@tau-edge/contract";
import type { StartSha256 } from "@tau-edge/encoding";
import { type DeploymentFiles, PortError } from "@tau-edge/ports";

export interface StateFilePorts {
  readonly files: Pick<DeploymentFiles, "contents">;
  readonly startSha256: StartSha256;
}

/**
 * @param seeChunk each chunk once it was read, before the next one comes
 * @returns undefined when there is no file
 * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`: the file is kept as it is
 */
export async function readStateFile(
  { files, startSha256 }: StateFilePorts,
  visitor: StateVisitor = {},
  seeChunk?: (chunk: Uint8Array) => Promise<void>,
): Promise<StateFacts | undefined> {
  const chunks = await files.contents();
  if (chunks === undefined) return undefined;
  const reader = new StateReader(visitor, startSha256);
  for await (const chunk of chunks) {
    if (!reader.push(chunk)) break;
    await seeChunk?.(chunk);
  }
  const read = reader.end();
  if (read.outcome === "refused")
    throw new PortError(read.code, `state.json ${read.at}`, read.detail, { remedy: read.remedy });
  if (read.written_by === "foreign")
    throw new PortError(
      "state_foreign",
      `state.json ${read.foreign_at ?? "$"}`,
      "Somebody else changed what this program writes",
      { remedy: "`tau-edge doctor --rebuild-files` moves the file aside and writes it anew from the ledger." },
    );
  return read;
}
