import { digestHex, digestOf, sha256 } from "@tau-edge/encoding";
import { expect, it } from "vitest";
import { EMPTY_MODULE, makeDeployment, moduleNumber, packageInto, request } from "./packaging.test-helper.ts";
import { sweepBeforeNextAppend } from "./sweeping.test-helper.ts";

const HEX = digestHex(digestOf(sha256(EMPTY_MODULE)));
const FOREIGN = new Uint8Array([1, 2, 3]);

it.each([`${HEX}.wasm`, `${HEX}.manifest.json`])(
  "refuses before the first object when something foreign stands under %s",
  async (name) => {
    const deployment = makeDeployment();
    const path = `.tau/deployment/wasm-artifacts/app/${name}`;
    deployment.files.files.set(path, FOREIGN);
    await expect(packageInto(deployment, request(EMPTY_MODULE))).rejects.toMatchObject({ code: "state_foreign" });
    expect(deployment.objects.objects.size + deployment.ledger.rows.size).toBe(0);
    expect([...deployment.files.files]).toEqual([[path, FOREIGN]]);
  },
);

it("refuses before the first object when the state file knows more records than the ledger has", async () => {
  const deployment = makeDeployment();
  await packageInto(deployment, request(EMPTY_MODULE));
  await packageInto(deployment, request(moduleNumber(1)));
  // The ledger is lost, and the file that was made from it is not.
  deployment.ledger.rows.clear();
  deployment.objects.objects.clear();
  const before = new Map(deployment.files.files);
  await expect(packageInto(deployment, request(moduleNumber(2)))).rejects.toMatchObject({ code: "state_foreign" });
  expect(deployment.objects.objects.size + deployment.ledger.rows.size).toBe(0);
  expect(deployment.files.files).toEqual(before);
});

it("stores artifact and manifest again when a collection took them before their record was appended", async () => {
  const deployment = makeDeployment();
  const swept = sweepBeforeNextAppend(deployment.ledger, deployment.objects.objects);
  const report = await packageInto(deployment, request(EMPTY_MODULE));
  expect([report.outcome, swept()]).toEqual(["packaged", 2]);
  expect(deployment.objects.objects.size).toBe(2);
});

it("gives up when a collection takes them again and again", async () => {
  const deployment = makeDeployment();
  const { ledger, objects } = deployment;
  const append = ledger.append.bind(ledger);
  ledger.append = (asked) => {
    objects.objects.clear();
    return append(asked);
  };
  await expect(packageInto(deployment, request(EMPTY_MODULE))).rejects.toMatchObject({ code: "object_condemned" });
  expect(ledger.rows.size).toBe(0);
});
