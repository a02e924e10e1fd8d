/** When does whoever lost a gateway come again, and for how long? */
import { CliError } from "../failure.ts";
import type { FollowOptions } from "../rollouts-source.ts";
import type { EventConnection } from "./event-source.ts";
import {
  COME_AGAIN_MS_DEFAULT,
  COME_AGAIN_MS_MAX,
  COME_AGAIN_MS_MIN,
  DOUBLED_MAX,
  LOST_MS_MAX,
  STEADY_MS,
} from "./limits.ts";
import { GatewayProblem, problemOf } from "./problem.ts";
import type { GatewayAnswer } from "./request.ts";

/** What comes back from a proxy, too, while a gateway is started anew. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

export class Attempts {
  readonly #onLost: FollowOptions["onLost"];
  #connected_unix_ms: number | undefined;
  #heard = false;
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
        this.#connected_unix_ms = Date.now();
        this.#heard = false;
        return answer;
      }
      if (PASSING.has(answer.status) && this.#mayComeAgain()) return this.#missed(`it answers ${answer.status}`);
      throw new GatewayProblem(problemOf(answer), answer);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!passes(error) || !this.#mayComeAgain()) throw error;
      return this.#missed(error.message);
    }
  }

  /** Something new was told. */
  heard(): void {
    this.#heard = true;
    this.#found();
  }

  /**
   * A stream may be quiet for hours, but whoever ends each one at once is no gateway that one can watch.
   * @throws CliError `gateway_unreachable` for who did so for too long
   */
  lost({ url, retry_ms }: EventConnection, signal: AbortSignal): void {
    this.#retry_ms = Math.min(Math.max(retry_ms ?? this.#retry_ms, COME_AGAIN_MS_MIN), COME_AGAIN_MS_MAX);
    if (this.#heard || signal.aborted) return;
    const wasSteady = Date.now() - (this.#connected_unix_ms ?? 0) >= STEADY_MS;
    if (wasSteady) this.#found();
    else if (this.#mayComeAgain()) this.#missed("it ends the stream at once");
    else
      throw new CliError("gateway_unreachable", "The gateway ends every stream at once", {
        at: url,
        remedy: "See what stands between here and it, and what its log says.",
      });
  }

  /** Not all at the same moment: a gateway that comes back is not to meet everybody at once. */
  wait_ms(): number {
    const ms = Math.min(this.#retry_ms * 2 ** Math.min(this.#failures, DOUBLED_MAX), COME_AGAIN_MS_MAX);
    return ms * (0.5 + Math.random() / 2);
  }

  #mayComeAgain(): boolean {
    const wasThere = this.#connected_unix_ms !== undefined;
    return wasThere && Date.now() - (this.#lost_unix_ms ?? Date.now()) < LOST_MS_MAX;
  }

  #found(): void {
    this.#failures = 0;
    this.#lost_unix_ms = undefined;
  }

  #missed(why: string): undefined {
    this.#failures += 1;
    if (this.#lost_unix_ms === undefined) this.#onLost(why);
    this.#lost_unix_ms ??= Date.now();
  }
}

function passes(error: unknown): error is CliError | GatewayProblem {
  if (error instanceof GatewayProblem) return PASSING.has(error.status);
  return error instanceof CliError && error.code === "gateway_unreachable";
}
