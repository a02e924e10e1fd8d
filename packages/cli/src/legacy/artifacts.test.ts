import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixture, makeWorkplace, type Workplace } from "../cli.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const put = (name: string, from: string) => copyFileSync(fixture(from), join(at.dir, name));
const traces = () => readdirSync(at.dir).sort();

describe("the original's command line", () => {
  const module = "--deployment-wasm-package-module";

  it("packages by S1's profile and defaults, and prints S1's report", async () => {
    put("edge.wasm", "module-empty");
    const run = await at.run(
      module,
      "edge.wasm",
      "--deployment-wasm-package-runtime-profile",
      "wasm-wasi",
      "--deployment-wasm-package-json",
    );
    expect(run.exitCode).toBe(0);
    expect(run.json()).toMatchObject({
      blueprint_id: "edge-wasm",
      runtime_profile: "wasm_wasi",
      source_module_path: "edge.wasm",
      constraint_profile_id: "control_plane_gateway_v1",
      compliance_reason_codes: ["abi_assumed_no_imports"],
    });
    const line = await at.run(`${module}=edge.wasm`, "--deployment-wasm-package-json=false");
    expect(line.stdout).toMatch(/^blueprint_id=edge-wasm runtime_profile=wasm_wasi .*\n$/);
  });

  it("tells also what is wrong as a document when a variable asks for it, and only then", async () => {
    const variables = (json: string) => ({
      TAU_DEPLOYMENT_WASM_PACKAGE_MODULE: "nope.wasm",
      TAU_DEPLOYMENT_WASM_PACKAGE_JSON: json,
    });
    const asked = await at.runWith({ env: variables("true") });
    expect(asked).toMatchObject({ stderr: "", exitCode: 1 });
    expect(asked.json()).toMatchObject({ code: "file_not_found" });
    expect(await at.runWith({ env: variables("false") })).toMatchObject({ stdout: "", exitCode: 1 });
    // A flag weighs more than its variable.
    const words = await at.runWith(
      { env: variables("true") },
      module,
      "nope.wasm",
      "--deployment-wasm-package-json=false",
    );
    expect(words).toMatchObject({ stdout: "", exitCode: 1 });
  });

  it("takes variables for flags, underscores for hyphens, and inspects what it packaged", async () => {
    put("edge.wasm", "module-empty");
    const env = {
      TAU_DEPLOYMENT_WASM_PACKAGE_MODULE: "edge.wasm",
      TAU_DEPLOYMENT_WASM_PACKAGE_RUNTIME_PROFILE: "channel_automation_wasi",
      TAU_DEPLOYMENT_WASM_PACKAGE_JSON: "true",
      TAU_DEPLOYMENT_STATE_DIR: "elsewhere",
    };
    const report = (await at.runWith({ env })).json() as { manifest_path: string };
    expect(report).toMatchObject({ runtime_profile: "channel_automation_wasi", state_path: "elsewhere/state.json" });
    const run = await at.run(
      "--deployment-wasm-inspect-manifest",
      report.manifest_path,
      "--deployment-wasm-inspect-json",
    );
    expect(run.json()).toMatchObject({ compliant: true, constraint_profile_id: "channel_automation_runtime_v1" });
  });

  it("refuses with codes, exit 3, and nothing written", async () => {
    const run = await at.run(module, fixture("module-preview1"), "--deployment-wasm-package-json");
    expect(run.exitCode).toBe(3);
    expect(run.json()).toMatchObject({
      code: "not_compliant",
      reason_codes: expect.arrayContaining(["import_module_forbidden"]),
    });
    expect(traces()).toEqual([]);
  });

  it.each([
    [[module, "a.wasm", "--deployment-wasm-inspect-manifest", "b.json"]],
    [[module]],
    [[module, "a", module, "b"]],
    [[module, "a", "--deployment-wasm-package-json=yes"]],
    [[module, "a", "--deployment-no-such"]],
    [[module, "a", "--deployment-wasm-package-runtime-profile", "native"]],
    [["--deployment-state-dir", "x"]],
    [["inspect", "x.wasm", "--deployment-state-dir", "x"]],
  ] as const)("%j is a usage error", async (argv) => {
    expect((await at.run(...argv)).exitCode).toBe(2);
  });
});
