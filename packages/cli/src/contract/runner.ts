/** What the contract runner works with on this machine: the state directory, files of artifacts, and who really deploys. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  caseBookPath,
  DurableFiles,
  NodeArtifactFiles,
  nodeFileSystem,
  openState,
  ProgramBackend,
  SqliteCaseBook,
  startNativeSha256,
} from "@tau-edge/adapter-node";
import type { CyclePorts } from "@tau-edge/control";
import type { CaseBook } from "@tau-edge/ports";
import { type CliIo, pathIn } from "../io.ts";
import type { BackendFile } from "./backend-file.ts";
import type { NamedFixtures } from "./fixtures.ts";

export interface RunnerOptions {
  readonly stateDir: string;
  /** Absent where nothing is run. */
  readonly fixtures?: Pick<NamedFixtures, "directory">;
  readonly backend?: BackendFile | undefined;
  readonly dryRun?: boolean;
}

export interface Runner {
  readonly ports: CyclePorts;
  close(): Promise<void>;
}

export async function openRunner(options: RunnerOptions, io: CliIo): Promise<Runner> {
  const { stateDir, fixtures, backend, dryRun } = options;
  const state = await openState(pathIn(io, stateDir));
  const rehearsal = dryRun === true && !existsSync(caseBookPath(pathIn(io, stateDir))) ? borrowBook() : undefined;
  const artifacts = new NodeArtifactFiles({
    working_directory: io.cwd,
    fixture_directory: fixtures?.directory ?? io.cwd,
  });
  return {
    ports: {
      ...state,
      book: endedOnceBegun(rehearsal?.book ?? state.book, io),
      artifacts,
      ...(backend === undefined ? {} : { backend: new ProgramBackend(backend) }),
      pause,
      startSha256: startNativeSha256,
    },
    close: async () => {
      rehearsal?.giveBack();
      await state.close();
    },
  };
}

/** For a dry run where no cycle has run: opening a book makes its file, and nothing is to stay. */
function borrowBook(): { readonly book: CaseBook; giveBack(): void } {
  const directory = mkdtempSync(join(tmpdir(), "tau-edge-dry-run-"));
  const book = new SqliteCaseBook(new DurableFiles(nodeFileSystem, directory));
  return {
    book,
    giveBack() {
      book.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A longer timer would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

async function pause(duration_ms: number): Promise<void> {
  for (let rest_ms = duration_ms; rest_ms > 0; rest_ms -= TIMER_MS_MAX)
    await setTimeout(Math.min(rest_ms, TIMER_MS_MAX));
}

/**
 * Who asks the process to end waits for the cycle that has begun, and not for the one of another process that this one
 * waits for. Of a ladder, that is one rung.
 */
function endedOnceBegun(book: CaseBook, io: CliIo): CaseBook {
  return {
    async exclusively(work) {
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      try {
        return await book.exclusively((open) => {
          void io.uninterrupted(() => ended);
          return work(open);
        });
      } finally {
        resolve();
      }
    },
  };
}
