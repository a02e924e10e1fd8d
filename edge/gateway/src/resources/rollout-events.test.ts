/** What a watcher is told, over use cases and a ledger in memory. */
import { MemoryLedgerStore } from "@tau-edge/adapter-memory";
import { sha256 } from "@tau-edge/encoding";
import { PortError } from "@tau-edge/ports";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type EventReader, type ReadEvent, readEvents } from "../../../../test/runtimes/event-reader.ts";
import { openAgentsInMemory } from "../../../../test/runtimes/gateway-agents-memory.ts";
import { type MemoryStory, tellInMemory } from "../../../../test/runtimes/memory-story.ts";
import { openStory } from "../../../../test/runtimes/rollout-story.ts";
import { readTokens } from "../credentials/tokens.ts";
import { type GatewayApp, makeGateway } from "../gateway.ts";
import { LIMITS } from "../limits.ts";
import type { Fault, GatewayPorts } from "../ports.ts";
import { RolloutEventSchema } from "../rollouts/rollout-documents.ts";
import { TOKENS, TOKENS_TEXT } from "../rollouts/rollouts.test-helper.ts";

let story: MemoryStory;
let app: GatewayApp;
let ports: GatewayPorts;
let stopping: AbortController;
let faults: Fault[];
/** Added to the machine's clock. */
let later_ms: number;
/** What asking for the ends of the ledger fails with. */
let failing: unknown;
let looks: number;
let asked = 0;
const readers: EventReader[] = [];

beforeEach(async () => {
  story = await tellInMemory(Date.now() - 60_000);
  stopping = new AbortController();
  faults = [];
  later_ms = 0;
  looks = 0;
  failing = undefined;
  const { ledger, objects } = story.stores;
  ports = {
    objects,
    ledger: {
      streams: () => ledger.streams(),
      head: (stream) => ledger.head(stream),
      read: (stream, from, limit) => ledger.read(stream, from, limit),
      async ends() {
        looks += 1;
        if (failing !== undefined) throw failing;
        return ledger.ends();
      },
    },
    clock: { nowUnixMs: () => Date.now() + later_ms },
    randomBytes: (count) => new Uint8Array(count),
    tokens: readTokens(TOKENS_TEXT, sha256),
    rollouts: story.access,
    stopping: stopping.signal,
    // Of tests that say nothing, everybody has another one.
    clientAddress: (_env, { headers }) =>
      headers.get("x-test-address") ?? `10.0.${(asked >> 8) & 255}.${asked++ & 255}`,
    onFault: (fault) => faults.push(fault),
  };
  app = makeGateway(ports, { allowedHosts: ["localhost"], lookMs: 10 });
});
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.leave();
});

const pathOf = (id: string, query = "") => `/v1/rollouts/${id}/events${query}`;
const ask = (id: string, query = "", headers: Record<string, string> = {}) =>
  app.request(pathOf(id, query), { headers });

async function watch(id: string, query = "", headers: Record<string, string> = {}): Promise<EventReader> {
  const response = await ask(id, query, headers);
  expect(response.status, await (response.status === 200 ? "" : response.text())).toBe(200);
  const reader = readEvents(response);
  readers.push(reader);
  return reader;
}

async function act(command: object): Promise<void> {
  story.stores.clock.set(Date.now());
  const result = await story.access.as?.({ kind: "token", id: "olga" }).command(story.rollout_id, command as never);
  expect(result?.outcome, JSON.stringify(result)).toBe("done");
}

async function problemOf(response: Response): Promise<unknown> {
  return [response.status, ((await response.json()) as { code: string }).code];
}

const numbers = (events: readonly ReadEvent[]) => events.map(({ id }) => id);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

/** How many events the open rollout has, and the one that has ended. */
async function counts() {
  const ended = await (await watch(story.committed_rollout_id)).take();
  return { ended: ended.length - 1 };
}

