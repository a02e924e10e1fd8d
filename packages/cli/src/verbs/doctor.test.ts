import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixture, makeWorkplace, type Workplace } from "../cli.test-helper.ts";
import { cloudCase, fixtureText, malformedCase } from "../contract/fixtures.test-helper.ts";

let at: Workplace;
beforeEach(() => {
  at = makeWorkplace();
});
afterEach(() => at.leave());

const STATE = ".tau/deployment/state.json";
const state = () => JSON.parse(readFileSync(join(at.dir, STATE), "utf8"));

describe("doctor", () => {
  const ledger = () => join(at.dir, ".tau/deployment/tau-edge/ledger.db");
  const findings = async () => {
    const run = await at.run("doctor", "--json");
    return { exitCode: run.exitCode, ...(run.json() as { readonly checks: readonly { readonly code?: string }[] }) };
  };

  it.each([
    ["a package", ["package", fixture("c-component"), "--no-deep", "--blueprint", "second"]],
    ["a cycle", ["run", "--fixture", "g.json"]],
  ])("notices that the ledger has lost %s which state.json shows", async (_, argv) => {
    writeFileSync(join(at.dir, "f.json"), fixtureText([cloudCase("a")]));
    writeFileSync(join(at.dir, "g.json"), fixtureText([cloudCase("b")]));
    await at.run("package", fixture("c-component"), "--no-deep", "--blueprint", "first");
    await at.run("run", "--fixture", "f.json");
    expect(await findings()).toMatchObject({ exitCode: 0 });
    const earlier = readFileSync(ledger());
    expect((await at.run(...argv)).exitCode).toBe(0);
    expect(await findings()).toMatchObject({ exitCode: 0 });
    writeFileSync(ledger(), earlier);
    const { exitCode, checks } = await findings();
    expect(exitCode).toBe(4);
    expect(checks.flatMap(({ code }) => code ?? [])).toContain("state_foreign");
  });
});

describe("doctor --rebuild-files", () => {
  it("writes what the cycles left anew from the ledger, and keeps the file that somebody changed", async () => {
    writeFileSync(join(at.dir, "f.json"), fixtureText([cloudCase("a"), malformedCase("b")]));
    await at.run("run", "--fixture", "f.json");
    const written = state();
    writeFileSync(join(at.dir, STATE), JSON.stringify({ ...written, rollouts: [] }));
    expect((await at.run("health")).exitCode).toBe(4);
    expect((await at.run("run", "--fixture", "f.json")).exitCode).toBe(4);
    expect((await at.run("doctor", "--rebuild-files")).exitCode).toBe(0);
    const { tau_edge: _stamp, ...members } = written;
    expect(state()).toMatchObject(members);
    expect(readdirSync(join(at.dir, ".tau/deployment")).filter((name) => name.includes(".foreign."))).toHaveLength(1);
    const again = await at.run("run", "--fixture", "f.json", "--json");
    expect(again.json()).toMatchObject({ duplicate_skips: 2, applied_cases: 0 });
  });

  it("brings back also what was taken over from the original", async () => {
    const rollouts = [{ case_key: "wasm:x:old", case_id: "old", blueprint_id: "web" }];
    mkdirSync(join(at.dir, ".tau/deployment"), { recursive: true });
    writeFileSync(
      join(at.dir, STATE),
      JSON.stringify({ schema_version: 1, processed_case_keys: ["wasm:x:old"], rollouts }),
    );
    await at.run("state", "import");
    writeFileSync(join(at.dir, STATE), "{torn");
    expect((await at.run("doctor", "--rebuild-files")).exitCode).toBe(0);
    expect(state()).toMatchObject({ processed_case_keys: ["wasm:x:old"], rollouts });
  });

  it("makes no book of cases where no cycle has run", async () => {
    await at.run("doctor", "--rebuild-files");
    expect(readdirSync(join(at.dir, ".tau/deployment/tau-edge"))).not.toContain("cases.db");
  });
});
