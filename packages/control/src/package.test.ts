import { ManualClock } from "@tau-edge/adapter-memory";
import { digestHex, digestOf, sha256 } from "@tau-edge/encoding";
import { builtinProfile } from "@tau-edge/manifest";
import { PortError } from "@tau-edge/ports";
import { describe, expect, it } from "vitest";
import {
  ACTOR,
  EMPTY_MODULE,
  fixedValidator,
  MALFORMED,
  makeDeployment,
  moduleNumber,
  PREVIEW1_MODULE,
  packageInto,
  request,
} from "./packaging.test-helper.ts";
import { preparePackage } from "./prepare-package.ts";
import { storePackage } from "./store-package.ts";

const STATE = ".tau/deployment/state.json";
const stateOf = (files: ReadonlyMap<string, Uint8Array>) => JSON.parse(new TextDecoder().decode(files.get(STATE)));

describe("deployment_wasm: packaging", () => {
  it("stores both objects, one record and the files, and reports where they are", async () => {
    const deployment = makeDeployment();
    const report = await packageInto(deployment, request(EMPTY_MODULE));
    const hex = digestHex(report.artifact);
    expect(report).toMatchObject({
      outcome: "packaged",
      compliant: true,
      file: "dir/app.wasm",
      artifact: digestOf(sha256(EMPTY_MODULE)),
      artifact_path: `.tau/deployment/wasm-artifacts/app/${hex}.wasm`,
      record: { stream: "default/dev/app", seq: 0 },
      deep: { result: "not_run", reason: "not_asked" },
    });
    expect(deployment.objects.objects.get(report.artifact)).toEqual(EMPTY_MODULE);
    expect(report.manifest && deployment.objects.objects.has(report.manifest)).toBe(true);
    expect(stateOf(deployment.files.files).wasm_deliverables).toMatchObject([
      { blueprint_id: "app", artifact_sha256: hex, artifact_path: report.artifact_path },
    ]);
  });

  it("gives the record real time and the manifest a fixed one", async () => {
    const deployment = makeDeployment();
    const report = await packageInto(deployment, request(EMPTY_MODULE));
    expect(report.record?.at_unix_ms).toBe(deployment.clock.nowUnixMs());
    const [deliverable] = await deployment.catalog.all();
    expect(deliverable?.generated_unix_ms).toBe(315_532_800_000);
  });

  it("again says unchanged and records nothing; another artifact, and then the first again, are recorded", async () => {
    const deployment = makeDeployment();
    const pack = (bytes: Uint8Array) => packageInto(deployment, request(bytes));
    const outcomes = [];
    for (const bytes of [EMPTY_MODULE, EMPTY_MODULE, moduleNumber(1), EMPTY_MODULE]) {
      const { outcome, record } = await pack(bytes);
      outcomes.push([outcome, record?.seq]);
    }
    expect(outcomes).toEqual([
      ["packaged", 0],
      ["unchanged", 0],
      ["packaged", 1],
      ["packaged", 2],
    ]);
  });

  describe("a clock far from the last record", () => {
    const DAY_MS = 24 * 60 * 60 * 1000;

    function makeClockedDeployment() {
      const clock = new ManualClock();
      const deployment = { ...makeDeployment(), clock };
      const pack = async (byte: number, accept_clock: boolean) => {
        const prepared = await preparePackage(request(moduleNumber(byte)), { sha256 });
        if (prepared.outcome === "refused") throw new Error("refused");
        return storePackage(prepared, ACTOR, deployment, { accept_clock });
      };
      const types = async () =>
        (await deployment.ledger.read("default/dev/app", 0, 10)).map(({ record }) => record.type);
      return { clock, deployment, pack, types };
    }

    it("is taken after a rest, and the record says so", async () => {
      const { clock, deployment, pack, types } = makeClockedDeployment();
      const first = await pack(1, false);
      clock.advance(30 * DAY_MS);
      expect((await pack(2, false)).record).toMatchObject({ seq: 1, at_unix_ms: clock.nowUnixMs() });
      expect(await types()).toEqual(["artifact_packaged", "artifact_packaged", "clock_accepted"]);
      const [accepted] = await deployment.ledger.read("default/dev/app", 2, 1);
      expect(accepted?.record).toMatchObject({
        actor: ACTOR,
        body: { now_unix_ms: clock.nowUnixMs(), previous_at_unix_ms: first.record?.at_unix_ms },
      });
    });

    for (const [name, days] of [
      ["behind", -2],
      ["in another decade", 4_000],
    ] as const) {
      it(`is refused when it is ${name}, until somebody vouches for it`, async () => {
        const { clock, deployment, pack, types } = makeClockedDeployment();
        await pack(1, false);
        clock.advance(days * DAY_MS);
        await expect(pack(2, false)).rejects.toMatchObject({
          code: "clock_jump",
          remedy: expect.stringContaining("--accept-clock"),
        });
        expect(await types()).toEqual(["artifact_packaged"]);
        expect((await pack(2, true)).record).toMatchObject({ seq: 1 });
        expect(await types()).toEqual(["artifact_packaged", "artifact_packaged", "clock_accepted"]);
        expect(await deployment.catalog.deliverables("app")).toHaveLength(2);
      });
    }
  });

  it("puts back an object that was lost, although nothing is recorded", async () => {
    const deployment = makeDeployment();
    const { artifact } = await packageInto(deployment, request(EMPTY_MODULE));
    deployment.objects.objects.delete(artifact);
    expect((await packageInto(deployment, request(EMPTY_MODULE))).outcome).toBe("unchanged");
    expect(deployment.objects.objects.has(artifact)).toBe(true);
  });

  it("lists the newest deliverable of each blueprint and runtime profile in S1's state", async () => {
    const deployment = makeDeployment();
    const channel = builtinProfile("channel_automation_runtime_v1");
    if (channel === undefined) throw new Error("missing profile");
    await packageInto(deployment, request(moduleNumber(1)));
    await packageInto(deployment, request(moduleNumber(2), { profile: channel }));
    const newest = await packageInto(deployment, request(moduleNumber(3)));
    await packageInto(deployment, request(moduleNumber(4), { blueprint_id: "b", output_dir: "elsewhere" }));
    const entries = stateOf(deployment.files.files).wasm_deliverables;
    expect(
      entries.map((entry: { blueprint_id: string; runtime_profile: string }) => [
        entry.blueprint_id,
        entry.runtime_profile,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ["app", "wasm_wasi"],
        ["app", "channel_automation_wasi"],
        ["b", "wasm_wasi"],
      ]),
    );
    expect(entries).toHaveLength(3);
    expect(entries).toContainEqual(expect.objectContaining({ artifact_sha256: digestHex(newest.artifact) }));
    expect(entries).toContainEqual(
      expect.objectContaining({ artifact_path: expect.stringMatching(/^elsewhere\/b\//) }),
    );
  });

  it("loses nothing when twelve package into one blueprint at once", async () => {
    const deployment = makeDeployment();
    const reports = await Promise.all(
      Array.from({ length: 12 }, (_, i) => packageInto(deployment, request(moduleNumber(i)))),
    );
    expect(reports.map((report) => report.outcome)).toEqual(Array(12).fill("packaged"));
    expect(new Set(reports.map((report) => report.record?.seq)).size).toBe(12);
    expect(await deployment.catalog.deliverables("app")).toHaveLength(12);
  });
});

describe("deployment_wasm: a refusal writes nothing", () => {
  const nothingIn = ({ objects, ledger, files }: ReturnType<typeof makeDeployment>) =>
    objects.objects.size + ledger.rows.size + files.files.size === 0;

  it("when an import is forbidden", async () => {
    const deployment = makeDeployment();
    const report = await packageInto(deployment, request(PREVIEW1_MODULE));
    expect(report).toMatchObject({ outcome: "refused", compliant: false });
    expect(report.reason_codes).toContain("import_module_forbidden");
    expect(nothingIn(deployment)).toBe(true);
  });

  it("when the bytes are malformed, with the place of the fault", async () => {
    const deployment = makeDeployment();
    const report = await packageInto(deployment, request(MALFORMED));
    expect(report).toMatchObject({ outcome: "refused", reason_codes: ["binary_malformed"], error: { path: "" } });
    expect(report.error?.code).toMatch(/^E_/);
    expect(nothingIn(deployment)).toBe(true);
  });

  it("when a validator refuses what the rules admit", async () => {
    const deployment = makeDeployment();
    const validator = fixedValidator({ result: "failed", validators: [], reason: "validator_refused", detail: "no" });
    const report = await packageInto(deployment, request(EMPTY_MODULE), validator);
    expect(report.reason_codes).toContain("deep_validation_failed");
    expect(nothingIn(deployment)).toBe(true);
  });

  it("when the state file is not ours to change: refused before the first object", async () => {
    const deployment = makeDeployment();
    const newer = new TextEncoder().encode('{"schema_version":2}');
    deployment.files.files.set(STATE, newer);
    await expect(packageInto(deployment, request(EMPTY_MODULE))).rejects.toMatchObject({ code: "state_newer" });
    expect(deployment.objects.objects.size + deployment.ledger.rows.size).toBe(0);
    expect(deployment.files.files.get(STATE)).toBe(newer);
  });
});

describe("the deep pass", () => {
  it("sees only what the rules admit", async () => {
    const validator = fixedValidator({ result: "passed", validators: [] });
    for (const bytes of [MALFORMED, PREVIEW1_MODULE]) await packageInto(makeDeployment(), request(bytes), validator);
    expect(validator.shown).toEqual([]);
    await packageInto(makeDeployment(), request(EMPTY_MODULE), validator);
    expect(validator.shown).toEqual([EMPTY_MODULE]);
  });

  it("is recorded with its validators, and does not refuse when it did not run", async () => {
    const deployment = makeDeployment();
    const verdict = {
      result: "not_run",
      validators: [{ name: "v8", version: "1" }],
      reason: "validator_not_installed",
    } as const;
    expect((await packageInto(deployment, request(EMPTY_MODULE), fixedValidator(verdict))).outcome).toBe("packaged");
    const records = await deployment.ledger.read("default/dev/app", 0, 10);
    expect(records.map(({ record }) => record.type)).toEqual(["artifact_packaged", "deep_verdict"]);
    expect(records[1]?.record.body).toMatchObject({ result: "not_run", validators: [{ name: "v8", version: "1" }] });
  });
});

describe("a deep pass that comes later", () => {
  it("is recorded alone, once, and again when a validator has another version", async () => {
    const deployment = makeDeployment();
    const passedBy = (version: string) => fixedValidator({ result: "passed", validators: [{ name: "v8", version }] });
    await packageInto(deployment, request(EMPTY_MODULE));
    for (const version of ["1", "1", "2"])
      expect((await packageInto(deployment, request(EMPTY_MODULE), passedBy(version))).outcome).toBe("unchanged");
    await packageInto(deployment, request(EMPTY_MODULE));
    const records = await deployment.ledger.read("default/dev/app", 0, 10);
    expect(records.map(({ record }) => record.type)).toEqual(["artifact_packaged", "deep_verdict", "deep_verdict"]);
  });
});

describe("what fails on the way", () => {
  it("is completed by the same call: a crash after the objects, after the record, before the files", async () => {
    const deployment = makeDeployment();
    const broken = new PortError("store_full", "disk", "No space");
    const { files } = deployment;
    const failing = {
      ...deployment,
      files: {
        check: () => files.check(),
        link: () => Promise.reject(broken),
        refresh: () => Promise.reject(broken),
      },
    };
    await expect(packageInto(failing, request(EMPTY_MODULE))).rejects.toBe(broken);
    expect(deployment.files.files.size).toBe(0);
    const report = await packageInto(deployment, request(EMPTY_MODULE));
    expect(report.outcome).toBe("unchanged");
    expect(stateOf(deployment.files.files).wasm_deliverables).toHaveLength(1);
  });
});
