/** What the verbs of migrations hand to their use cases. */
import { nativeSha256, StateMigration, startNativeSha256, systemClock } from "@tau-edge/adapter-node";
import type { MigrationPorts } from "@tau-edge/control";
import { type CliIo, pathIn } from "../../io.ts";

export interface MigrateOptions {
  readonly stateDir?: string;
  readonly json?: boolean;
}

export function migrationPorts(stateDir: string, io: CliIo): MigrationPorts {
  const place = new StateMigration(pathIn(io, stateDir));
  return { place, clock: systemClock, sha256: nativeSha256, startSha256: startNativeSha256 };
}
