import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { encodeUtf8, sha256, toHex } from "@tau-edge/encoding";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliRun, fixture, makeWorkplace, type Workplace } from "../cli.test-helper.ts";
import { placesOf, secretsOf } from "../did/planted-secret.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const BYTES = `base64url:${Buffer.alloc(32, "canary").toString("base64url")}`;
const PHRASE = "correct horse battery staple";
const LEGACY_DID = "did:key:zMT3gM8k4KUBH8sm4wwlZIkj86L4LuZD-fhFpq8e6_8s";
const read = (path: string) => readFileSync(join(at.dir, path));
const write = (path: string, text: string) => writeFileSync(join(at.dir, path), text);
const entropyIn = (text: string) => ({ env: { TAU_EDGE_DID_ENTROPY: text } });

interface Made {
  readonly outcome: string;
  readonly did: string;
  readonly output_path: string;
}
const made = (run: CliRun) => run.json() as Made;

describe("did init", () => {
  it("makes the same identity from a file, the standard input, a variable and an argument, and warns of the last", async () => {
    write("e", `${BYTES}\n`);
    const argv = ["did", "init", "--network", "tau-prod", "--json"];
    const stdin = { readStdin: async () => encodeUtf8(`${BYTES}\r\n`) };
    const runs = [
      await at.run(...argv, "--entropy-file", "e"),
      await at.runWith(stdin, ...argv, "--entropy-file", "-"),
      await at.runWith(entropyIn(BYTES), ...argv),
      await at.run(...argv, "--entropy", BYTES),
    ];
    expect(new Set(runs.map((run) => made(run).did)).size).toBe(1);
    expect(runs.map((run) => made(run).outcome)).toEqual(["initialized", "unchanged", "unchanged", "unchanged"]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    expect(runs.map(({ stderr }) => stderr.startsWith("warning: "))).toEqual([false, false, false, true]);
  });

  it("writes the payload beside the state, for everybody to read, and takes another place when told", async () => {
    const { output_path } = made(await at.runWith(entropyIn(BYTES), "did", "init", "--state-dir", "s", "--json"));
    expect(output_path).toBe("s/browser-did.json");
    expect(statSync(join(at.dir, output_path)).mode & 0o044).toBe(0o044 & ~process.umask());
    await at.runWith(entropyIn(BYTES), "did", "init", "--state-dir", "s", "--output", "public/did.json");
    expect(read("public/did.json")).toEqual(read("s/browser-did.json"));
  });

  it("says which names it used", async () => {
    const run = await at.runWith(
      entropyIn(BYTES),
      "did",
      "init",
      "--network",
      " Tau-Prod ",
      "--subject",
      "A1",
      "--json",
    );
    expect(run.json()).toMatchObject({ network: "tau-prod", subject: "a1", method: "key", assurance: "strong" });
  });

  it("makes a did:web of a host, and none of a network that is no host", async () => {
    const web = ["did", "init", "--method", "web", "--json"];
    const run = await at.runWith(entropyIn(BYTES), ...web, "--network", "edge.example.org", "--subject", "a1");
    expect(made(run).did).toBe("did:web:edge.example.org:a1");
    const refused = await at.runWith(entropyIn(BYTES), ...web);
    expect(refused).toMatchObject({ exitCode: 2, stderr: "" });
    expect(refused.json()).toMatchObject({ code: "network_not_a_domain" });
  });

  it("takes a known sample on a devnet, says that it is one, and refuses it elsewhere with nothing written", async () => {
    const sample = await at.run("did", "init");
    expect(sample.stdout).toContain("dev: whoever guesses the entropy has the key");
    const refused = await at.run("did", "init", "--network", "tau-prod", "--state-dir", "other");
    expect(refused).toMatchObject({ exitCode: 3, stdout: "" });
    expect(refused.stderr).toContain("entropy_well_known");
    const weak = await at.runWith(entropyIn(PHRASE), "did", "init", "--network", "tau-prod", "--state-dir", "other");
    expect(weak.stderr).toContain("--allow-weak-entropy");
    expect(existsSync(join(at.dir, "other"))).toBe(false);
    const argv = ["did", "init", "--network", "tau-prod", "--allow-weak-entropy", "--state-dir", "other", "--json"];
    expect((await at.runWith(entropyIn(PHRASE), ...argv)).json()).toMatchObject({ assurance: "dev" });
  });

  it("keeps what stands in the place of its file, and the state's own names", async () => {
    write("mine", "mine\n");
    const argv = ["did", "init", "--output"];
    expect(await at.runWith(entropyIn(BYTES), ...argv, "mine")).toMatchObject({ exitCode: 4, stdout: "" });
    expect(read("mine").toString()).toBe("mine\n");
    const taken = await at.runWith(entropyIn(BYTES), ...argv, ".tau/deployment/state.json");
    expect(taken).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("path_escapes") });
    expect(readdirSync(at.dir)).toEqual(["mine"]);
  });

  it.each([
    [["--entropy", "hex:00"], "entropy_too_short"],
    [["--entropy", "hex:zz"], "entropy_malformed"],
    [["--entropy", "  "], "entropy_empty"],
    [["--entropy", "x".repeat(1025)], "entropy_too_long"],
    [["--method", "ion"], "method_unknown"],
    [["--network", "a..b"], "network_malformed"],
    [["--subject", "-a"], "subject_malformed"],
    [["--entropy", "a", "--entropy-file", "b"], "usage"],
    [["--output", ""], "usage"],
  ])("calls %j a wrong use", async (argv, code) => {
    const run = await at.run("did", "init", "--json", ...argv);
    expect(run.exitCode).toBe(2);
    expect(run.json()).toMatchObject({ code });
  });

  it("reads no file that is none, too long or not UTF-8, and repeats neither name nor bytes", async () => {
    writeFileSync(join(at.dir, "binary"), Buffer.from([0xff, 0xfe]));
    write("long", "x".repeat(5000));
    for (const [file, code] of [
      ["hunter2", "file_not_found"],
      ["long", "file_too_large"],
      ["binary", "entropy_ill_formed"],
    ] as const) {
      const run = await at.run("did", "init", "--entropy-file", file, "--json");
      expect(run.json()).toMatchObject({ code });
      expect(`${run.stdout}${run.stderr}`).not.toContain("hunter2");
    }
    const endless = await at.runWith({ readStdin: async () => undefined }, "did", "init", "--entropy-file=-", "--json");
    expect(endless.json()).toMatchObject({ code: "entropy_too_long" });
  });

  it("repeats no word that may be entropy when the command line makes no sense", async () => {
    for (const argv of [["hunter2"], ["--entropi=hunter2"], ["-xhunter2"], ["--entropy", "correct", "hunter2"]])
      for (const json of [[], ["--json"]]) {
        const run = await at.run("did", "init", ...argv, ...json);
        expect(run.exitCode).toBe(2);
        expect(`${run.stdout}${run.stderr}`).not.toContain("hunter2");
      }
  });
});

