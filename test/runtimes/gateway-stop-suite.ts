/** How a gateway that is a process of its own ends while somebody still reads. One suite for Node and Deno. */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { TestRegistrar } from "@tau-edge/ports/suites";
import type { GatewayFixtures } from "./gateway-fixtures.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { artifactPath } from "./gateway-suite.ts";
import { requestText } from "./raw-request.ts";

export type Start = (options: readonly string[]) => Promise<GatewayProcess>;

/** @param fixtures whose big object is larger than what the sockets of both sides take in together */
export function stopSuite(t: TestRegistrar, start: Start, fixtures: GatewayFixtures): void {
  for (const [from, options] of [
    ["memory", []],
    ["the store", ["--memory-bytes", "0"]],
  ] as const)
    t.test(`a slow client gets its object from ${from} to the end, although the gateway is stopping`, async () => {
      const gateway = await start([...options, "--drain-ms", "30000"]);
      const slow = await slowReader(gateway.url, artifactPath(fixtures.big));
      const ended = gateway.end("SIGTERM");
      await untilClosed(gateway.url);
      // Several times as long as it takes to look for idle connections.
      await pause(300);
      const received = await slow.rest();
      assert.ok(received > fixtures.big.bytes.length, `${received} bytes`);
      assert.equal(await ended, 0);
    });

  t.test("a client that does not read is cut off when the time to drain is over", async () => {
    const gateway = await start(["--drain-ms", "200"]);
    const slow = await slowReader(gateway.url, artifactPath(fixtures.big));
    assert.equal(await gateway.end("SIGTERM"), 0);
    assert.ok((await slow.rest()) < fixtures.big.bytes.length);
  });

  t.test("a second signal ends it at once with 130", async () => {
    const gateway = await start(["--drain-ms", "30000"]);
    const slow = await slowReader(gateway.url, artifactPath(fixtures.big));
    const ended = gateway.end("SIGINT");
    await untilClosed(gateway.url);
    gateway.child.kill("SIGINT");
    assert.equal(await ended, 130);
    await slow.rest();
  });
}

/** A client that has taken the first bytes of an answer and waits. `rest` reads on and counts all bytes. */
async function slowReader(url: string, target: string): Promise<{ rest(): Promise<number> }> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname, () => socket.write(requestText("GET", target)));
  let count = 0;
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => undefined);
  await new Promise<void>((resolve) =>
    socket.on("data", (piece: Buffer) => {
      if (count === 0) socket.pause();
      count += piece.length;
      resolve();
    }),
  );
  return {
    async rest() {
      socket.resume();
      await closed;
      return count;
    },
  };
}

async function untilClosed(url: string): Promise<void> {
  const reachable = (): Promise<boolean> =>
    fetch(`${url}/livez`).then(
      () => true,
      () => false,
    );
  for (let waited = 0; waited < 200 && (await reachable()); waited++) await pause(20);
  assert.equal(await reachable(), false);
}
