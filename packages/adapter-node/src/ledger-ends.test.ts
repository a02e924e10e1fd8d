/** Ends are remembered, and never older than the last write, whoever made it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type OpenState, openState, openStateReader } from "./open-state.ts";

const scratch = mkdtempSync(join(tmpdir(), "tau-edge-ends-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const STREAM = "default/dev/app";

async function append({ ledger }: OpenState, expected_seq: number): Promise<void> {
  const draft = { type: "note", actor: { kind: "local", id: "somebody" }, body: {} } as const;
  const now_unix_ms = 1_800_000_000_000;
  const result = await ledger.append({ stream: STREAM, expected_seq, drafts: [draft], objects: [], now_unix_ms });
  expect(result.outcome).toBe("appended");
}

describe("ends of streams", () => {
  it("are those after the last append of this process and of any other", async () => {
    const mine = await openState(scratch);
    const other = await openState(scratch);
    const reader = await openStateReader(scratch);
    const seqs = async () => {
      const all = await Promise.all([mine, other, reader].map(({ ledger }) => ledger.ends()));
      return all.map((ends) => ends.map(({ seq }) => seq));
    };
    expect(await seqs()).toEqual([[], [], []]);
    await append(mine, -1);
    expect(await seqs()).toEqual([[0], [0], [0]]);
    await append(other, 0);
    expect(await seqs()).toEqual([[1], [1], [1]]);
    await append(mine, 1);
    expect(await seqs()).toEqual([[2], [2], [2]]);
    expect(await seqs()).toEqual([[2], [2], [2]]);
    await Promise.all([mine.close(), other.close(), reader.close()]);
  });
});
