/** Lets the controller do what is due, once a second at most, until it is told to stop. */
import type { Controller, StreamTick } from "@tau-edge/control";
import { toHex } from "@tau-edge/encoding";
import { type Clock, type LedgerReader, PortError } from "@tau-edge/ports";
import { LIMITS } from "../limits.ts";
import type { GatewayLog } from "../log.ts";

export interface DriverPorts {
  readonly controller: Controller;
  readonly ledger: LedgerReader;
  readonly clock: Clock;
  readonly log: GatewayLog;
}

export interface RolloutDriver {
  /** Begins nothing more; resolves when what is under way is done. */
  stop(): Promise<void>;
}

export function driveRollouts(ports: DriverPorts): RolloutDriver {
  const stopping = Promise.withResolvers<void>();
  let stopped = false;
  const ended = run(ports, stopping.promise, () => stopped);
  return {
    stop() {
      stopped = true;
      stopping.resolve();
      return ended;
    },
  };
}

async function run(ports: DriverPorts, stopping: Promise<void>, stopped: () => boolean): Promise<void> {
  const say = makeComplaints(ports.log);
  let seen = "";
  let open = false;
  let last_unix_ms = Number.NEGATIVE_INFINITY;
  while (!stopped()) {
    const now = ports.clock.nowUnixMs();
    try {
      // Another process may have begun something: its records are seen here, and need not wait for the idle interval.
      const heads = await headsOf(ports.ledger);
      if (open || heads !== seen || Math.abs(now - last_unix_ms) >= LIMITS.tick_idle_ms) {
        const ticks = await ports.controller.tick(now);
        open = ticks.length > 0;
        seen = heads;
        last_unix_ms = now;
        for (const tick of ticks) say.about(tick);
      }
      say.works();
    } catch (error) {
      say.fails(error);
    }
    await pause(LIMITS.tick_open_ms, stopping);
  }
}

async function headsOf(ledger: LedgerReader): Promise<string> {
  return (await ledger.ends()).map(({ stream, seq, hash }) => `${stream}#${seq}#${toHex(hash)}`).join("\n");
}

/** Says a thing once and not every second, as long as it does not change. */
function makeComplaints(log: GatewayLog) {
  const said = new Map<string, string>();
  const about = (at: string, what: string | undefined, error: unknown, code: string): void => {
    if (what === undefined) said.delete(at);
    else if (said.get(at) !== what) {
      said.set(at, what);
      log({ request_id: "controller", code, error });
    }
  };
  return {
    about({ stream, refused, error }: StreamTick): void {
      if (error !== undefined) about(stream, String(error), error, codeOf(error));
      else {
        const what = refused === undefined ? undefined : `${refused.step}: ${refused.detail} (${refused.code})`;
        about(stream, what, `${stream}: ${what}`, refused?.code ?? "");
      }
    },
    works: () => about("", undefined, undefined, ""),
    fails: (error: unknown) => about("", String(error), error, codeOf(error)),
  };
}

function codeOf(error: unknown): string {
  return error instanceof PortError ? error.code : "internal_error";
}

async function pause(ms: number, until: Promise<void>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  await Promise.race([over.promise, until]);
  clearTimeout(timer);
}
