import { describe, expect, it } from "vitest";
import { FAILING, PASSING, planFor, World, worldWithStable } from "../rollout.test-helper.ts";
import { readTrace } from "../trace/read-trace.ts";
import { namedObjects } from "./named-objects.ts";

const committed = { baseline: "committed" } as const;

describe("the objects that a rollout's records name", () => {
  it.each<[string, World]>([
    ["to its commit", worldWithStable().commit(planFor(committed))],
    ["to its rollback", worldWithStable().start(planFor(committed)).advance().window(PASSING).window(FAILING).verify()],
    ["to its abort", new World().start(planFor()).advance().abort()],
  ])("are all that it made, from its start %s", (_name, world) => {
    const named = world.records.flatMap((stored) => {
      const body = readTrace(stored);
      return body === undefined ? [] : namedObjects(body).map(({ digest }) => digest);
    });
    expect(new Set(named)).toEqual(new Set(world.objects.keys()));
  });
});
