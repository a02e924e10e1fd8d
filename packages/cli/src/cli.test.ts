import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixture, makeWorkplace, type Workplace } from "./cli.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const put = (name: string, from: string) => copyFileSync(fixture(from), join(at.dir, name));
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(at.dir, name), content);
const traces = () => readdirSync(at.dir).sort();

const DIGEST = `sha256:${"11".repeat(32)}`;

describe("an interruption", () => {
  it("comes before the first write of a file or after the last", async () => {
    put("app.wasm", "module-empty");
    const seen: (readonly string[])[] = [];
    const uninterrupted = async <T>(write: () => Promise<T>): Promise<T> => {
      seen.push(traces());
      const written = await write();
      seen.push(readdirSync(join(at.dir, ".tau/deployment")).sort());
      return written;
    };
    const { exitCode } = await at.runWith({ uninterrupted }, "package", "app.wasm", "--no-deep");
    expect(exitCode).toBe(0);
    expect(seen).toEqual([["app.wasm"], ["state.json", "tau-edge", "wasm-artifacts"]]);
  });
});

describe("several operands", () => {
  it("goes on after a pattern that matches nothing, and says so in its place", async () => {
    const run = await at.run("inspect", "*.nope", fixture("module-empty"), "--json");
    expect(run.exitCode).toBe(1);
    expect(run.json()).toMatchObject([{ file: "*.nope", code: "no_match" }, { compliant: true }]);
  });
});

describe("usage", () => {
  it.each([
    [[], 2],
    [["--help"], 0],
    [["--version"], 0],
    [["inspect"], 2],
    [["inspct", "x"], 2],
    [["inspect", "x.wasm", "--no-such"], 2],
    [["inspect", "x.wasm", "--profile", "nope"], 2],
    [["inspect", "x.wasm", "--profile", "wasi_preview2_v1", "--profile-file", "p.json"], 2],
    [["package", "x.wasm", "--runtime-profile", "native"], 2],
    [["package", "x.wasm", "--state-dir", ""], 2],
    [["package", "x.wasm", "--output-dir="], 2],
    [["rollout"], 2],
    [["rollout", "stauts"], 2],
    [["rollout", "plan"], 2],
    [["rollout", "plan", "--init", "--blueprint", "shop"], 2],
    [["rollout", "plan", "p.json", "--init"], 2],
    [["rollout", "plan", "nope.json"], 1],
    [["rollout", "start", "nope.json"], 2],
    [["rollout", "start", "nope.json", "--environment", "test"], 2],
    [["rollout", "start", "nope.json", "--environment", "production"], 1],
    [["rollout", "status", "shop"], 2],
    [["rollout", "status", "default~test~shop~1"], 2],
    [["rollout", "list", "--blueprint", "../up"], 2],
    [["rollout", "list", "--token-file", "t"], 2],
    [["rollout", "list", "--gateway", "http://a.example", "--state-dir", "s"], 2],
    [["rollout", "abort", "default~dev~shop~1"], 2],
    [["rollout", "abort", "default~dev~shop~1", "--reason", " "], 2],
    [["rollout", "pause", "default~dev~shop~1", "--reason", "a\u001b[31m"], 2],
    [["rollout", "promote", "default~dev~shop~1", "--role", "on_call"], 2],
    [["rollout", "promote", "default~dev~shop~1", "--full"], 2],
    [["rollout", "approve", "default~dev~shop~1", "--role", "boss", "--release", "x"], 2],
    [["rollout", "approve", "default~dev~shop~1", "--role", "on_call", "--release", "x"], 2],
    [["rollout", "undo", "shop", "--environment", "prod", "--release", "1.0.0"], 2],
    [["rollout", "revalidate", "shop", "--environment", "dev", "--manifest", DIGEST, "--with", "faith"], 2],
    [["rollout", "compare", "a", "b"], 2],
    [["release", "create", "app"], 2],
    [["release", "list", "Shop"], 2],
    [["resolve", "test", "shop"], 2],
    [["resolve", "dev", "shop", "--override", "1.0.0"], 2],
    [["history", "prod", "--at", "yesterday"], 2],
    [["history", "prod", "--at", "2026-05-01"], 2],
    [["replay", "shop"], 2],
    [["replay", "default~dev~shop~1", "--golden", "--against", "g.json"], 2],
    [["replay", "default~dev~shop~1"], 3],
    [["rollout", "status", "default~dev~shop~1"], 3],
    [["rollout", "resume", "default~dev~shop~1"], 3],
    [["serve", "--host", "0.0.0.0"], 2],
    [["serve", "--port", "99999999"], 2],
  ] as const)("%j ends with %i", async (argv, exitCode) => {
    expect((await at.run(...argv)).exitCode).toBe(exitCode);
    expect(traces()).toEqual([]);
  });

  it.each([
    ...["package", "inspect", "diff", "serve", "doctor", "demo", "profile list", "profile show"],
    ...["release create", "release list", "resolve", "history", "replay"],
    ...["plan", "preflight", "start", "run", "list", "status", "pause", "resume", "approve", "promote", "abort"]
      .concat(["rollback", "retry", "undo", "revalidate", "compare", "outcomes"])
      .map((verb) => `rollout ${verb}`),
  ])("%s --help shows an example and the exit codes", async (verb) => {
    const { exitCode, stdout } = await at.run(...verb.split(" "), "--help");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`tau-edge ${verb}`);
    expect(stdout).toMatch(/Exit codes:\n {2}0 {2}done/);
  });

  it("errors are words on stderr, or the one document under --json", async () => {
    const words = await at.run("inspect", "nope.wasm");
    expect(words).toMatchObject({ stdout: "", exitCode: 1 });
    expect(words.stderr).toContain("There is no file nope.wasm (file_not_found)");
    const json = await at.run("inspect", "nope.wasm", "--json");
    expect(json).toMatchObject({ stderr: "", exitCode: 1 });
    expect(json.json()).toEqual({ code: "file_not_found", message: "There is no file nope.wasm", at: "nope.wasm" });
    expect((await at.run("inspect", "--json")).json()).toMatchObject({ code: "usage" });
  });
});

