/**
 * Does every runtime tell the stories in the same bytes, and go on in them after it died at any record? Are stages and
 * ends exactly the golden ones (S3, VIII.C)? Nothing here knows where it runs.
 */
import { sha256 } from "@tau-edge/encoding";
import type { TestRegistrar } from "@tau-edge/ports/suites";
import {
  checkpointObject,
  compareTraces,
  evolveAll,
  restoreCheckpoint,
  type TraceDocument,
  traceDocumentSchema,
  traceOf,
} from "@tau-edge/rollout";
import { changedTraces } from "./rollout-golden/changed-traces.ts";
import { differences } from "./rollout-golden/differences.ts";
import { goldenOf } from "./rollout-golden/golden.ts";
import { STORIES, type Story } from "./rollout-golden/stories.ts";

/** The golden file as it is read: everything in it is compared, nothing is believed. */
export interface GoldenFile {
  readonly stories: {
    readonly [name: string]: {
      readonly checkpoint: unknown;
      readonly rollouts: { readonly [rollout_id: string]: { readonly trace: unknown } };
    };
  };
}

export function rolloutGoldenSuite(t: TestRegistrar, golden: GoldenFile): void {
  const test = (name: string, run: () => void) => t.test(`golden rollouts: ${name}`, async () => run());
  test("there is one for every story", () => same(Object.keys(golden.stories), namesOf(STORIES)));
  for (const story of STORIES) {
    const { name, tell } = story;
    const expected = () => golden.stories[name];
    test(`${name}: the golden records, objects and answers`, () => same(expected(), goldenOf(tell("kept"))));
    test(`${name}: the same after a restart from the checkpoint at every record`, () =>
      same(expected(), goldenOf(tell("checkpoint"))));
    test(`${name}: the same after a restart from the records at every record`, () =>
      same(expected(), goldenOf(tell("records"))));
    test(`${name}: the golden stages and ends, transition by transition`, () => {
      for (const { expected, actual } of tracesOf(story, golden)) same(undefined, compareTraces(expected, actual));
    });
    test(`${name}: a golden transition that is changed is found, and named`, () => {
      for (const { expected, actual } of tracesOf(story, golden))
        for (const { at, trace } of changedTraces(expected)) same(at, compareTraces(trace, actual)?.at);
    });
    test(`${name}: every checkpoint and the records after it lead to the last one`, () =>
      same(everyWay(story), everyWay(story).fill(expected()?.checkpoint)));
  }
}

interface TracePair {
  readonly expected: TraceDocument;
  readonly actual: TraceDocument;
}

function tracesOf({ name, tell }: Story, golden: GoldenFile): readonly TracePair[] {
  const { records } = tell("kept");
  const rollouts = Object.entries(golden.stories[name]?.rollouts ?? {});
  if (rollouts.length === 0) throw new Error("there is no golden trace");
  return rollouts.map(([rollout_id, { trace }]) => ({
    expected: traceDocumentSchema.parse(trace),
    actual: traceOf(records, rollout_id),
  }));
}

/** Digests of the last state, each folded from another record's checkpoint. */
function everyWay({ tell }: Story): unknown[] {
  const { states, records } = tell("kept");
  return states.map((state, index) => {
    const restored = restoreCheckpoint(checkpointObject(state, sha256).bytes);
    return checkpointObject(evolveAll(restored, records.slice(index + 1)), sha256).digest;
  });
}

function namesOf(stories: readonly Story[]): readonly string[] {
  return stories.map(({ name }) => name);
}

const SHOWN_MAX = 10;

function same(expected: unknown, actual: unknown): void {
  const found = differences(expected, actual);
  if (found.length > 0) throw new Error([`${found.length} differ`, ...found.slice(0, SHOWN_MAX)].join("\n"));
}