describe("did entropy", () => {
  it("prints what did init takes for strong, another each time", async () => {
    const { stdout } = await at.run("did", "entropy");
    expect((await at.run("did", "entropy")).stdout).not.toBe(stdout);
    write("e", stdout);
    const run = await at.run("did", "init", "--entropy-file", "e", "--network", "tau-prod", "--json");
    expect(run.json()).toMatchObject({ assurance: "strong" });
    expect(readdirSync(at.dir).sort()).toEqual([".tau", "e"]);
  });
});

describe("did show and did verify", () => {
  it("say what a payload says, and whether an entropy made it", async () => {
    const { did } = made(await at.runWith(entropyIn(BYTES), "did", "init", "--network", "tau-prod", "--json"));
    expect((await at.run("did", "show")).stdout).toMatch(new RegExp(`^${did}\n`));
    expect((await at.run("did", "show", "--json")).json()).toMatchObject({ did, assurance: "strong" });
    expect((await at.run("did", "verify", "--json")).json()).toMatchObject({ outcome: "valid", did });
    const proven = await at.runWith(entropyIn(BYTES), "did", "verify", "--json");
    expect(proven.json()).toMatchObject({ outcome: "valid", entropy_proven: true });
    for (const entropy of [PHRASE, "local-dev-seed"]) {
      const other = await at.runWith(entropyIn(entropy), "did", "verify", "--json");
      expect(other.exitCode).toBe(3);
      expect(other.json()).toMatchObject({ outcome: "other_entropy", entropy_proven: false });
    }
    expect((await at.run("did", "verify", did)).exitCode).toBe(0);
  });

  it("believe no file that contradicts itself, and no DID that is none", async () => {
    await at.runWith(entropyIn(BYTES), "did", "init");
    write(
      "forged.json",
      read(".tau/deployment/browser-did.json").toString().replace('"dev"', '"strong"').replace("browser-agent", "root"),
    );
    expect(await at.run("did", "show", "forged.json")).toMatchObject({ exitCode: 4, stdout: "" });
    expect(await at.run("did", "verify", "forged.json")).toMatchObject({ exitCode: 4, stdout: "" });
    for (const text of [LEGACY_DID, "did:key:z6Mk", "did:web:127.0.0.1", "did:ion:a"])
      expect((await at.run("did", "verify", text)).exitCode, text).toBe(3);
    expect((await at.run("did", "verify", "nowhere.json")).exitCode).toBe(1);
  });
});