describe("inspect", () => {
  it("of a compliant component says so and ends with 0", async () => {
    const { exitCode, stdout } = await at.run("inspect", fixture("assemblyscript-component"));
    expect(exitCode).toBe(0);
    for (const words of ["component (command)", "wasi:io/streams@0.2.", "can reach", "compliant with wasi_preview2_v1"])
      expect(stdout).toContain(words);
  });

  it("of a preview1 module names the codes, a remedy that can be pasted, and ends with 3", async () => {
    put("app.wasm", "assemblyscript-preview1");
    const { exitCode, stdout } = await at.run("inspect", "app.wasm");
    expect(exitCode).toBe(3);
    expect(stdout).toContain("NOT COMPLIANT");
    expect(stdout).toContain("npx @bytecodealliance/jco new app.wasm --wasi-command -o app.component.wasm");
  });

  it("of malformed bytes gives the code, offset and path, and ends with 3", async () => {
    write("bad.wasm", new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 0xff]));
    const run = await at.run("inspect", "bad.wasm", "--json");
    expect(run.exitCode).toBe(3);
    expect(run.json()).toMatchObject({ compliant: false, error: { code: "E_EOF", at: 10, path: "" } });
  });

  it("of several files prints an array, and the highest exit code wins", async () => {
    const run = await at.run("inspect", fixture("module-empty"), "nope.wasm", fixture("module-preview1"), "--json");
    expect(run.exitCode).toBe(3);
    expect(run.json()).toMatchObject([
      { compliant: true },
      { file: "nope.wasm", code: "file_not_found" },
      { compliant: false },
    ]);
  });

  it("expands patterns itself, and says when nothing matches", async () => {
    put("a.wasm", "module-empty");
    put("b.wasm", "module-env");
    const run = await at.run("inspect", "*.wasm", "--profile", "control_plane_gateway_v1", "--json");
    expect(run.json()).toMatchObject([{ file: "a.wasm" }, { file: "b.wasm" }]);
    expect((await at.run("inspect", "*.wat")).exitCode).toBe(1);
  });

  it("prefers a file whose name looks like a pattern", async () => {
    put("[a].wasm", "module-empty");
    expect((await at.run("inspect", "[a].wasm", "--json")).json()).toMatchObject({ file: "[a].wasm" });
  });

  it("refuses directories, pipes and giants by what they are, without reading them", async () => {
    mkdirSync(join(at.dir, "dir"));
    execFileSync("mkfifo", [join(at.dir, "pipe")]);
    write("giant.wasm", "");
    truncateSync(join(at.dir, "giant.wasm"), 128 * 1024 * 1024 + 1);
    const run = await at.run("inspect", "dir", "pipe", "giant.wasm", "--json");
    expect(run.json()).toMatchObject([{ code: "not_a_file" }, { code: "not_a_file" }, { code: "file_too_large" }]);
    expect(run.exitCode).toBe(3);
  });

  it("judges by a profile from a file, and says where a bad one is wrong", async () => {
    const shown = (await at.run("profile", "show", "wasi_preview2_v1")).stdout;
    const mine = { ...JSON.parse(shown), profile_id: "mine_v1", features: [] };
    write("mine.json", JSON.stringify(mine));
    const file = fixture("assemblyscript-component");
    const run = await at.run("inspect", file, "--profile-file", "mine.json", "--json");
    expect(run.json()).toMatchObject({
      profile_id: "mine_v1",
      reason_codes: expect.arrayContaining(["feature_not_granted"]),
    });
    write("bad.json", JSON.stringify({ ...mine, wasi: [{ package: "wasi:cli", track: "9" }] }));
    const bad = await at.run("inspect", file, "--profile-file", "bad.json", "--json");
    expect(bad).toMatchObject({ exitCode: 2 });
    expect(bad.json()).toMatchObject({ code: "profile_field", at: "$.wasi[0].track" });
  });

  it("prints no control characters of the file, on a terminal neither", async () => {
    const name = new TextEncoder().encode("\u001b[31m\u202e\n");
    const body = [1, name.length, ...name, 1, 0x66, 0, 0];
    const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, body.length, ...body];
    write("evil.wasm", new Uint8Array(bytes));
    const { stdout } = await at.runWith({ stdoutIsTerminal: true, env: { NO_COLOR: "1" } }, "inspect", "evil.wasm");
    expect(stdout).toContain("\\u{1b}[31m\\u{202e}\\u{a}");
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });

  it("colours on a terminal only", async () => {
    const coloured = await at.runWith({ stdoutIsTerminal: true }, "inspect", fixture("module-empty"));
    expect(coloured.stdout).toContain("\u001b[32m");
    expect((await at.run("inspect", fixture("module-empty"))).stdout).not.toContain("\u001b");
  });
});

