/** A collection between the objects of a cycle and its record. */
import { encodeUtf8 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { sweepBeforeNextAppend } from "../sweeping.test-helper.ts";
import { containerCase, makeRunner, recorded } from "./cycles.test-helper.ts";

const CASES = [containerCase("one"), containerCase("two")];

it("a page that somebody else had stored, and that is swept before the record, is stored again", async () => {
  const other = makeRunner();
  await recorded(other, CASES);
  const runner = makeRunner();
  const { objects } = runner.disk;
  const swept = sweepBeforeNextAppend(runner.ledger, objects);
  for (const [digest, bytes] of other.disk.objects) objects.set(digest, bytes);
  expect((await recorded(runner, CASES)).outcome).toBe("recorded");
  expect(swept()).toBe(1);
  expect([...objects.keys()]).toEqual([...other.disk.objects.keys()]);
});

it("the pieces of a state file that is taken over are stored again", async () => {
  const runner = makeRunner();
  const state = { schema_version: 1, rollouts: [], processed_case_keys: [], health: { failure_streak: 0 } };
  runner.disk.files.set(".tau/deployment/state.json", encodeUtf8(JSON.stringify(state)));
  const swept = sweepBeforeNextAppend(runner.ledger, runner.disk.objects);
  await recorded(runner, CASES);
  expect(swept()).toBe(1);
  for (const { digest } of runner.ledger.beside.named) expect(runner.disk.objects.has(digest)).toBe(true);
});