describe("did verify --legacy", () => {
  const outcomeOf = async (entropy: string, ...argv: string[]) => {
    const run = await at.runWith(entropyIn(entropy), "did", "verify", "--legacy", "--json", ...argv);
    return { exitCode: run.exitCode, ...(run.json() as { outcome: string; entropy_proven?: boolean }) };
  };

  it("names a DID of the original for what it is, and computes it again; it never ends with 0", async () => {
    const original = await outcomeOf("local-dev-seed", LEGACY_DID);
    expect(original).toMatchObject({ exitCode: 3, outcome: "original", entropy_proven: true });
    expect(await outcomeOf("another", LEGACY_DID)).toMatchObject({ exitCode: 3, outcome: "other_inputs" });
    expect(await outcomeOf("", LEGACY_DID)).toMatchObject({ exitCode: 3, outcome: "recognised" });
    const web = ["did:web:edge:tau_1:operator_one", "--network", " Edge.Tau_1 ", "--subject", "Operator_One"];
    expect(await outcomeOf("seed-001", ...web)).toMatchObject({ outcome: "original", entropy_proven: false });
    const words = await at.run("did", "verify", "--legacy", LEGACY_DID);
    expect(words.stdout).toContain("hash_not_key");
  });

  it("reads the original's file, and shows none of its hashes", async () => {
    const fingerprint = toHex(sha256(encodeUtf8("key:tau-devnet:browser-agent:local-dev-seed")));
    const proof_material = LEGACY_DID.slice("did:key:z".length);
    const names = { schema_version: 1, method: "key", network: "tau-devnet", subject: "browser-agent" };
    const identity = { ...names, did: LEGACY_DID, key_id: `${LEGACY_DID}#primary`, fingerprint, proof_material };
    const file = { schema_version: 1, runtime: "native-host", interoperability_profile: "kamn_browser_v1", identity };
    write("old.json", JSON.stringify(file));
    const found = await outcomeOf("local-dev-seed", "old.json");
    expect(found).toMatchObject({ exitCode: 3, outcome: "original", entropy_proven: true });
    expect(JSON.stringify(found)).not.toContain(fingerprint);
    expect(await at.run("did", "show", "old.json")).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("did verify --legacy"),
    });
  });

  it("says of a sound payload that the original did not write it", async () => {
    const { did } = made(await at.runWith(entropyIn(BYTES), "did", "init", "--json"));
    expect(await outcomeOf("")).toMatchObject({ exitCode: 3, outcome: "not_legacy" });
    expect(await outcomeOf("", did)).toMatchObject({ exitCode: 3, outcome: "not_legacy" });
  });
});

