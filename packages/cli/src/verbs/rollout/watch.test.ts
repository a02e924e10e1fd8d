/** The same watch on a state directory and through the gateway that serves it. */
import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ExitCode } from "../../exit-codes.ts";
import { exitCodeOf } from "../../failure.ts";
import type { CliIo } from "../../io.ts";
import { openShop, QUICK_POLICY, type Shop } from "./rollout.test-helper.ts";

const OPERATOR = "operator-0123456789abcdef0123456789abcdef";
const TAU_EDGE_TOKENS = JSON.stringify([{ name: "ann", scopes: ["operate"], token: OPERATOR }]);

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.leave());

interface Watch {
  /** Resolves when so many lines were printed. */
  lines(count: number): Promise<readonly string[]>;
  readonly ended: Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
  interrupt(exitCode: ExitCode): void;
  /** As `head` does when it has its lines. */
  stopReading(): void;
}

function watch(id: string, env: CliIo["env"], ...argv: readonly string[]): Watch {
  let text = "";
  let wake: () => void = () => undefined;
  let interrupt: (exitCode: ExitCode) => void = () => undefined;
  const stopped = new Promise<ExitCode>((resolve) => {
    interrupt = resolve;
  });
  const unread = Promise.withResolvers<void>();
  const io = {
    env,
    stdout(more: string) {
      text += more;
      wake();
    },
    untilStopped: () => stopped,
    untilUnread: () => unread.promise,
  };
  const linesNow = () => text.split("\n").slice(0, -1);
  return {
    ended: shop.runWith(io, "rollout", "status", id, "--watch", ...argv).then((run) => ({ ...run, stdout: text })),
    interrupt,
    stopReading: unread.resolve,
    async lines(count) {
      while (linesNow().length < count)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return linesNow();
    },
  };
}

/** Ticks and observes until it has ended. */
async function finish(id: string, failed: number): Promise<void> {
  for (let nth = 0; nth < 50; nth++) {
    await shop.run("rollout", "run", "--once");
    const view = await shop.status(id);
    if (view.status !== "open") return;
    if (view.window !== undefined && (view.window.candidate?.total ?? 0) === 0) await shop.observe(id, 10, failed);
  }
  throw new Error("it does not end");
}

async function serve(): Promise<{ url: string; stop(): Promise<void> }> {
  let stop: (exitCode: ExitCode) => void = () => undefined;
  const printed = Promise.withResolvers<string>();
  const serving = shop.runWith(
    {
      env: { TAU_EDGE_TOKENS },
      untilStopped: () => new Promise((resolve) => (stop = resolve)),
      stdout: (text) => printed.resolve(JSON.parse(text).url),
    },
    ...["serve", "--port", "0", "--json"],
  );
  return {
    url: await printed.promise,
    async stop() {
      stop(0);
      await serving;
    },
  };
}

describe("rollout status --watch", () => {
  it("prints each record once, and ends with 0 when the release is committed", async () => {
    shop.plan({ policy: QUICK_POLICY });
    const id = await shop.start("--accept-noise");
    const watching = watch(id, {}, "--json");
    await watching.lines(1);
    await finish(id, 0);
    const { exitCode, stdout } = await watching.ended;
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(exitCode).toBe(0);
    expect(events.map(({ n }) => n)).toEqual(events.map((_, n) => n));
    expect(events[0]).toMatchObject({ type: "run_header", rollout_id: id });
    expect(events.at(-1)).toMatchObject({ type: "finalize", status: "success", weight_bp: 10_000 });
    const again = await watch(id, {}).ended;
    expect([again.exitCode, again.stdout.trim().split("\n").length]).toEqual([0, events.length]);
    expect(again.stdout).toMatch(/judged pass/);
  });

  it("ends with 3 when it is rolled back, aborted or halts, and says what it waits for", async () => {
    shop.plan({ policy: QUICK_POLICY });
    const id = await shop.start("--accept-noise");
    const halted = watch(id, {});
    await halted.lines(1);
    await shop.run("rollout", "pause", id, "--reason", "lunch");
    const paused = await halted.ended;
    expect([paused.exitCode, paused.stderr]).toEqual([3, expect.stringContaining(`rollout status ${id}`)]);
    expect((await watch(id, {}).ended).exitCode).toBe(3);
    await shop.run("rollout", "resume", id);
    const watching = watch(id, {});
    await watching.lines(3);
    await finish(id, 10);
    const { exitCode, stdout } = await watching.ended;
    expect([exitCode, stdout]).toEqual([3, expect.stringMatching(/rolled_back \(error_rate_breached\)/)]);
  });

  it("ends with 130 when it is interrupted, whichever signal it was: it is not committed", async () => {
    const id = await shop.start();
    for (const signal of [130, 0] as const) {
      const watching = watch(id, {});
      await watching.lines(1);
      watching.interrupt(signal);
      expect((await watching.ended).exitCode).toBe(130);
    }
  });

  it("ends with 130 when nobody reads what it prints: it is not committed", async () => {
    const watching = watch(await shop.start(), {});
    await watching.lines(1);
    watching.stopReading();
    expect((await watching.ended).exitCode).toBe(130);
  });

  it("lets a signal end the process while a gateway keeps the first question open", async () => {
    const asked = Promise.withResolvers<void>();
    const silent = createServer(() => asked.resolve()).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    let isCaught = false;
    const untilStopped = () => {
      isCaught = true;
      return new Promise<ExitCode>(() => {});
    };
    const options = ["--watch", "--gateway", `http://127.0.0.1:${port}`];
    const ended = shop.runWith({ untilStopped }, "rollout", "status", "default~dev~shop~1", ...options);
    await asked.promise;
    expect(isCaught).toBe(false);
    silent.closeAllConnections();
    silent.close();
    expect((await ended).exitCode).toBe(1);
  });

  it("ends with 3 for a rollout that nobody knows, and with 4 where the ledger is not what it was", async () => {
    expect((await watch("default~dev~shop~99", {}).ended).exitCode).toBe(3);
    expect((await watch("nothing", {}).ended).exitCode).toBe(2);
    expect(["event_unknown", "ledger_corrupt"].map(exitCodeOf)).toEqual([4, 4]);
  });

  it("is told by a gateway what the directory says", async () => {
    shop.plan({ policy: QUICK_POLICY });
    const id = await shop.start("--accept-noise");
    const first = await serve();
    const watching = watch(id, { TAU_EDGE_GATEWAY: first.url, TAU_EDGE_TOKEN: OPERATOR }, "--json");
    await watching.lines(2);
    await shop.run("rollout", "pause", id, "--reason", "lunch");
    const { exitCode, stdout } = await watching.ended;
    expect(exitCode).toBe(3);
    const here = await watch(id, {}, "--json").ended;
    expect(stdout).toBe(here.stdout);
    await first.stop();
  });
});
