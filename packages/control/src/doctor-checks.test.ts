import { encodeUtf8 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { runDoctor, stateChecks } from "./doctor-checks.ts";
import { EMPTY_MODULE, makeDeployment, moduleNumber, packageInto, request } from "./packaging.test-helper.ts";

async function deployment() {
  const made = makeDeployment();
  const first = await packageInto(made, request(EMPTY_MODULE));
  await packageInto(made, request(moduleNumber(1)));
  const problems: string[] = [];
  const checks = stateChecks({ ...made, integrityProblems: async () => problems });
  const failures = async () =>
    (await runDoctor(checks)).flatMap(({ name, status, code }) => (status === "failed" ? [[name, code]] : []));
  return { ...made, first, problems, checks, failures };
}

it("finds nothing wrong with a sound state, and says how much there is", async () => {
  const { checks } = await deployment();
  expect(await runDoctor(checks)).toMatchObject([
    { name: "ledger_store", status: "ok" },
    { name: "ledger", status: "ok", detail: "records: 2, streams: 1; all of them chain" },
    { name: "objects", status: "ok", detail: expect.stringContaining("deliverables: 2") },
  ]);
});

it("repeats what the store finds wrong with itself", async () => {
  const { problems, failures } = await deployment();
  problems.push("row 1 missing from index");
  expect(await failures()).toEqual([["ledger_store", "ledger_corrupt"]]);
});

it("finds a damaged record also in a stream that no deliverable is read from", async () => {
  const { ledger, clock, failures } = await deployment();
  const drafts = [1, 2, 3].map((nth) => ({
    type: "sample",
    actor: { kind: "system", id: "test" } as const,
    body: { nth },
  }));
  const now_unix_ms = clock.nowUnixMs();
  await ledger.append({ stream: "system", expected_seq: -1, drafts, objects: [], now_unix_ms });
  const rows = ledger.rows.get("system") ?? [];
  const [, second] = rows;
  if (second === undefined) throw new Error("nothing was appended");
  const bytes = second.bytes.slice();
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  rows[1] = { ...second, bytes };
  expect(await failures()).toEqual([["ledger", "ledger_corrupt"]]);
});

it.each([
  ["is missing", undefined],
  ["has other bytes of the same length", encodeUtf8("8 bytes!")],
])("finds an object that %s", async (_, bytes) => {
  const { objects, first, failures } = await deployment();
  if (bytes === undefined) objects.objects.delete(first.artifact);
  else objects.objects.set(first.artifact, bytes);
  expect(await failures()).toEqual([["objects", "object_corrupt"]]);
});
