/**
 * The records of a rollout as a gateway tells them, each one once: whoever loses the connection comes again with the last
 * number, later each time, and sees by the numbers that nothing is missing.
 */
import { CliError } from "../failure.ts";
import { pauseUntil } from "../pause.ts";
import type { FollowOptions, WatchedEvent } from "../rollouts-source.ts";
import type { GatewayAccess } from "./access.ts";
import { ANSWERS } from "./answers.ts";
import { connect, documentOfEvent, type EventConnection } from "./event-source.ts";
import { COME_AGAIN_MS_DEFAULT, COME_AGAIN_MS_MAX, LOST_MS_MAX } from "./limits.ts";
import { GatewayProblem, problemOf } from "./problem.ts";
import { type GatewayAnswer, malformed } from "./request.ts";
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
        attempts.succeeded();
      }
      attempts.lost(connection);
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

/** What comes back from a proxy, too, while a gateway is started anew. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

class Attempts {
  readonly #onLost: FollowOptions["onLost"];
  #connected = false;
  #failures = 0;
  #retry_ms = COME_AGAIN_MS_DEFAULT;
  #lost_unix_ms: number | undefined;

  constructor(onLost: FollowOptions["onLost"]) {
    this.#onLost = onLost;
  }

  /**
   * @returns undefined where it is worth to come again
   * @throws what the first attempt meets, and whatever does not pass
   */
  async connect(
    attempt: () => Promise<EventConnection | GatewayAnswer | "ended">,
    signal: AbortSignal,
  ): Promise<EventConnection | "ended" | undefined> {
    try {
      const answer = await attempt();
      if (answer === "ended" || !("status" in answer)) {
        this.#connected = true;
        return answer;
      }
      if (PASSING.has(answer.status) && this.#mayComeAgain()) return this.#missed(`it answers ${answer.status}`);
      throw new GatewayProblem(problemOf(answer), answer);
    } catch (error) {
      if (signal.aborted) return undefined;
      const passes = error instanceof CliError && error.code === "gateway_unreachable";
      if (!passes || !this.#mayComeAgain()) throw error;
      return this.#missed(error.message);
    }
  }

  succeeded(): void {
    this.#failures = 0;
    this.#lost_unix_ms = undefined;
  }

  lost({ retry_ms }: EventConnection): void {
    this.#retry_ms = Math.min(retry_ms ?? this.#retry_ms, COME_AGAIN_MS_MAX);
  }

  /** Not all at the same moment: a gateway that comes back is not to meet everybody at once. */
  wait_ms(): number {
    const ms = Math.min(this.#retry_ms * 2 ** Math.min(this.#failures, 10), COME_AGAIN_MS_MAX);
    return ms * (0.5 + Math.random() / 2);
  }

  #mayComeAgain(): boolean {
    return this.#connected && Date.now() - (this.#lost_unix_ms ?? Date.now()) < LOST_MS_MAX;
  }

  #missed(why: string): undefined {
    this.#failures += 1;
    if (this.#lost_unix_ms === undefined) this.#onLost(why);
    this.#lost_unix_ms ??= Date.now();
  }
}
