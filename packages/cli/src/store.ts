/** Opens the state directory for writing and hands the use case what it asks for. */
import { openState } from "@tau-edge/adapter-node";
import { askCollected, openCatalog, type StorePorts } from "@tau-edge/control";
import { type CliIo, pathIn } from "./io.ts";

export interface OpenStore {
  readonly ports: StorePorts;
  close(): Promise<void>;
}

/** @param outputDir where the readable copies go, if not into the state directory */
export async function openStore(io: CliIo, stateDir: string, outputDir: string | undefined): Promise<OpenStore> {
  const state = await openState(pathIn(io, stateDir));
  const { objects, ledger, clock, default_output_dir } = state;
  const files = outputDir === undefined ? state.files : state.filesIn(pathIn(io, outputDir));
  return {
    ports: {
      objects,
      ledger,
      catalog: openCatalog(ledger, askCollected(state.collection, objects)),
      files,
      default_output_dir,
      clock,
    },
    close: () => state.close(),
  };
}
