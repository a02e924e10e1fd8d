/** The records of a rollout as they come (WHATWG HTML 9.2, server-sent events). */

import { PortError } from "@tau-edge/ports";
import { z } from "zod";
import { authorize, authorizeStill } from "../credentials/authorize.ts";
import { LIMITS } from "../limits.ts";
import { LEDGER_PROBLEMS } from "../problems/problem-sets.ts";
import { type ProblemCode, problemOf } from "../problems/problems.ts";
import { readQuery } from "../request/query.ts";
import type { Call, Route, Services } from "../route.ts";
import { streamEvents } from "../watching/event-stream.ts";
import type { WatchedRollout } from "../watching/watched-rollout.ts";
import { ROLLOUT_ID_PARAM } from "./rollouts.ts";

const EVENT_NUMBER = /^(?:0|[1-9]\d{0,15})$/;

const EventsQuerySchema = z.strictObject({
  after: z
    .string()
    .regex(EVENT_NUMBER)
    .transform(Number)
    .pipe(z.int().min(0))
    .optional()
    .meta({ description: "The last event that is known; the next one is sent first. Last-Event-ID counts before it" }),
});

const HEADERS = {
  "content-type": "text/event-stream",
  // A proxy that compresses would hold events back until it has enough of them (RFC 9111 section 5.2.2.6).
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

const READS = "status:read";

export const rolloutEventsRoute: Route = {
  method: "GET",
  path: "/v1/rollouts/:rollout_id/events",
  operationId: "watchRollout",
  summary: "The records of a rollout, those there are and each one as it comes",
  audience: "listing",
  reads: READS,
  params: ROLLOUT_ID_PARAM,
  query: EventsQuerySchema,
  requestHeaders: { "Last-Event-ID": "The last event that is known, as EventSource sends it when it comes again" },
  answers: {
    200: {
      description:
        "Server-sent events. Each record is an event of its type with an `id` that counts from 0 without gaps and a RolloutEvent as data. `end` says that the rollout has ended, `problem` why the stream ends (a Problem); neither has an id",
      content: { "text/event-stream": { text: true } },
    },
    204: { description: "The rollout has ended, and everything was told" },
  },
  problems: [
    "rollout_unknown",
    "query_invalid",
    "event_id_malformed",
    "event_unknown",
    "watchers_full",
    "too_busy",
    ...LEDGER_PROBLEMS,
  ],
  async answer(call) {
    const after = lastKnown(call);
    if (after instanceof Response) return after;
    const watched = await knownRollout(call, after);
    return watched instanceof Response ? watched : answerWatcher(call, watched, after);
  },
};

/** EventSource comes again to the same URL, so that what it says then counts more than what stands there. */
function lastKnown(call: Call): number | Response {
  const query = readQuery(call, EventsQuerySchema);
  if (query === undefined) return call.problem("query_invalid");
  const field = call.c.req.raw.headers.get("last-event-id");
  if (field === null) return query.after ?? -1;
  if (!EVENT_NUMBER.test(field) || !Number.isSafeInteger(Number(field))) return call.problem("event_id_malformed");
  return Number(field);
}

/** As it is now: nobody looks at a rollout while nobody watches it. */
async function knownRollout(call: Call, after: number): Promise<WatchedRollout | Response> {
  const { events } = call.services;
  const watched = events.rollout(call.c.req.param("rollout_id") ?? "");
  if (watched === undefined) return call.problem("rollout_unknown");
  if (watched === "full") return call.problem("watchers_full");
  if (!(await isRead(call, watched, after))) return call.problem("too_busy");
  const { broken, isKnown } = watched;
  const isUnknown = isKnown && watched.end.last_n < 0;
  if (isUnknown || !isKnown || broken?.code === "event_unknown") events.forget(watched);
  if (broken !== undefined && (!isKnown || watched.isLost(call.services.clock.nowUnixMs())))
    return call.problem(broken.code);
  return isUnknown ? call.problem("rollout_unknown") : watched;
}

/** By this request, or by another one meanwhile. */
async function isRead({ services }: Call, watched: WatchedRollout, after: number): Promise<boolean> {
  const { clock, config } = services;
  const begun = clock.nowUnixMs();
  for (;;) {
    if (isEnough(watched, after) && Math.abs(begun - watched.looked_unix_ms) < config.lookMs) return true;
    if (watched.looked_unix_ms > begun || (await readNow(services, watched))) return true;
    if (Math.abs(clock.nowUnixMs() - begun) > LIMITS.watch_opened_ms_max) return false;
    await new Promise((resolve) => setTimeout(resolve, LIMITS.turn_ms));
  }
}

/** Another gateway may have told more a moment ago, and what has ended may have been retried. */
function isEnough({ end: { last_n, ended } }: WatchedRollout, after: number): boolean {
  return after < last_n || (after === last_n && !ended);
}

/** The first time reads a whole stream, and anybody may ask for it. */
async function readNow({ events, costly }: Services, watched: WatchedRollout): Promise<boolean> {
  if (watched.isKnown) return events.open(watched);
  if (costly.running >= LIMITS.costly_answers_max) return false;
  costly.running += 1;
  try {
    return await events.open(watched);
  } finally {
    costly.running -= 1;
  }
}

function answerWatcher(call: Call, watched: WatchedRollout, after: number): Response {
  const { services } = call;
  const { last_n, ended } = watched.end;
  if (after > last_n) return call.problem("event_unknown");
  if (ended && after === last_n) return call.reply(204, { "cache-control": "no-store" }, null);
  if (call.c.req.method === "HEAD") return call.reply(200, HEADERS, null);
  const place = services.stopping?.aborted === true ? undefined : services.events.enter(call.clientAddress());
  if (place === undefined) return call.problem("watchers_full");
  const stream = streamEvents({
    hub: services.events,
    watched,
    place,
    clock: services.clock,
    next_n: after + 1,
    lookMs: services.config.lookMs,
    msMax: services.config.watchSeconds * 1_000,
    stopping: services.stopping,
    refused: () => refusedNow(call),
    problem: (code) => problemOf(code, call.requestId),
  });
  return call.reply(200, HEADERS, stream);
}

/** Where not everybody may read, whoever lost the right while they watch is not told more. */
async function refusedNow(call: Call): Promise<object | undefined> {
  if (call.services.settings().readers !== "agents") return undefined;
  try {
    const { reader } = call;
    const who = await (reader === undefined ? authorize(call, READS) : authorizeStill(call, reader, READS));
    return who instanceof Response ? ((await who.json()) as object) : undefined;
  } catch (error) {
    const code: ProblemCode = error instanceof PortError ? error.code : "internal_error";
    call.fault(error, code);
    return problemOf(code, call.requestId);
  }
}
