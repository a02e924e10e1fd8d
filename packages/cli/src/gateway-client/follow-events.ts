/**
 * The records of a rollout as a gateway tells them, each one once: whoever loses the connection comes again with the last
 * number, later each time, and sees by the numbers that nothing is missing.
 */
import { pauseUntil } from "../pause.ts";
import type { FollowOptions, WatchedEvent } from "../rollouts-source.ts";
import type { GatewayAccess } from "./access.ts";
import { ANSWERS } from "./answers.ts";
import { Attempts } from "./attempts.ts";
import { connect, documentOfEvent } from "./event-source.ts";
import { GatewayProblem, problemOf } from "./problem.ts";
import { malformed } from "./request.ts";
import type { ServerSentEvent } from "./server-sent-events.ts";

/** @throws CliError `gateway_unreachable`, `gateway_malformed`; GatewayProblem with the gateway's code */
export async function* followEvents(
  access: GatewayAccess,
  rollout_id: string,
  { signal, onLost }: FollowOptions,
): AsyncGenerator<WatchedEvent> {
  const path = `/v1/rollouts/${encodeURIComponent(rollout_id)}/events`;
  const attempts = new Attempts(onLost);
  let last_n = -1;
  while (!signal.aborted) {
    const last_event_id = last_n < 0 ? undefined : String(last_n);
    const connection = await attempts.connect(() => connect(access, { path, last_event_id, signal }), signal);
    if (connection === "ended") return;
    if (connection !== undefined) {
      for await (const sent of connection.events) {
        const told = readEvent(sent, connection.url);
        if (told === "end") return;
        if (told === "come_again") break;
        if (told === undefined) continue;
        if (told.n !== last_n + 1) throw malformed(connection.url, `event ${told.n} after event ${last_n}`);
        yield told;
        last_n = told.n;
        attempts.heard();
      }
      attempts.lost(connection, signal);
    }
    await pauseUntil(attempts.wait_ms(), signal);
  }
}

/** @returns undefined for what this version does not know */
function readEvent(sent: ServerSentEvent, url: string): WatchedEvent | "end" | "come_again" | undefined {
  if (sent.type === "end") return "end";
  const document = documentOfEvent(sent, url);
  if (sent.type === "problem") {
    const status = typeof document === "object" && document !== null && "status" in document ? document["status"] : 0;
    // Whether it is so still, the next answer says.
    if (status === 503 || status === 401) return "come_again";
    const answer = { status: Number(status), url, document, hasNext: false };
    throw new GatewayProblem(problemOf(answer), answer);
  }
  const parsed = ANSWERS.event.safeParse(document);
  if (!parsed.success) {
    // A newer gateway may say more beside the records.
    if (typeof document !== "object" || document === null || !("n" in document)) return undefined;
    const [issue] = parsed.error.issues;
    throw malformed(url, `${issue?.message ?? "an event"} at ${issue?.path.join(".") ?? ""}`);
  }
  if (String(parsed.data.n) !== sent.last_event_id) throw malformed(url, `event ${parsed.data.n} under another id`);
  return parsed.data;
}