describe("a rollout that has ended", () => {
  it("is told whole, with a last event without an id, and then nothing more", async () => {
    const events = await (await watch(story.committed_rollout_id)).take();
    const records = events.slice(0, -1);
    expect(numbers(records)).toEqual(upTo(records.length));
    for (const { data } of records) expect(RolloutEventSchema.strict().parse(data)).toEqual(data);
    expect(records[0]).toMatchObject({ event: "run_header", data: { n: 0, attempt: 1, document: { t: 0 } } });
    expect(records.at(-1)).toMatchObject({ event: "finalize", data: { status: "success", weight_bp: 10_000 } });
    const last = { rollout_id: story.committed_rollout_id, status: "success", n: records.length - 1 };
    expect(events.at(-1)).toEqual({ event: "end", data: last });
    const again = await ask(story.committed_rollout_id, "", { "last-event-id": String(records.length - 1) });
    expect([again.status, await again.text()]).toEqual([204, ""]);
  });

  it("is gone on with after the event that is named, and the field counts more than the query", async () => {
    const { ended } = await counts();
    const rest = await (await watch(story.committed_rollout_id, "?after=3")).take();
    expect(numbers(rest).slice(0, -1)).toEqual(upTo(ended).slice(4));
    const field = await (await watch(story.committed_rollout_id, "?after=3", { "last-event-id": "5" })).take();
    expect(numbers(field).slice(0, -1)).toEqual(upTo(ended).slice(6));
  });

  it("has no events beyond its last, and says so: the ledger may be an older one", async () => {
    const { ended } = await counts();
    for (const after of [ended, ended + 1, 1e15])
      expect(await problemOf(await ask(story.committed_rollout_id, `?after=${after}`))).toEqual([409, "event_unknown"]);
  });
});

it("refuses what is no number, and rollouts that nobody knows, however many", async () => {
  for (const after of ["x", "-1", "1.5", "01", "1e3", "", "99999999999999999"])
    expect(await problemOf(await ask(story.rollout_id, `?after=${after}`))).toEqual([400, "query_invalid"]);
  for (const id of ["x", "-1", "01", "9".repeat(17)])
    expect(await problemOf(await ask(story.rollout_id, "", { "last-event-id": id }))).toEqual([
      400,
      "event_id_malformed",
    ]);
  expect(await problemOf(await ask("nothing"))).toEqual([404, "rollout_unknown"]);
  // No time passes, in which somebody would be taken for gone.
  const still = makeGateway({ ...ports, clock: { nowUnixMs: () => 1 } }, { allowedHosts: ["localhost"] });
  for (let nth = 0; nth <= LIMITS.watched_rollouts_max; nth++)
    expect((await still.request(pathOf(`default~dev~shop~${1_000 + nth}`))).status).toBe(404);
  expect((await still.request(pathOf(story.rollout_id), { method: "HEAD" })).status).toBe(200);
});

