import { describe, expect, it } from "vitest";
import { openCatalog } from "../catalog.ts";
import { deliverableEntries } from "../deliverable-entries.ts";
import { ACTOR, makeDeployment, moduleNumber, packageInto, request } from "../packaging.test-helper.ts";
import { openRolloutStreams } from "../rollouts/rollout-streams.ts";
import { CYCLE_STREAM } from "../stream.ts";

async function deploymentWithCycles() {
  const ports = makeDeployment();
  await packageInto(ports, request(moduleNumber(1)));
  const before = await deliverableEntries(openCatalog(ports.ledger), "out");
  // A body that nobody reads as a package or a rollout, and later in time than every package.
  const drafts = ["artifact_packaged", "run_header", "contract_cycle"].map((type) => ({
    type,
    actor: ACTOR,
    body: {},
  }));
  const now_unix_ms = ports.clock.nowUnixMs() + 60_000;
  await ports.ledger.append({ stream: CYCLE_STREAM, expected_seq: -1, drafts, objects: [], now_unix_ms });
  return { ports, before };
}

describe("the stream of cycles", () => {
  it("is not counted by the position that packaging stamps into state.json", async () => {
    const { ports, before } = await deploymentWithCycles();
    expect(await deliverableEntries(openCatalog(ports.ledger), "out")).toEqual(before);
  });

  it("is no blueprint of the catalog and no stream of rollouts, whatever its records are", async () => {
    const { ports } = await deploymentWithCycles();
    const { deliverables, unreadable } = await openCatalog(ports.ledger).readable();
    expect(deliverables.map(({ stream }) => stream)).toEqual(["default/dev/app"]);
    expect(unreadable).toEqual([]);
    const { streams, failures } = await openRolloutStreams(ports.ledger).all();
    expect(streams.map(({ state }) => state.stream)).toEqual(["default/dev/app"]);
    expect(failures.size).toBe(0);
  });
});
