/** What a backup of a state directory would take, without making one. */
import { join, resolve } from "node:path";
import type { LeftOut } from "@tau-edge/ports";
import { isPassing, leftOutOf } from "./backup-layout.ts";
import type { BackupTargetOptions } from "./backup-target.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { walkTree } from "./tree-walk.ts";

/** What a backup would take at most: objects that no record names are counted, and not copied. */
export interface BackupSurvey {
  readonly files: number;
  readonly size_bytes: number;
  readonly left_out: readonly LeftOut[];
}

/** @throws PortError `store_unavailable`, `path_escapes` for a link among the files */
export async function surveyBackup({ state_dir, secrets }: BackupTargetOptions): Promise<BackupSurvey> {
  const home = resolve(state_dir);
  const left_out = await leftOutOf(home, secrets);
  const passedOver = new Set(left_out.flatMap(({ path }) => [path, `${path}/`]));
  const leaveOut = (path: string) => passedOver.has(path) || isPassing(path) || IS_SQLITE_LOG.test(path);
  let [files, size_bytes] = [0, 0];
  for await (const path of walkTree(home, { leaveOut })) {
    files += 1;
    size_bytes += (await nodeFileSystem.facts(join(home, path)))?.size_bytes ?? 0;
  }
  return { files, size_bytes, left_out };
}

const IS_SQLITE_LOG = /\.db-(?:wal|shm|journal)$/;