describe("an open rollout", () => {
  it("is told as it comes, several records of one append among them, and ends once", async () => {
    const reader = await watch(story.rollout_id);
    const seen = [...(await reader.take(2))];
    await act({ do: "pause", reason: "lunch\r\nid: 99\n\n" });
    seen.push(...(await reader.take(1)));
    expect(seen.at(-1)?.data).toMatchObject({ halt: "paused", document: { reason: "lunch\r\nid: 99\n\n" } });
    await act({ do: "resume" });
    await act({ do: "abort", reason: "it hurts" });
    seen.push(...(await reader.take()));
    const records = seen.slice(0, -1);
    expect(numbers(records)).toEqual(upTo(records.length));
    expect(seen.at(-1)).toMatchObject({ event: "end", data: { status: "failed", failure_code: "aborted" } });
    const actors = records.map(({ data }) => (data["actor"] as { id: string }).id);
    expect(actors).toContain("olga");
  });

  it("goes on under the same numbers when it is retried after its end", async () => {
    await act({ do: "abort", reason: "it hurts" });
    const first = await (await watch(story.rollout_id)).take();
    const last = first.at(-2)?.id ?? -1;
    expect((await ask(story.rollout_id, `?after=${last}`)).status).toBe(204);
    const { manifest } = story.candidate;
    const validated = await story.access.as?.({ kind: "token", id: "olga" }).revalidate({
      ...{ environment: "dev", blueprint: "shop", manifest, validation: "profile:wasi_preview2_v1" },
    });
    expect(validated?.outcome).toBe("done");
    await act({ do: "retry" });
    await vi.waitFor(async () => {
      const response = await ask(story.rollout_id, `?after=${last}`);
      await response.body?.cancel();
      expect(response.status).toBe(200);
    });
    const reader = await watch(story.rollout_id, `?after=${last}`);
    expect(await reader.next()).toMatchObject({
      id: last + 1,
      event: "run_header",
      data: { attempt: 2, status: "open" },
    });
  });

  it("is not held up by a ledger that cannot be asked for a moment", async () => {
    const reader = await watch(story.rollout_id);
    const before = await reader.take(2);
    const third = reader.next();
    failing = new PortError("store_unavailable", "ledger", "busy");
    await vi.waitFor(() => expect(faults).toHaveLength(1));
    later_ms += LIMITS.watch_unreadable_ms_max - 5_000;
    failing = undefined;
    await act({ do: "pause", reason: "lunch" });
    expect(await third).toMatchObject({ id: before.length, data: { halt: "paused" } });
    expect(faults).toMatchObject([{ code: "store_unavailable" }]);
  });

  it("is not told further when the ledger cannot be asked for long, and why", async () => {
    const reader = await watch(story.rollout_id);
    await reader.take(2);
    const rest = reader.take();
    failing = new PortError("store_unavailable", "ledger", "busy");
    await vi.waitFor(() => expect(faults).toHaveLength(1));
    later_ms += LIMITS.watch_unreadable_ms_max + 1_000;
    const told = await rest;
    expect(told).toMatchObject([{ event: "problem", data: { status: 503, code: "store_unavailable" } }]);
    expect(numbers(told)).toEqual([undefined]);
  });

  it("is not told further when the ledger is damaged, and not told at all to whoever comes then", async () => {
    const reader = await watch(story.rollout_id);
    await reader.take(2);
    failing = new PortError("ledger_corrupt", "ledger", "flipped");
    expect(await reader.take()).toMatchObject([{ event: "problem", data: { status: 500, code: "ledger_corrupt" } }]);
    expect(await problemOf(await ask(story.rollout_id))).toEqual([500, "ledger_corrupt"]);
    failing = undefined;
    await vi.waitFor(async () => {
      const response = await ask(story.rollout_id);
      await response.body?.cancel();
      expect(response.status).toBe(200);
    });
  });

  it("says so when an older ledger takes the place of the one that was told", async () => {
    const reader = await watch(story.rollout_id);
    const [, second] = await reader.take(2);
    await act({ do: "pause", reason: "lunch" });
    const last = (await reader.next())?.id ?? -1;
    expect(last).toBe((second?.id ?? 0) + 1);
    const { ledger } = story.stores;
    const older = (await ledger.read(story.stream, 0, 200)).slice(0, -1);
    const end = older.at(-1);
    Object.assign(ports.ledger, {
      ends: async () => [{ stream: story.stream, seq: end?.record.seq ?? 0, hash: end?.hash ?? new Uint8Array() }],
      read: async (_stream: string, from: number, limit: number) => older.slice(from, from + limit),
    });
    expect(await reader.take()).toMatchObject([{ event: "problem", data: { code: "event_unknown" } }]);
    expect(await problemOf(await ask(story.rollout_id, `?after=${last}`))).toEqual([409, "event_unknown"]);
    expect(numbers(await (await watch(story.rollout_id)).take(2))).toEqual([0, 1]);
  });

  it("is told as the ledger says it that took the place of another one, and nothing of the other one", async () => {
    const { ledger, objects } = story.stores;
    const rows = new Map([...ledger.rows].map(([stream, before]) => [stream, [...before]]));
    const reader = await watch(story.rollout_id);
    await reader.take(2);
    await act({ do: "pause", reason: "lunch" });
    expect((await reader.next())?.id).toBe(2);
    const other = new MemoryLedgerStore({ rows, objects: objects.objects });
    Object.assign(ports.ledger, {
      ends: () => other.ends(),
      read: (stream: string, from: number, limit: number) => other.read(stream, from, limit),
    });
    expect(await reader.take()).toMatchObject([{ event: "problem", data: { code: "event_unknown" } }]);
    story.stores.clock.set(Date.now());
    const access = openStory({ ...story.stores, ledger: other });
    const paused = await access
      .as?.({ kind: "token", id: "otto" })
      .command(story.rollout_id, { do: "pause", reason: "tea" });
    expect(paused?.outcome).toBe("done");
    const [, , third] = await (await watch(story.rollout_id)).take(3);
    expect(third).toMatchObject({ id: 2, data: { document: { reason: "tea" } } });
  });

  it("keeps the connection alive with comments, and no id is lost by them", async () => {
    const reader = await watch(story.rollout_id);
    await reader.take(2);
    later_ms += LIMITS.heartbeat_ms + 1_000;
    await new Promise((resolve) => setTimeout(resolve, 50));
    await act({ do: "pause", reason: "lunch" });
    expect(await reader.next()).toMatchObject({ id: 2 });
    expect(reader.heartbeats).toBe(1);
  });

  it("is let go after an hour, without an end", async () => {
    const reader = await watch(story.rollout_id);
    const seen = await reader.take(2);
    later_ms += LIMITS.watch_seconds_max * 1_000;
    expect(await reader.take()).toEqual([]);
    expect(seen).toHaveLength(2);
  });
});