describe("package", () => {
  it("stores, reports, and says unchanged the second time", async () => {
    put("app.wasm", "module-empty");
    const first = await at.run("package", "app.wasm", "--json");
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(first.json()).toMatchObject({ outcome: "packaged", blueprint_id: "app", deep: { result: "passed" } });
    expect((await at.run("package", "app.wasm", "--json")).json()).toMatchObject({ outcome: "unchanged" });
    const hex = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476";
    expect(existsSync(join(at.dir, ".tau/deployment/wasm-artifacts/app", `${hex}.wasm`))).toBe(true);
  });

  it("of a refused or malformed file ends with 3 and leaves nothing", async () => {
    write("bad.wasm", "no");
    for (const file of [fixture("module-preview1"), "bad.wasm"])
      expect((await at.run("package", file, "--no-deep")).exitCode).toBe(3);
    expect(traces()).toEqual(["bad.wasm"]);
  });

  it("with --dry-run writes nothing", async () => {
    const run = await at.run("package", fixture("module-empty"), "--dry-run", "--no-deep", "--json");
    expect(run.json()).toMatchObject({ outcome: "would_package", manifest: expect.stringMatching(/^sha256:/) });
    expect(traces()).toEqual([]);
  });

  it("refuses names that are no blueprint instead of rewriting them, with one that is", async () => {
    put("My App.wasm", "module-empty");
    const run = await at.run("package", "My App.wasm", "--json");
    expect(run.exitCode).toBe(2);
    expect(run.json()).toMatchObject({
      code: "blueprint_id_invalid",
      remedy: expect.stringContaining("--blueprint my-app"),
    });
    expect((await at.run("package", "My App.wasm", "--blueprint", "../up")).exitCode).toBe(2);
    expect(traces()).toEqual(["My App.wasm"]);
  });

  it("gives the same manifest for the same file, whatever the place and time; SOURCE_DATE_EPOCH is in it", async () => {
    put("app.wasm", "module-empty");
    const manifestOf = async (env: Record<string, string>, state: string) => {
      const run = await at.runWith({ env }, "package", "app.wasm", "--no-deep", "--state-dir", state, "--json");
      return run.json() as { manifest: string; manifest_path: string };
    };
    const [one, two] = [await manifestOf({}, "one"), await manifestOf({ TZ: "Asia/Tokyo" }, "two/deep")];
    expect(one.manifest).toBe(two.manifest);
    const dated = await manifestOf({ SOURCE_DATE_EPOCH: "1700000000" }, "three");
    const text = readFileSync(join(at.dir, dated.manifest_path.replace(`${at.dir}/`, "")), "utf8");
    expect(JSON.parse(text)).toMatchObject({ generated_unix_ms: 1_700_000_000_000, source_module_path: "app.wasm" });
    expect(text).not.toContain(at.dir);
  });

  it("keeps a newer or damaged state and ends with 4", async () => {
    const path = join(at.dir, ".tau/deployment/state.json");
    mkdirSync(join(at.dir, ".tau/deployment"), { recursive: true });
    for (const content of ['{"schema_version":2}', "{torn"]) {
      writeFileSync(path, content);
      const run = await at.run("package", fixture("module-empty"), "--no-deep", "--json");
      expect(run.exitCode).toBe(4);
      expect(run.json()).toMatchObject({ code: expect.stringMatching(/^state_/) });
      expect(readFileSync(path, "utf8")).toBe(content);
    }
  });

  it("keeps S1's unknown keys, and doctor rebuilds a file that somebody else changed", async () => {
    const path = join(at.dir, ".tau/deployment/state.json");
    mkdirSync(join(at.dir, ".tau/deployment"), { recursive: true });
    writeFileSync(path, '{"schema_version":1,"mine":[1]}');
    expect((await at.run("package", fixture("module-empty"), "--no-deep")).exitCode).toBe(0);
    const state = JSON.parse(readFileSync(path, "utf8"));
    expect(state.mine).toEqual([1]);
    expect((await at.run("doctor")).exitCode).toBe(0);
    state.wasm_deliverables = [];
    writeFileSync(path, JSON.stringify(state));
    expect((await at.run("doctor")).exitCode).toBe(4);
    expect((await at.run("package", fixture("component-empty"), "--no-deep")).exitCode).toBe(4);
    expect((await at.run("doctor", "--rebuild-files")).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(path, "utf8")).wasm_deliverables).toHaveLength(1);
    expect(readdirSync(join(at.dir, ".tau/deployment")).some((name) => name.startsWith("state.json.foreign."))).toBe(
      true,
    );
  });
});

