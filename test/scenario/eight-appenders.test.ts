import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nativeSha256, openStateReader } from "@tau-edge/adapter-node";
import { toHex } from "@tau-edge/encoding";
import { emptyHead, headOf, type StoredRecord, verifyRecord } from "@tau-edge/ledger";
import { READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { expect, it } from "vitest";
import { runProcess } from "./crowd.ts";
import { type AppendedLine, SAMPLE_APPENDER } from "./sample-appender.ts";

const WRITERS = 8;
const APPENDS = 30;
const STREAM = "default/prod/checkout";

async function recordsOf(stateDir: string): Promise<readonly StoredRecord[]> {
  const state = openStateReader(stateDir);
  const records: StoredRecord[] = [];
  for (;;) {
    const page = await state.ledger.read(STREAM, records.length, READ_PAGE_RECORDS_MAX);
    if (page.length === 0) break;
    records.push(...page);
  }
  await state.close();
  return records;
}

it("eight processes append to one stream that is not there yet: one chain, and every acknowledged record is in it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "tau-edge-eight-"));
  const stateDir = join(directory, "state");
  try {
    const runs = await Promise.all(
      Array.from({ length: WRITERS }, (_, nth) =>
        runProcess(SAMPLE_APPENDER, [stateDir, STREAM, `writer-${nth}`, `${APPENDS}`]),
      ),
    );
    expect(runs.map(({ status }) => status)).toEqual(new Array(WRITERS).fill(0));
    const said = runs.flatMap(({ stdout }) =>
      stdout
        .trim()
        .split("\n")
        .map((line): AppendedLine => JSON.parse(line)),
    );
    const records = await recordsOf(stateDir);

    let head = emptyHead(STREAM, nativeSha256);
    for (const { bytes } of records) head = headOf(verifyRecord(head, bytes, STREAM, nativeSha256));
    const bySeq = said.toSorted((a, b) => a.seq - b.seq);
    expect(bySeq.map(({ seq, hash, writer, nth }) => [seq, hash, writer, nth])).toEqual(
      records.map(({ record, hash }) => [record.seq, toHex(hash), record.actor.id, record.body["nth"]]),
    );
    expect(records).toHaveLength(WRITERS * (APPENDS + Math.ceil(APPENDS / 3)));

    for (const [index, { record }] of records.entries())
      if (record.body["part"] === 1)
        expect(records[index - 1]?.record).toMatchObject({ actor: record.actor, body: { ...record.body, part: 0 } });
    // Without a race this test would prove nothing.
    expect(said.reduce((sum, { conflicts }) => sum + conflicts, 0)).toBeGreaterThan(0);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