describe("a gateway", () => {
  it("answers others while it reads a long stream for whoever begins to watch", async () => {
    const { ledger } = story.stores;
    Object.assign(ports.ledger, { read: (stream: string, from: number) => ledger.read(stream, from, 1) });
    let others = 0;
    const asking = setInterval(() => {
      others += 1;
    }, 0);
    const response = await ask(story.rollout_id);
    clearInterval(asking);
    await response.body?.cancel();
    expect(others).toBeGreaterThan(1);
  });

  it("ends its streams when it ends, and takes no new ones", async () => {
    const reader = await watch(story.rollout_id);
    await reader.take(2);
    stopping.abort();
    expect(await reader.take()).toEqual([]);
    expect(await problemOf(await ask(story.rollout_id))).toEqual([503, "watchers_full"]);
  });

  it("answers HEAD with the fields of a stream, and takes no place for it", async () => {
    for (let nth = 0; nth < LIMITS.watchers_max + 1; nth++) {
      const response = await app.request(pathOf(story.rollout_id), { method: "HEAD" });
      expect([response.status, response.body]).toEqual([200, null]);
    }
    const { headers } = await ask(story.rollout_id);
    expect(headers.get("content-type")).toBe("text/event-stream");
    expect(headers.get("cache-control")).toBe("no-store, no-transform");
  });

  it("leaves places to others, whoever takes all they can", async () => {
    const from = (address: string) => ask(story.rollout_id, "", { "x-test-address": address });
    for (let nth = 0; nth < LIMITS.watchers_each_max; nth++) expect((await from("192.0.2.1")).status).toBe(200);
    expect(await problemOf(await from("192.0.2.1"))).toEqual([503, "watchers_full"]);
    expect((await from("192.0.2.2")).status).toBe(200);
  });

  it("takes so many watchers and no more, and another one when one has gone", async () => {
    const open: Response[] = [];
    for (let nth = 0; nth < LIMITS.watchers_max; nth++) open.push(await ask(story.rollout_id));
    expect(new Set(open.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await ask(story.rollout_id);
    expect(refused.headers.get("retry-after")).not.toBeNull();
    expect(await problemOf(refused)).toEqual([503, "watchers_full"]);
    await open[7]?.body?.cancel();
    const let_in = await ask(story.rollout_id);
    expect(let_in.status).toBe(200);
    for (const { body } of [...open, let_in]) await body?.cancel();
    // Those of whom nothing was heard for long have gone, whether or not somebody said so.
    for (let nth = 0; nth < LIMITS.watchers_max; nth++) void (await ask(story.rollout_id));
    later_ms += LIMITS.watch_unread_ms_max + LIMITS.heartbeat_ms + 1_000;
    expect((await ask(story.rollout_id)).status).toBe(200);
  });

  it("looks at the ledger once for all, and not at all when nobody watches", async () => {
    const many = await Promise.all(Array.from({ length: 200 }, () => watch(story.rollout_id)));
    for (const reader of many) await reader.take(2);
    const pending = many.map((reader) => reader.next());
    const before = looks;
    const begun = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const possible = (Date.now() - begun) / 10;
    expect(looks - before).toBeGreaterThan(1);
    expect(looks - before).toBeLessThanOrEqual(possible + 2);
    await act({ do: "pause", reason: "lunch" });
    expect(new Set((await Promise.all(pending)).map((event) => event?.id))).toEqual(new Set([2]));
    for (const reader of many) await reader.leave();
    const after = looks;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(looks).toBe(after);
  });
});

it("looks again before it says that an event is unknown: another gateway may have told it a moment ago", async () => {
  const other = makeGateway(ports, { allowedHosts: ["localhost"], lookMs: 10_000 });
  const first = await other.request(pathOf(story.rollout_id));
  await first.body?.cancel();
  await act({ do: "pause", reason: "lunch" });
  const { id } = (await (await watch(story.rollout_id)).take(3)).at(-1) ?? {};
  const second = await other.request(pathOf(story.rollout_id, `?after=${id}`));
  await second.body?.cancel();
  expect(second.status).toBe(200);
});

describe("a watcher that does not read", () => {
  it("is sent nothing more than it takes, is cut off, and comes again with its last id", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const response = await ask(story.rollout_id);
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.read();
      await vi.advanceTimersByTimeAsync(LIMITS.watch_unread_ms_max + 1);
      await expect(reader?.read()).rejects.toThrow("does not read");
    } finally {
      vi.useRealTimers();
    }
    expect(await (await watch(story.rollout_id, "?after=0")).next()).toMatchObject({ id: 1 });
  });
});

