/**
 * What whoever watches a rollout is promised, whatever the gateway runs on: every record once and in its order, however
 * often the stream is cut. It serves the story of rollout-story.ts, and changes it through `tell`.
 */
import { ProblemSchema } from "@tau-edge/gateway";
import { check, checkEqual, type TestRegistrar } from "@tau-edge/ports/suites";
import { type EventReader, type ReadEvent, readEvents } from "./event-reader.ts";
import type { SendLike } from "./gateway-rollouts-suite.ts";
import type { Story } from "./rollout-story.ts";

export interface EventsPlace {
  readonly send: SendLike;
  readonly story: () => Story;
  /** Pauses or resumes the open rollout: one record more each time. */
  tell(nth: number): Promise<void>;
  /** How often the stream is cut; the campaign has more. */
  readonly cuts: number;
}

export function eventsPath(rollout_id: string, after?: number): string {
  return `/v1/rollouts/${rollout_id}/events${after === undefined ? "" : `?after=${after}`}`;
}

export function eventsSuite(t: TestRegistrar, place: EventsPlace): void {
  const { send, story } = place;

  t.test("a rollout that has ended is told whole, and then there is nothing more", async () => {
    const id = story().committed_rollout_id;
    const response = await send(eventsPath(id));
    checkEqual(response.headers.get("content-type"), "text/event-stream", "it is a stream of events");
    check(/no-transform/.test(response.headers.get("cache-control") ?? ""), "nobody may hold events back");
    const events = await readEvents(response).take();
    const records = events.slice(0, -1);
    checkNumbers(records, 0);
    checkEqual(events.at(-1)?.event, "end", "it ends with an end");
    checkEqual(records.at(-1)?.data["status"], "success", "it was committed");
    const again = await send(eventsPath(id), { headers: { "last-event-id": String(records.length - 1) } });
    checkEqual([again.status, await again.text()], [204, ""], "EventSource does not come again after 204");
  });

  t.test("an open rollout is told as it comes", async () => {
    const reader = readEvents(await send(eventsPath(story().rollout_id)));
    const before = await reader.take(2);
    await place.tell(0);
    await place.tell(1);
    const after = await reader.take(2);
    checkNumbers([...before, ...after], 0);
    checkEqual(
      after.map(({ data }) => (data["document"] as { action: string }).action),
      ["paused", "resumed"],
      "what happened",
    );
    await reader.leave();
  });

  t.test("a stream that is cut again and again is told without a gap and nothing twice", async () => {
    const seen = await watchThroughCuts(place);
    checkNumbers(seen, 0);
    check(seen.length > place.cuts, `${seen.length} events through ${place.cuts} cuts`);
  });

  t.test("HEAD has the fields and no stream", async () => {
    const response = await send(eventsPath(story().rollout_id), { method: "HEAD" });
    checkEqual([response.status, await response.text()], [200, ""], "it ends at once");
    checkEqual(response.headers.get("content-type"), "text/event-stream", "its type");
  });

  t.test("what nobody knows, and what is no number, is refused with its code", async () => {
    const id = story().rollout_id;
    for (const [path, headers, status, code] of [
      [eventsPath("default~dev~shop~999"), {}, 404, "rollout_unknown"],
      [eventsPath("nothing"), {}, 404, "rollout_unknown"],
      [`${eventsPath(id)}?after=x`, {}, 400, "query_invalid"],
      [eventsPath(id), { "last-event-id": "1x" }, 400, "event_id_malformed"],
      [eventsPath(id), { "last-event-id": "99999" }, 409, "event_unknown"],
    ] as const) {
      const response = await send(path, { headers });
      checkEqual([response.status, ProblemSchema.parse(await response.json()).code], [status, code], path);
    }
  });
}

/** One watcher that loses its connection after every event or two, while records come. */
export async function watchThroughCuts({ send, story, tell, cuts }: EventsPlace): Promise<readonly ReadEvent[]> {
  const seen: ReadEvent[] = [];
  const come = async (): Promise<EventReader> => {
    const last = seen.at(-1)?.id;
    const headers = last === undefined ? {} : { "last-event-id": String(last) };
    const response = await send(eventsPath(story().rollout_id), { headers });
    checkEqual(response.status, 200, `it goes on after ${last}`);
    return readEvents(response);
  };
  for (let cut = 0; cut < cuts; cut++) {
    const reader = await come();
    // Sometimes the record comes first, sometimes the watcher, and sometimes two come at once.
    const told = tell(2 + cut);
    if (cut % 2 === 0) await told;
    seen.push(...(await reader.take(1 + (cut % 3 === 2 ? 0 : seen.length < 3 ? 1 : 0))));
    await told;
    await reader.leave();
  }
  const { records } = (await (await send(`/v1/rollouts/${story().rollout_id}`)).json()) as {
    records: { last_seq: number };
  };
  const reader = await come();
  while (seen.at(-1)?.data["seq"] !== records.last_seq) seen.push(...(await reader.take(1)));
  await reader.leave();
  return seen;
}

export function checkNumbers(events: readonly ReadEvent[], first: number): void {
  checkEqual(
    events.map(({ id }) => id),
    events.map((_, nth) => first + nth),
    "ids without a gap and nothing twice",
  );
  const seqs = events.map(({ data }) => Number(data["seq"]));
  check(
    seqs.every((seq, nth) => nth === 0 || seq > (seqs[nth - 1] ?? 0)),
    `records in their order: ${seqs}`,
  );
}
