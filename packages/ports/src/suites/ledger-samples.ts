/** Records for the ledger suites. */
import type { Sha256 } from "@tau-edge/encoding";
import { emptyHead, type RecordDraft, type StoredRecord, sealDrafts } from "@tau-edge/ledger";
import { check } from "./check.ts";

export const NOW_UNIX_MS = 1_767_225_600_000;

export function sampleDraft(nth: number, type = "sample_made"): RecordDraft {
  return {
    type,
    actor: { kind: "local", id: "tester" },
    body: {
      nth,
      text: `"${nth}" ⌘`,
      bytes: new Uint8Array([nth & 255, 0, 255]),
      nested: { list: [1, [2], {}], none: null },
    },
  };
}

/** A chain of `count` records from the beginning of the stream. */
export function sampleChain(stream: string, count: number, sha256: Sha256): readonly StoredRecord[] {
  const drafts = Array.from({ length: count }, (_, nth) => sampleDraft(nth));
  const sealed = sealDrafts({ stream, head: emptyHead(stream, sha256), drafts, now_unix_ms: NOW_UNIX_MS, sha256 });
  check(sealed.outcome === "sealed", "an empty stream has no clock to disagree with");
  return sealed.records;
}
