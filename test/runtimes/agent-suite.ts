/**
 * An agent on the runtime that this is run on: it gets in, resolves, verifies, runs one function and reports, and is shut
 * out. The gateway is in memory, on the same runtime.
 */
import { strictVerify } from "@tau-edge/agent/strict-verifier";
import { check, checkEqual, type TestRegistrar } from "@tau-edge/ports/suites";
import { openWorld, PLACE, type Watched } from "../../packages/agent/src/agent-world.test-helper.ts";

export interface AgentSuiteOptions {
  /** Workers compile no code at run time: there, what was verified is as far as it goes. */
  readonly compiles: boolean;
}

export function agentSuite(t: TestRegistrar, { compiles }: AgentSuiteOptions): void {
  for (const [name, verifier] of [["the platform's", undefined] as const, ["its own", strictVerify] as const])
    t.test(`an agent gets in by a link, with ${name} verifier`, async () => {
      const world = await openWorld();
      const { agent } = await world.agent(verifier === undefined ? {} : { verifier: async () => verifier });
      const { gateway, did } = await agent.bootstrap(await world.link());
      checkEqual([gateway, did, agent.standing], ["pinned", agent.did, "registered"], "it is in");
    });

  t.test("an agent resolves, verifies, runs one function and reports", async () => {
    const watched = await (await openWorld()).member();
    const { agent } = watched;
    const verified = await agent.fetchVerified(await released(watched));
    const started = await agent.run(verified).catch((error: unknown) => error);
    if (!compiles) {
      checkEqual(codeOf(started), "compile_forbidden", "this platform says that it runs nothing");
      agent.report(verified.resolution, { ok: true, latency_us: 5 });
    } else {
      check(typeof started === "object" && started !== null && "call" in started, `it runs: ${String(started)}`);
      const running = await agent.run(verified);
      checkEqual(await running.call("add", 2, 40), 42, "what it runs counts");
      running.stop();
      checkEqual(await code(running.call("add", 1, 1)), "instance_stopped", "what was stopped is not called");
    }
    await agent.flush();
    checkEqual(agent.reported.waiting, 0, "nothing waits");
    checkEqual(agent.reported.added, 1, "the gateway has counted it");
  });

  t.test("an agent refuses a flipped bit", async () => {
    const world = await openWorld();
    const watched = await world.member();
    const resolution = await released(watched);
    world.tamper = async (path, response) => {
      if (!path.includes("/v1/artifacts/")) return response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      return new Response(bytes.with(12, (bytes[12] ?? 0) ^ 1), { headers: { "content-type": "application/wasm" } });
    };
    checkEqual(await code(watched.agent.fetchVerified(resolution)), "content_digest", "it is refused");
  });

  t.test("an agent goes on over a rotation, and needs a link when it is revoked", async () => {
    const world = await openWorld();
    const watched = await world.member();
    await released(watched);
    await world.rotate();
    const anew = await watched.agent.resolve(...PLACE, { anew: true });
    checkEqual(anew.outcome, "release", "another token for the same key");
    await world.revoke(watched.agent.did);
    checkEqual(await code(watched.agent.resolve(...PLACE, { anew: true })), "needs_link", "it is out");
  });
}

/** Of the rollout that is open. */
async function released({ agent }: Watched) {
  const resolution = await agent.resolve(...PLACE);
  check(resolution.outcome === "release", `there is a release: ${resolution.outcome}`);
  return resolution;
}

async function code(act: Promise<unknown>): Promise<unknown> {
  return codeOf(await act.then(() => undefined).catch((error: unknown) => error));
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : error;
}
