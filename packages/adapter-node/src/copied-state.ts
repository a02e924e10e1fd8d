/** A state directory that nobody writes to, such as one in a backup: looked at with the readers of a live one. */
import { join, resolve } from "node:path";
import type { CopiedState } from "@tau-edge/ports";
import { DATABASES } from "./backup-layout.ts";
import { SqliteCollectionReader } from "./collection-reader.ts";
import { databaseFaults } from "./database-faults.ts";
import { SqliteLedgerReader } from "./ledger-reader.ts";
import { nativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { FileObjectReader } from "./object-reader.ts";
import { FileCommitPointerReader } from "./pointer-files.ts";

export function copiedState(stateDir: string): CopiedState {
  const home = resolve(stateDir);
  const ledger = new SqliteLedgerReader(home, nativeSha256);
  return {
    ledger,
    objects: new FileObjectReader(home),
    pointers: new FileCommitPointerReader(home, nodeFileSystem),
    collection: new SqliteCollectionReader(ledger, home, nodeFileSystem),
    async integrityProblems() {
      const faults: string[] = [];
      for (const { file, kind } of Object.values(DATABASES)) {
        const found = await databaseFaults(join(home, file), kind);
        faults.push(...found.map((fault) => `${file}: ${fault}`));
      }
      return faults;
    },
    close: async () => ledger.close(),
  };
}
