import { describe, expect, it } from "vitest";
import { isLegacyCommandLine, wantsLegacyJson } from "./command-line.ts";
import { FLAG_NAMES, variableOf } from "./flags.ts";
import { DEFAULT_FIXTURE, parseLegacy } from "./parse.ts";

const RUNNER = "--deployment-contract-runner";

describe("the runner's flags", () => {
  it("have S1's defaults", () => {
    expect(parseLegacy([RUNNER], {})).toEqual({
      verb: "run",
      fixture: "crates/tau-coding-agent/testdata/deployment-contract/mixed-outcomes.json",
      stateDir: ".tau/deployment",
      queueLimit: 64,
      processedCaseCap: 10_000,
      retryMaxAttempts: 4,
      retryBaseDelayMs: 0,
    });
  });

  it("may each be a variable, and a flag weighs more", () => {
    const env = {
      TAU_DEPLOYMENT_CONTRACT_RUNNER: "true",
      TAU_DEPLOYMENT_FIXTURE: "f.json",
      TAU_DEPLOYMENT_STATE_DIR: "s",
      TAU_DEPLOYMENT_QUEUE_LIMIT: "2",
      TAU_DEPLOYMENT_PROCESSED_CASE_CAP: "3",
      TAU_DEPLOYMENT_RETRY_MAX_ATTEMPTS: "5",
      TAU_DEPLOYMENT_RETRY_BASE_DELAY_MS: "7",
    };
    const expected = {
      verb: "run",
      fixture: "f.json",
      stateDir: "s",
      queueLimit: 2,
      processedCaseCap: 3,
      retryMaxAttempts: 5,
      retryBaseDelayMs: 7,
    };
    expect(parseLegacy([], env)).toEqual(expected);
    expect(parseLegacy([RUNNER, "--deployment-queue-limit=9"], env)).toEqual({ ...expected, queueLimit: 9 });
  });

  it("take any number of 64 bits, and an empty variable for none", () => {
    const env = { TAU_DEPLOYMENT_RETRY_BASE_DELAY_MS: "" };
    expect(parseLegacy([RUNNER, "--deployment-queue-limit", "18446744073709551615"], env)).toMatchObject({
      queueLimit: Number.MAX_SAFE_INTEGER,
      retryBaseDelayMs: 0,
    });
  });

  it("end the tries of a case at some time", () => {
    const attempts = (text: string) => parseLegacy([RUNNER, `--deployment-retry-max-attempts=${text}`], {});
    expect(attempts("10000")).toMatchObject({ retryMaxAttempts: 10_000 });
    expect(() => attempts("10001")).toThrow("--deployment-retry-max-attempts is a whole number from 1 to 10000");
  });

  it.each(["0", "-1", "1.5", "1e3", " 1", "many", "18446744073709551616"])("refuse %j as a count", (text) => {
    for (const flag of ["queue-limit", "processed-case-cap", "retry-max-attempts"])
      expect(() => parseLegacy([RUNNER, `--deployment-${flag}=${text}`], {}), flag).toThrow(
        `--deployment-${flag} is a whole number from 1`,
      );
    const delay = () => parseLegacy([RUNNER, `--deployment-retry-base-delay-ms=${text}`], {});
    if (text === "0") expect(delay()).toMatchObject({ retryBaseDelayMs: 0 });
    else expect(delay).toThrow("--deployment-retry-base-delay-ms is a whole number from 0");
  });
});

describe("the views' flags", () => {
  it.each([
    [["--transport-health-inspect", "deployment"], { verb: "health", stateDir: ".tau/deployment", json: false }],
    [["--transport-health-inspect=Deployment", "--transport-health-json"], { verb: "health", json: true }],
    [["--deployment-status-inspect", "--deployment-status-json=true"], { verb: "status", json: true }],
    [["--deployment-status-inspect=true", "--deployment-status-json=false"], { verb: "status", json: false }],
    [["--operator-control-summary"], { verb: "operator_summary", json: false }],
    [["--operator-control-summary", "--operator-control-summary-json"], { verb: "operator_summary", json: true }],
    [
      ["--channel-store-inspect", "deployment/edge-wasm"],
      { verb: "channel_inspect", stateDir: ".tau/deployment", channel: "deployment/edge-wasm" },
    ],
    [
      ["--channel-store-root", "r/s/channel-store/", "--channel-store-repair=deployment/x"],
      { verb: "channel_repair", stateDir: "r/s", channel: "deployment/x" },
    ],
    [["--channel-store-root=channel-store", "--channel-store-inspect=deployment/x"], { stateDir: "." }],
    [["--channel-store-root=/channel-store", "--channel-store-inspect=deployment/x"], { stateDir: "/" }],
    [
      ["--deployment-state-dir=s", "--channel-store-inspect=deployment/x"],
      { verb: "channel_inspect", stateDir: "s", channel: "deployment/x" },
    ],
  ] as const)("%j", (argv, asked) => {
    expect(parseLegacy(argv, {})).toMatchObject(asked);
    expect(isLegacyCommandLine(argv, {})).toBe(true);
  });

  it("may each be a variable", () => {
    expect(parseLegacy([], { TAU_TRANSPORT_HEALTH_INSPECT: "DEPLOYMENT", TAU_TRANSPORT_HEALTH_JSON: "true" })).toEqual({
      verb: "health",
      stateDir: ".tau/deployment",
      json: true,
    });
    const status = { TAU_DEPLOYMENT_STATUS_INSPECT: "true", TAU_DEPLOYMENT_STATE_DIR: "s" };
    expect(parseLegacy([], status)).toEqual({ verb: "status", stateDir: "s", json: false });
    expect(parseLegacy([], { TAU_OPERATOR_CONTROL_SUMMARY: "true" })).toMatchObject({ verb: "operator_summary" });
    const channel = { TAU_CHANNEL_STORE_ROOT: "r/channel-store", TAU_CHANNEL_STORE_INSPECT: "deployment/a" };
    expect(parseLegacy([], channel)).toEqual({ verb: "channel_inspect", stateDir: "r", channel: "deployment/a" });
  });
});

