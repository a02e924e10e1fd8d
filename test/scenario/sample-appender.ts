// Appends to one stream beside other processes, and says on stdout which records were acknowledged, one JSON line each.
// Arguments: the state directory, the stream, this writer's name, the number of its appends. Run in crowds by a test.
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openState } from "@tau-edge/adapter-node";
import { toHex } from "@tau-edge/encoding";
import type { RecordDraft } from "@tau-edge/ledger";

export const SAMPLE_APPENDER = fileURLToPath(import.meta.url);

export interface AppendedLine {
  readonly writer: string;
  readonly nth: number;
  readonly seq: number;
  readonly hash: string;
  /** Appends that somebody else overtook before this one. */
  readonly conflicts: number;
}

async function main([stateDir = "", stream = "", writer = "", count = ""]: readonly string[]): Promise<void> {
  const state = await openState(stateDir);
  for (let nth = 0; nth < Number(count); nth++) {
    // Every third append has two records, which must stand side by side.
    const drafts = Array.from({ length: nth % 3 === 0 ? 2 : 1 }, (_, part): RecordDraft => {
      return { type: "sample_appended", actor: { kind: "local", id: writer }, body: { nth, part } };
    });
    for (let conflicts = 0; ; conflicts++) {
      const { seq: expected_seq } = await state.ledger.head(stream);
      const now_unix_ms = state.clock.nowUnixMs();
      const result = await state.ledger.append({ stream, expected_seq, drafts, objects: [], now_unix_ms });
      if (result.outcome === "conflict") continue;
      for (const { record, hash } of result.records)
        say({ writer, nth, seq: record.seq, hash: toHex(hash), conflicts });
      break;
    }
  }
  await state.close();
}

function say(line: AppendedLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

if (process.argv[1] === SAMPLE_APPENDER) await main(process.argv.slice(2));
