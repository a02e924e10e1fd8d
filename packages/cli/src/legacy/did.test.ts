import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256, toHex } from "@tau-edge/encoding";
import { readBootstrapPayload } from "@tau-edge/identity";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorkplace, type Workplace } from "../cli.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const DID = "--deployment-wasm-browser-did";
const OUTPUT = ".tau/deployment/browser-did.json";
/** As the original's guide has it. */
const DOCUMENTED = [
  ...[`${DID}-init`, `${DID}-method`, "key", `${DID}-network`, "tau-devnet", `${DID}-subject`, "browser-agent"],
  ...[`${DID}-entropy`, "local-dev-seed", `${DID}-output`, OUTPUT, `${DID}-json`],
];
const IDENTITY = "did:key:z6Mkhz42ULeF6GcrC75cpHburzfyB7ToisdpXyyGb5JoSjgb";

describe("the original's DID init", () => {
  it("works as documented: S1's flat report, its hashes of the entropy left out, and a warning of the argument", async () => {
    const run = await at.run(...DOCUMENTED);
    const bytes = readFileSync(join(at.dir, OUTPUT));
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(/^warning: .*ps.*\n$/);
    expect(run.json()).toEqual({
      runtime: "native-host",
      interoperability_profile: "kamn_browser_v1",
      method: "key",
      network: "tau-devnet",
      subject: "browser-agent",
      did: IDENTITY,
      key_id: `${IDENTITY}#${IDENTITY.slice("did:key:".length)}`,
      output_path: OUTPUT,
      persisted: true,
      assurance: "dev",
      public_key_multibase: IDENTITY.slice("did:key:".length),
      payload_sha256: toHex(sha256(bytes)),
    });
    expect(readBootstrapPayload(bytes, sha256)).toMatchObject({
      did: IDENTITY,
      identity: { subject: "browser-agent" },
    });
  });

  it("prints one line without its json flag, and the same identity again", async () => {
    await at.run(...DOCUMENTED);
    const run = await at.run(...DOCUMENTED.slice(0, -1));
    expect(run.stdout).toMatch(/^runtime=native-host interoperability_profile=kamn_browser_v1 .*persisted=true .*\n$/);
    expect(run.stdout).toContain(`did=${IDENTITY} `);
  });

  it("takes S1's defaults, the sample of entropy among them, and its variables without a warning", async () => {
    const run = await at.run(`${DID}-init`, `${DID}-json`);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const env = {
      TAU_DEPLOYMENT_WASM_BROWSER_DID_INIT: "true",
      TAU_DEPLOYMENT_WASM_BROWSER_DID_ENTROPY: "tau-browser-seed",
      TAU_DEPLOYMENT_WASM_BROWSER_DID_JSON: "true",
    };
    const again = await at.runWith({ env });
    expect(again).toMatchObject({ exitCode: 0, stderr: "", stdout: run.stdout });
  });

  it("takes the sample on no other network, says so as a document, and writes nothing", async () => {
    const run = await at.run(`${DID}-init`, `${DID}-network=tau-prod`, `${DID}-json`);
    expect(run).toMatchObject({ exitCode: 3, stderr: "" });
    expect(run.json()).toMatchObject({ code: "entropy_well_known", remedy: expect.stringContaining("did entropy") });
    expect(existsSync(join(at.dir, ".tau"))).toBe(false);
  });

  it("normalises names as S1 does, and refuses what S1 refuses", async () => {
    const run = await at.run(`${DID}-init`, `${DID}-network`, " TAU-Devnet ", `${DID}-json`);
    expect(run.json()).toMatchObject({ network: "tau-devnet" });
    for (const [flag, text, code] of [
      ["network", ".a", "network_malformed"],
      ["subject", "a b", "subject_malformed"],
      ["entropy", " ", "entropy_empty"],
      ["method", "ion", "method_unknown"],
    ]) {
      const refused = await at.run(`${DID}-init`, `${DID}-${flag}=${text}`, `${DID}-json`);
      expect(refused.json()).toMatchObject({ code });
      expect(refused.exitCode).toBe(2);
    }
  });

  it("writes where it is told, whatever the state directory is", async () => {
    await at.run(`${DID}-init`, "--deployment-state-dir=elsewhere");
    expect(existsSync(join(at.dir, OUTPUT))).toBe(true);
    const { browser_dids } = JSON.parse(readFileSync(join(at.dir, "elsewhere/state.json"), "utf8"));
    expect(browser_dids).toMatchObject([{ output_path: OUTPUT, assurance: "dev" }]);
  });
});
