import { type DeploymentFacts, NO_DEPLOYMENT_FACTS } from "@tau-edge/ports";
import { expect, it } from "vitest";
import { LatelyRead } from "./lately-read.ts";

const told = (processed_case_count: number): DeploymentFacts => ({ ...NO_DEPLOYMENT_FACTS, processed_case_count });

it("waits for the first reading, and for a later one no longer than a probe can", async () => {
  const first = Promise.withResolvers<DeploymentFacts>();
  const second = Promise.withResolvers<DeploymentFacts>();
  const readings = [first.promise, second.promise, second.promise];
  const lately = new LatelyRead({ facts: () => readings.shift() ?? Promise.resolve(told(3)) });
  const asked = lately.facts();
  first.resolve(told(1));
  expect(await asked).toEqual(told(1));
  expect(await lately.facts()).toEqual(told(1));
  const again = lately.facts();
  second.resolve(told(2));
  expect(await again).toEqual(told(2));
  expect(await lately.facts()).toEqual(told(3));
});

it("does not fall back on what was read before files that cannot be read", async () => {
  const readings = [
    Promise.resolve(told(1)),
    Promise.reject(new Error("torn")),
    new Promise<DeploymentFacts>(() => {}),
  ];
  const lately = new LatelyRead({ facts: () => readings.shift() ?? Promise.resolve(told(2)) });
  await lately.facts();
  await expect(lately.facts()).rejects.toThrow("torn");
  const pending = lately.facts();
  expect(await Promise.race([pending, lately.facts()])).toEqual(told(2));
});
