/** The command line under Deno says and writes what it says and writes under Node: same bytes, same exit codes. */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "packages/cli/src/main.ts");
const files = globSync("wasm-fixtures/built/*.wasm", { cwd: root }).sort();
const RUNTIMES = {
  node: [process.execPath, main],
  deno: [join(root, "node_modules/.bin/deno"), "run", "-A", "--config", join(root, "deno.json"), main],
} as const;
type Runtime = keyof typeof RUNTIMES;

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tau-edge-parity-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function run(runtime: Runtime, args: readonly string[], input = "") {
  const [command, ...before] = RUNTIMES[runtime];
  const { status, stdout, stderr } = spawnSync(command, [...before, ...args], {
    cwd: root,
    encoding: "utf8",
    input,
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, stdout, stderr };
}

const NOWHERE = [
  "--public-base-url",
  "https://gw.example",
  "--unconfigured",
  "--state-dir",
  "/nonexistent/tau",
  "--json",
];
const both = (args: readonly string[]) => [run("node", args), run("deno", args)] as const;

describe("Node and Deno", () => {
  it.each([
    ["inspect, for people", ["inspect", "--features", ...files]],
    ["inspect, as JSON", ["inspect", "--json", ...files]],
    ["inspect of one", ["inspect", "--json", files[0] ?? ""]],
    ["a dry run of package", ["package", "--dry-run", "--no-deep", "--json", ...files]],
    ["diff", ["diff", "--json", files[0] ?? "", files.at(-1) ?? ""]],
    ["profiles", ["profile", "list", "--json"]],
    ["help", ["package", "--help"]],
    ["a usage error", ["inspect", "--nope"]],
    ["a missing file", ["inspect", "nope.wasm", "--json"]],
    ["a did:key", ["did", "resolve", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "--json"]],
    ["a did:web that is an address", ["did", "resolve", "did:web:127.0.0.1", "--json"]],
    ["a did:web of a private network", ["did", "resolve", "did:web:db.internal", "--json"]],
    ["help about rotation", ["rotate", "--help"]],
    ["a link that may not be", ["bootstrap", "link", "--scope", "admin", "--dry-run", ...NOWHERE]],
    ["a rotation of nobody knows what", ["rotate", "--state-dir", "/nonexistent/tau", "--json"]],
  ])("agree on %s", (_name, args) => {
    const [node, deno] = both(args);
    expect(deno).toEqual(node);
    expect(node.stdout + node.stderr).not.toBe("");
  });

  it("package the same files into the same bytes, and read each other's state", () => {
    const outputs = (["node", "deno"] as const).map((runtime) => {
      const state = join(dir, runtime);
      const { status } = run(runtime, ["package", "--no-deep", "--state-dir", state, ...files]);
      const made = globSync("wasm-artifacts/*/*", { cwd: state }).sort();
      return { status, made: made.map((name) => [name, readFileSync(join(state, name), "base64")]) };
    });
    expect(outputs[1]).toEqual(outputs[0]);
    expect(outputs[0]?.made.length).toBeGreaterThan(10);
    for (const [runtime, state] of [
      ["deno", "node"],
      ["node", "deno"],
    ] as const)
      expect(run(runtime, ["doctor", "--state-dir", join(dir, state)])).toMatchObject({ status: 0, stderr: "" });
  });

  it("make tokens, links and rotations in one directory, each by the other's side", () => {
    const state = join(dir, "access");
    const at = (runtime: Runtime, ...argv: string[]) => run(runtime, [...argv, "--state-dir", state, "--json"]);
    const link = ["bootstrap", "link", "--unconfigured", "--public-base-url", "https://gw.example"];
    for (const [runtime, other] of [
      ["node", "deno"],
      ["deno", "node"],
    ] as const) {
      expect(at(runtime, "token", "create", runtime, "--scope", "operate")).toMatchObject({ status: 0, stderr: "" });
      expect(at(runtime, ...link)).toMatchObject({ status: 0, stderr: "" });
      expect(at(other, "token", "revoke", runtime, "--dry-run")).toMatchObject({ status: 0, stderr: "" });
      expect(at(other, "token", "create", "new", "--scope", "nothing")).toMatchObject({ status: 3, stderr: "" });
    }
    expect(at("deno", "token", "list")).toEqual(at("node", "token", "list"));
    const rotations = (["node", "deno"] as const).map((runtime) =>
      JSON.parse(at(runtime, "rotate", "--unconfigured").stdout),
    );
    expect(rotations).toMatchObject([
      { epoch: 1, proof: { links_voided: 2, operator_tokens_kept: 2, credential_replaced: true } },
      { epoch: 2, proof: { links_voided: 0, operator_tokens_kept: 2, credential_replaced: true } },
    ]);
    expect(at("deno", "bootstrap", "list")).toEqual(at("node", "bootstrap", "list"));
  });

  it.each([
    ["32 bytes", `base64url:${"A".repeat(43)}`, "strong"],
    ["a passphrase that is not NFKC", "\ufb01ne e\u0301t\u00e9", "dev"],
  ])("make one identity of %s, and keep each other's", (_name, entropy, assurance) => {
    const init = (runtime: Runtime, state: string) => {
      const output = join(dir, state, "did.json");
      const argv = [
        "did",
        "init",
        "--entropy-file",
        "-",
        "--state-dir",
        join(dir, state),
        "--output",
        output,
        "--json",
      ];
      const { status, stdout, stderr } = run(runtime, argv, `${entropy}\n`);
      const { outcome, output_path: _path, record: _record, ...said } = JSON.parse(stdout);
      return { status, stderr, outcome, said, payload: readFileSync(output, "utf8") };
    };
    const node = init("node", `node-${assurance}`);
    expect(node).toMatchObject({ status: 0, stderr: "", outcome: "initialized", said: { assurance } });
    expect(init("deno", `deno-${assurance}`)).toEqual(node);
    expect(init("deno", `node-${assurance}`)).toEqual({ ...node, outcome: "unchanged" });
  });
});
