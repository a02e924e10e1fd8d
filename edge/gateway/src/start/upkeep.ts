/** What a gateway does about access while nobody asks: forgets what expired, and finishes what a crash left undone. */
import type { Access } from "@tau-edge/control";
import type { AgentDirectory, Clock } from "@tau-edge/ports";
import { LIMITS } from "../limits.ts";
import type { GatewayLog } from "../log.ts";

export interface Upkeep {
  /** Resolves when the step under way has ended. */
  stop(): Promise<void>;
}

export function keepUp(access: Access, directory: AgentDirectory, clock: Clock, log: GatewayLog): Upkeep {
  let said: string | undefined;
  let step: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function once(): Promise<void> {
    try {
      await access.keepSettled();
      await directory.forgetExpired(clock.nowUnixMs());
      said = undefined;
    } catch (error) {
      if (said !== String(error)) log({ request_id: "upkeep", code: "upkeep_failed", error });
      said = String(error);
    }
  }

  function soon(): void {
    timer = setTimeout(() => {
      step = once().then(() => {
        if (timer !== undefined) soon();
      });
    }, LIMITS.upkeep_ms);
  }

  soon();
  return {
    stop() {
      if (timer !== undefined) clearTimeout(timer);
      timer = undefined;
      return step;
    },
  };
}