describe("an identity beside everything else in a state directory", () => {
  it("disturbs no verb that reads the ledger, and is written anew with state.json", async () => {
    copyFileSync(fixture("module-empty"), join(at.dir, "app.wasm"));
    await at.runWith(entropyIn(BYTES), "did", "init");
    expect((await at.run("package", "app.wasm", "--no-deep")).exitCode).toBe(0);
    for (const [argv, exitCode] of [
      [["doctor"], 0],
      [["status"], 3],
      [["rollout", "list"], 0],
      [["release", "list", "app"], 0],
      [["state", "export", "out"], 0],
    ] as const)
      expect({ argv, exitCode: (await at.run(...argv)).exitCode }).toEqual({ argv, exitCode });
    const { browser_dids } = JSON.parse(read(".tau/deployment/state.json").toString());
    expect(JSON.parse(read("out/state.json").toString()).browser_dids).toEqual(browser_dids);
    rmSync(join(at.dir, ".tau/deployment/state.json"));
    expect((await at.run("doctor", "--rebuild-files")).exitCode).toBe(0);
    const rebuilt = JSON.parse(read(".tau/deployment/state.json").toString());
    expect(rebuilt).toMatchObject({ browser_dids, wasm_deliverables: [{ blueprint_id: "app" }] });
    expect(browser_dids).toHaveLength(1);
  });
});

describe("no secret is anywhere", () => {
  const names = { method: "key", network: "tau-prod", subject: "browser-agent" } as const;

  it.each([
    ["32 bytes", BYTES, []],
    ["a passphrase", PHRASE, ["--allow-weak-entropy"]],
  ])("of %s", async (_, entropy, more) => {
    mkdirSync(join(at.dir, "state"));
    const secrets = secretsOf({ ...names, entropy, allow_weak_entropy: true });
    const options = ["--network", "tau-prod", "--output", "state/did.json", "--state-dir", "state", ...more];
    const runs = [
      await at.runWith(entropyIn(entropy), "did", "init", ...options, "--json"),
      await at.run("did", "init", ...options, "--entropy", entropy),
      await at.runWith(entropyIn(entropy), "did", "init", ...options, "--output", "state/state.json"),
      await at.runWith(entropyIn(`hex:${entropy}`), "did", "init", ...options),
      await at.runWith(entropyIn(entropy), "did", "verify", "state/did.json"),
      await at.runWith(entropyIn(entropy), "did", "verify", "--legacy", "--json", LEGACY_DID),
      await at.run("did", "show", "state/did.json", "--json"),
      await at.run("doctor", "--state-dir", "state"),
    ];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 3, 2, 0, 3, 0, 0]);
    const printed = runs.map(({ stdout, stderr }) => stdout + stderr).join("");
    expect(placesOf(secrets, join(at.dir, "state"), printed)).toEqual([]);
    // The search finds what is there.
    const { did } = made(runs[0] ?? (await at.run()));
    const found = placesOf([encodeUtf8(did)], join(at.dir, "state"), printed);
    expect(found.map((place) => place.split("/").at(-1)).sort()).toEqual(
      expect.arrayContaining(["did.json", "ledger.db", "printed", "state.json"]),
    );
    writeFileSync(join(at.dir, "state", "leak"), Buffer.from(entropy).toString("base64"));
    expect(placesOf(secrets, join(at.dir, "state"), "")).toEqual([join(at.dir, "state", "leak")]);
  });
});
