/** Puts a backup into an empty place, whole or not at all. */
import type { CopiedState, RestorePlace } from "@tau-edge/ports";
import { openCatalog } from "../catalog.ts";
import { checkFiles } from "./backup-files.ts";
import { readBackupHead } from "./read-backup-document.ts";
import { checkContents, type VerifiedBackup, type VerifyPorts } from "./verify-backup.ts";

/** Where the state lies in a backup. */
export const STATE_PREFIX = "state/";

export interface RestorePorts extends VerifyPorts {
  readonly place: RestorePlace;
}

export interface RestoreOptions {
  /** Asked between two files: throws when somebody wants it to end. */
  readonly checkGoingOn?: () => void;
}

/**
 * What is restored is what was proven: each file is hashed while it is copied, and the copy is looked at before it gets
 * its name.
 * @throws PortError `not_empty`, and as `verifyBackup`; nothing is restored then
 */
export async function restoreBackup(ports: RestorePorts, options: RestoreOptions = {}): Promise<VerifiedBackup> {
  const { backup, place } = ports;
  await place.checkEmpty();
  try {
    const read = await readBackupHead(backup, ports.startSha256);
    const size_bytes = await checkFiles(backup, read, ports.startSha256, (path) => {
      options.checkGoingOn?.();
      return path.startsWith(STATE_PREFIX) ? place.copy(path) : backup.measure(path);
    });
    const verified = await checkContents(place.state(), read, ports);
    await linkDeliverables(place);
    await place.publish();
    return { ...verified, size_bytes };
  } catch (error) {
    await place.discard();
    throw error;
  }
}

/** The readable copies are links to objects, and a backup has each object once. */
async function linkDeliverables(place: RestorePlace): Promise<void> {
  const state = place.state();
  try {
    const deliverables = await openCatalog(state.ledger).all();
    const linked = new Set<string>();
    for (const { blueprint_id, artifact, manifest } of deliverables) {
      // Newest first: an artifact that was packaged again has one name, and its last manifest.
      const name = `${blueprint_id} ${artifact}`;
      if (linked.has(name)) continue;
      linked.add(name);
      if (await areThere([artifact, manifest], state)) await place.link([{ blueprint_id, artifact, manifest }]);
    }
  } finally {
    await state.close();
  }
}

/** What was collected has no readable copy either. */
async function areThere(
  digests: readonly Parameters<CopiedState["objects"]["stat"]>[0][],
  { objects }: CopiedState,
): Promise<boolean> {
  for (const digest of digests) if ((await objects.stat(digest)) === undefined) return false;
  return true;
}
