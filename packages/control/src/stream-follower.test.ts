import { ManualClock, MemoryLedgerStore } from "@tau-edge/adapter-memory";
import { describe, expect, it } from "vitest";
import { ACTOR } from "./packaging.test-helper.ts";
import { StreamFollower } from "./stream-follower.ts";

const clock = new ManualClock();

async function add(ledger: MemoryLedgerStore, blueprint: string, ...types: string[]): Promise<void> {
  const stream = `default/dev/${blueprint}`;
  const { seq } = await ledger.head(stream);
  const drafts = types.map((type) => ({ type, actor: ACTOR, body: {} }));
  await ledger.append({ stream, expected_seq: seq, drafts, objects: [], now_unix_ms: clock.nowUnixMs() });
}

/** Lists the types of a stream's records; one of them it does not like. */
function follow(ledger: MemoryLedgerStore, poison = { type: "poison" }) {
  return new StreamFollower<readonly string[]>(ledger, {
    begin: () => [],
    take: (types, { record }) => {
      if (record.type === poison.type) throw new Error("poisoned");
      return [...types, record.type];
    },
  });
}

describe("following streams", () => {
  it("goes on with all others where one cannot be read, and keeps what was read of it", async () => {
    const ledger = new MemoryLedgerStore();
    await add(ledger, "a", "one", "poison", "three");
    await add(ledger, "b", "one");
    const poison = { type: "poison" };
    const follower = follow(ledger, poison);
    await follower.refresh();
    await add(ledger, "b", "two");
    await follower.refresh();
    expect(follower.streams.get("default/dev/b")?.value).toEqual(["one", "two"]);
    expect(follower.streams.get("default/dev/a")).toMatchObject({ seq: 0, value: ["one"] });
    expect([...follower.failures.keys()]).toEqual(["default/dev/a"]);
    poison.type = "";
    await follower.refresh();
    expect(follower.streams.get("default/dev/a")?.value).toEqual(["one", "poison", "three"]);
    expect(follower.failures.size).toBe(0);
  });

  it("begins again when another ledger stands in its place, shorter or longer", async () => {
    const ledger = new MemoryLedgerStore();
    await add(ledger, "a", "one", "two");
    const follower = follow(ledger);
    await follower.refresh();
    for (const types of [["other"], ["another", "two", "three"]]) {
      ledger.rows.clear();
      await add(ledger, "a", ...types);
      await follower.refresh();
      expect(follower.streams.get("default/dev/a")?.value).toEqual(types);
    }
    ledger.rows.clear();
    await follower.refresh();
    expect(follower.streams.size).toBe(0);
  });

  it("reads each record once, however many ask at once", async () => {
    const ledger = new MemoryLedgerStore();
    await add(ledger, "a", "one", "two");
    const follower = follow(ledger);
    await Promise.all([follower.refresh(), follower.refresh(), follower.refresh()]);
    await add(ledger, "a", "three");
    await Promise.all([follower.refresh(), follower.refresh()]);
    expect(follower.streams.get("default/dev/a")?.value).toEqual(["one", "two", "three"]);
  });
});