describe("what a command line of S1 asks for", () => {
  it("is said by its flags, whatever variables say for other calls", () => {
    const env = { TAU_DEPLOYMENT_CONTRACT_RUNNER: "true", TAU_DEPLOYMENT_FIXTURE: "f.json" };
    expect(parseLegacy(["--deployment-status-inspect"], env)).toMatchObject({ verb: "status" });
    expect(parseLegacy(["--deployment-status-inspect", `${RUNNER}=false`], {})).toMatchObject({ verb: "status" });
  });

  it.each([
    [RUNNER, "--deployment-status-inspect"],
    [RUNNER, "--transport-health-inspect=deployment"],
    [RUNNER, "--operator-control-summary"],
    [RUNNER, "--channel-store-inspect=deployment/a"],
    [RUNNER, "--channel-store-repair=deployment/a"],
    [RUNNER, "--deployment-wasm-package-module=m.wasm"],
    [RUNNER, "--deployment-wasm-inspect-manifest=m.json"],
    ["--deployment-wasm-package-module=m.wasm", "--deployment-wasm-inspect-manifest=m.json"],
    ["--channel-store-inspect=deployment/a", "--channel-store-repair=deployment/a"],
    ["--deployment-status-inspect", "--transport-health-inspect=deployment"],
  ])("is one thing, not %s and %s", (one, other) => {
    expect(() => parseLegacy([one, other], {})).toThrow("exclude each other");
    expect(() => parseLegacy([other, one], {})).toThrow("exclude each other");
  });

  it("is one thing among variables too", () => {
    const env = { TAU_DEPLOYMENT_CONTRACT_RUNNER: "true", TAU_DEPLOYMENT_STATUS_INSPECT: "true" };
    expect(() => parseLegacy([], env)).toThrow("exclude each other");
  });

  it.each([
    ["--deployment-fixture=f.json", "--deployment-status-inspect", "goes with --deployment-contract-runner"],
    ["--deployment-queue-limit=1", "--deployment-wasm-inspect-manifest=m", "goes with --deployment-contract-runner"],
    ["--transport-health-json", "--deployment-status-inspect", "goes with --transport-health-inspect"],
    ["--deployment-status-json", RUNNER, "goes with --deployment-status-inspect"],
    ["--channel-store-root=r", RUNNER, "goes with --channel-store-inspect or --channel-store-repair"],
    ["--prompt", RUNNER, "cannot stand beside"],
    ["--no-session", RUNNER, "cannot stand beside"],
    ["run", RUNNER, "cannot stand beside"],
  ])("leaves no flag without a meaning: %s beside %s", (flag, mode, message) => {
    expect(() => parseLegacy([mode, flag], {})).toThrow(message);
  });

  it.each([
    ["--deployment-fixture=f.json"],
    ["--deployment-status-json"],
    ["--deployment-status-inspect=false"],
    ["--transport-health-json"],
    ["--deployment-state-dir=s"],
  ])("is something: %s alone is not", (flag) => {
    expect(isLegacyCommandLine([flag], {})).toBe(true);
    expect(() => parseLegacy([flag], {})).toThrow("Nothing to do");
  });

  it.each(["r", "r/channel-stores", "my-channel-store", "channel-store/x", ".."])(
    "is about the channel store of a state directory, not about %s",
    (root) => {
      const argv = [`--channel-store-root=${root}`, "--channel-store-inspect=deployment/a"];
      expect(() => parseLegacy(argv, {})).toThrow("does not end with channel-store");
    },
  );

  it("is no other transport than the deployment", () => {
    expect(() => parseLegacy(["--transport-health-inspect", "slack"], {})).toThrow('There is no transport "slack"');
  });

  it.each([RUNNER, "--deployment-status-inspect", "--operator-control-summary", "--deployment-status-json"])(
    "%s is bare, =true or =false",
    (flag) => {
      for (const text of ["1", "yes", "TRUE", ""])
        expect(() => parseLegacy([`${flag}=${text}`], {})).toThrow(`${flag} is bare, =true or =false`);
      // A switch takes its value with an equals sign only.
      expect(() => parseLegacy([flag, "true"], {})).toThrow("cannot stand beside");
    },
  );

  it("is no variable with another word than true or false", () => {
    expect(() => parseLegacy([], { TAU_DEPLOYMENT_CONTRACT_RUNNER: "1" })).toThrow("is bare, =true or =false");
    expect(isLegacyCommandLine([], { TAU_DEPLOYMENT_CONTRACT_RUNNER: "1" })).toBe(true);
    expect(isLegacyCommandLine([], { TAU_DEPLOYMENT_CONTRACT_RUNNER: "false" })).toBe(false);
    expect(isLegacyCommandLine([], {})).toBe(false);
  });
});