describe("where not everybody may read", () => {
  async function closed() {
    let readers: "anyone" | "agents" = "agents";
    const owner = { kind: "token", secret: TOKENS.owner } as const;
    const settings = () => ({ owner_generation: 0, readers, origins: [], owner });
    const gateway = await openAgentsInMemory({
      owner,
      ports: { settings, clock: { nowUnixMs: () => Date.now() + later_ms } },
    });
    const send = (token?: string) =>
      gateway.app.request(pathOf(gateway.story.rollout_id), {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
    return { ...gateway, send, open: () => (readers = "anyone"), close: () => (readers = "agents") };
  }
  const who = { kind: "token", id: "owner" } as const;

  it("nobody watches without a credential, and a token that is revoked ends its stream", async () => {
    const { access, send } = await closed();
    expect((await send()).status).toBe(401);
    const { token } = (await access.createToken({ actor: who, name: "pat", scopes: ["status:read"] } as never)) as {
      token: string;
    };
    const reader = readEvents(await send(token));
    readers.push(reader);
    await reader.take(2);
    later_ms += LIMITS.watch_recheck_ms;
    const kept = reader.next();
    await new Promise((resolve) => setTimeout(resolve, 600));
    await access.revokeToken({ actor: who, name: "pat" } as never);
    later_ms += LIMITS.watch_recheck_ms;
    expect(await kept).toMatchObject({ event: "problem", data: { status: 401, code: "credentials_invalid" } });
    expect(await reader.take()).toEqual([]);
  });

  it("a stream of nobody ends when the gateway is closed to them", async () => {
    const { send, open, close } = await closed();
    open();
    const reader = readEvents(await send());
    readers.push(reader);
    await reader.take(2);
    close();
    later_ms += LIMITS.watch_recheck_ms;
    expect(await reader.take()).toMatchObject([{ event: "problem", data: { status: 401 } }]);
  });
});