describe("a manifest with its artifact", () => {
  const packaged = async () => {
    const run = await at.run("package", fixture("component-wasi-cli"), "--no-deep", "--json");
    return run.json() as { manifest_path: string; artifact_path: string };
  };

  it("holds when nobody touched it", async () => {
    const { manifest_path } = await packaged();
    const run = await at.run("inspect", manifest_path, "--json");
    expect(run.exitCode).toBe(0);
    expect(run.json()).toMatchObject({ holds: true, compliant: true, mismatches: [] });
  });

  it("ends with 4 when the artifact beside it is another one", async () => {
    const { manifest_path, artifact_path } = await packaged();
    mkdirSync(join(at.dir, "copy"));
    copyFileSync(manifest_path, join(at.dir, "copy", "m.json"));
    copyFileSync(
      fixture("module-empty"),
      join(at.dir, "copy", artifact_path.slice(artifact_path.lastIndexOf("/") + 1)),
    );
    const run = await at.run("inspect", "copy/m.json", "--json");
    expect(run.exitCode).toBe(4);
    expect(run.json()).toMatchObject({ holds: false });
  });

  it("ends with 3 when it points away, is newer, or is no manifest", async () => {
    const { manifest_path } = await packaged();
    const manifest = JSON.parse(readFileSync(manifest_path, "utf8"));
    const variants = [{ ...manifest, artifact_path: "../x.wasm" }, { ...manifest, schema_version: 2 }, { hello: 1 }];
    for (const variant of variants) {
      write("m.json", JSON.stringify(variant));
      const run = await at.run("inspect", "m.json", "--json");
      expect(run.exitCode).toBe(3);
      expect(run.json()).toMatchObject({ code: "manifest_refused", remedy: expect.any(String) });
    }
  });
});