describe("the flags of DID init", () => {
  const INIT = "--deployment-wasm-browser-did-init";

  it("have S1's defaults, whatever the state directory is", () => {
    expect(parseLegacy([INIT, "--deployment-state-dir=s"], {})).toEqual({
      verb: "did_init",
      method: "key",
      network: "tau-devnet",
      subject: "browser-agent",
      entropy: "tau-browser-seed",
      entropyIsArgument: false,
      output: ".tau/deployment/browser-did.json",
      stateDir: "s",
      json: false,
    });
  });

  it("may each be a variable, and entropy in one is seen by nobody", () => {
    const env = {
      TAU_DEPLOYMENT_WASM_BROWSER_DID_INIT: "true",
      TAU_DEPLOYMENT_WASM_BROWSER_DID_METHOD: "web",
      TAU_DEPLOYMENT_WASM_BROWSER_DID_NETWORK: "edge.example",
      TAU_DEPLOYMENT_WASM_BROWSER_DID_SUBJECT: "a1",
      TAU_DEPLOYMENT_WASM_BROWSER_DID_ENTROPY: "e",
      TAU_DEPLOYMENT_WASM_BROWSER_DID_OUTPUT: "o.json",
      TAU_DEPLOYMENT_WASM_BROWSER_DID_JSON: "true",
    };
    const expected = { method: "web", network: "edge.example", subject: "a1", output: "o.json", json: true };
    expect(parseLegacy([], env)).toMatchObject({ ...expected, entropy: "e", entropyIsArgument: false });
    const flags = ["--deployment-wasm-browser-did-entropy", "f"];
    expect(parseLegacy(flags, env)).toMatchObject({ ...expected, entropy: "f", entropyIsArgument: true });
  });

  it("stand beside no other mode, and alone they ask for nothing", () => {
    expect(() => parseLegacy([INIT, RUNNER], {})).toThrow("exclude each other");
    expect(() => parseLegacy(["--deployment-wasm-browser-did-method=key"], {})).toThrow("Nothing to do");
    expect(() => parseLegacy([RUNNER, "--deployment-wasm-browser-did-method=key"], {})).toThrow("goes with");
  });

  it("are refused without repeating what may be entropy", () => {
    const entropy = "--deployment-wasm-browser-did-entropy";
    for (const argv of [
      [INIT, entropy, "two", "hunter2"],
      [INIT, `${entropy}s=hunter2`],
      [INIT, entropy, "hunter2", entropy, "hunter2"],
      [INIT, `${INIT}=hunter2`],
    ]) {
      const refused = () => parseLegacy(argv, {});
      expect(refused).toThrow(/cannot stand beside|stands twice|is bare/);
      expect(refused).not.toThrow("hunter2");
    }
  });
});

it("takes the values of every flag with a space and with an equals sign, once", () => {
  expect(parseLegacy(["--transport-health-inspect", "deployment", "--deployment-state-dir", "s"], {})).toEqual(
    parseLegacy(["--deployment-state-dir=s", "--transport-health-inspect=deployment"], {}),
  );
  expect(() => parseLegacy(["--deployment-state-dir=a", "--deployment-state-dir=b", RUNNER], {})).toThrow(
    "stands twice",
  );
  for (const flag of ["--deployment-state-dir", "--deployment-fixture", "--channel-store-root"])
    for (const argv of [[flag], [`${flag}=`], [flag, RUNNER]])
      expect(() => parseLegacy(argv, {}), argv.join(" ")).toThrow(`${flag} needs a value`);
});

it("wants a document for an error when a switch for it is on", () => {
  expect(wantsLegacyJson(["--transport-health-json"], {})).toBe(true);
  expect(wantsLegacyJson(["--deployment-status-json=false"], { TAU_DEPLOYMENT_STATUS_JSON: "true" })).toBe(false);
  expect(wantsLegacyJson([], { TAU_OPERATOR_CONTROL_SUMMARY_JSON: "true" })).toBe(true);
});

it("has a variable for every flag, by one rule", () => {
  expect(variableOf("deployment-retry-base-delay-ms")).toBe("TAU_DEPLOYMENT_RETRY_BASE_DELAY_MS");
  expect(FLAG_NAMES).toHaveLength(30);
  expect(DEFAULT_FIXTURE).toMatch(/\/mixed-outcomes\.json$/);
});
