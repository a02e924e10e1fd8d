import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import type { Validator } from "@tau-edge/ports";
import { afterEach, describe, expect, it } from "vitest";
import { createJcoValidator, type JcoValidatorOptions } from "./jco-validator.ts";
import { timeLimitMs } from "./limits.ts";

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const EMPTY_MODULE = new Uint8Array(PREAMBLE);
/** A custom section of length 2^31 - 1 after a component preamble: jco panics on it and stays broken. */
const POISON = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x07]);

/** A module whose only function promises an i32 and leaves nothing. */
const BAD_BODY = new Uint8Array([
  ...PREAMBLE,
  ...[1, 5, 1, 0x60, 0, 1, 0x7f],
  ...[3, 2, 1, 0],
  ...[10, 4, 1, 2, 0, 0x0b],
]);

/** A well-formed module that ends in the given byte, inside a custom section. */
const endingIn = (last: number) => new Uint8Array([...PREAMBLE, 0, 3, 1, 0x78, last]);

let validator: Validator | undefined;
const make = (options?: JcoValidatorOptions): Validator => {
  validator = createJcoValidator(options);
  return validator;
};
afterEach(() => validator?.close());

const GOOD_COMPONENT = `(component
  (core module $m (func (export "f") (result i32) i32.const 1))
  (core instance $i (instantiate $m))
  (func (export "f") (result u32) (canon lift (core func $i "f"))))`;

describe("core modules", () => {
  it("pass the engine and need no jco", async () => {
    const verdict = await make({ jco: null }).validate(EMPTY_MODULE, "module");
    expect(verdict).toEqual({ result: "passed", validators: [{ name: "v8", version: process.versions.v8 }] });
  });

  it("fail with the engine's own words when a body is wrong", async () => {
    const verdict = await make().validate(BAD_BODY, "module");
    expect(verdict).toMatchObject({ result: "failed", reason: "validator_refused" });
    expect(verdict.detail).toContain("expected 1 elements");
  });
});

describe("components", () => {
  it("pass when jco accepts the types and the engine the nested modules", async () => {
    const verdict = await make().validate(await parse(GOOD_COMPONENT), "component");
    expect(verdict.result).toBe("passed");
    expect(verdict.validators).toContainEqual({ name: "jco-transpile", version: "0.15.0" });
    expect(verdict.validators).toContainEqual({ name: "v8", version: process.versions.v8 });
  });

  it("fail when only the component types are wrong", async () => {
    const bytes = await parse(`(component
      (core module $m (func (export "f") (result i64) i64.const 1))
      (core instance $i (instantiate $m))
      (func (export "f") (result u32) (canon lift (core func $i "f"))))`);
    const verdict = await make().validate(bytes, "component");
    expect(verdict).toMatchObject({ result: "failed", reason: "validator_refused" });
    expect(verdict.detail).toMatch(/^jco: /);
  });

  it("fail when only the body of a nested module is wrong, which jco does not look at", async () => {
    const bytes = await parse('(component (core module (func (export "f") (result i32))))');
    const verdict = await make().validate(bytes, "component");
    expect(verdict).toMatchObject({ result: "failed", reason: "validator_refused" });
    expect(verdict.detail).toContain("The engine: module/0: ");
    expect(verdict.validators.map(({ name }) => name)).toEqual(["v8"]);
  });

  it("are not run, with the remedy, when jco is not installed", async () => {
    const verdict = await make({ jco: null }).validate(await parse(GOOD_COMPONENT), "component");
    expect(verdict).toMatchObject({ result: "not_run", reason: "validator_not_installed" });
    expect(verdict.detail).toContain("npm install @bytecodealliance/jco-transpile");
  });

  it("are not run when the library is there but cannot be loaded", async () => {
    const jco = { version: "9", wasm_tools_url: "file:///nowhere/wasm-tools.js" };
    const verdict = await make({ jco }).validate(await parse(GOOD_COMPONENT), "component");
    expect(verdict).toMatchObject({ result: "not_run", reason: "validator_not_installed" });
    expect(verdict.validators.map(({ name }) => name)).toEqual(["v8"]);
  });

  it("is a bug of the caller to call one a module", async () => {
    const bytes = await parse("(component)");
    await expect(make().validate(bytes, "module")).rejects.toThrow(TypeError);
  });
});

describe("hostile bytes", () => {
  it("never reach the validators: the strict reader refuses the poison, and good components still pass", async () => {
    const deep = make();
    const verdict = await deep.validate(POISON, "component");
    expect(verdict).toMatchObject({ result: "failed", reason: "validator_refused", validators: [] });
    expect(verdict.detail).toContain("E_SECTION_LEN");
    expect((await deep.validate(await parse(GOOD_COMPONENT), "component")).result).toBe("passed");
  });
});

describe("a thread that misbehaves", () => {
  const workerUrl = new URL("./misbehaving.test-worker.ts", import.meta.url);
  // Numbers of MISBEHAVIOUR, which cannot be imported from a file that listens to a parent thread.
  it.each([
    ["traps", 1, "validator_crashed"],
    ["exits", 2, "validator_crashed"],
    ["throws", 4, "validator_crashed"],
    ["hangs", 3, "validator_timeout"],
  ])("that %s gives a verdict, and three good inputs pass afterwards", async (_name, last, reason) => {
    const times = { base_ms: last === 3 ? 1_000 : 30_000, per_mib_ms: 1, total_ms_max: 30_000 };
    const deep = make({ workerUrl, times });
    expect(await deep.validate(endingIn(last), "module")).toMatchObject({ result: "failed", reason });
    for (let i = 0; i < 3; i += 1) expect((await deep.validate(endingIn(0), "module")).result).toBe("passed");
  });

  it("does not mix up the answers of calls that overlap", async () => {
    const deep = make({ workerUrl });
    const results = await Promise.all([endingIn(0), endingIn(1), endingIn(0)].map((b) => deep.validate(b, "module")));
    expect(results.map((verdict) => verdict.result)).toEqual(["passed", "failed", "passed"]);
  });
});

/** A library in jco's place. */
const library = (code: string) => ({
  version: "9",
  wasm_tools_url: `data:text/javascript,${encodeURIComponent(code)}`,
});

describe("a library that misbehaves", () => {
  it("is done with after any error but its own refusal, and spoils no other file", async () => {
    // What V8 throws when compiled code overflows the stack is no trap.
    const jco = library(`let calls = 0;
      export async function componentWit() {
        if (++calls > 1) throw new Error("spoiled by the file before");
        throw new RangeError("Maximum call stack size exceeded");
      }`);
    const deep = make({ jco });
    for (let i = 0; i < 2; i += 1) {
      const verdict = await deep.validate(await parse(GOOD_COMPONENT), "component");
      expect(verdict).toMatchObject({ result: "failed", reason: "validator_crashed" });
      expect(verdict.detail).toBe("Maximum call stack size exceeded");
    }
  });

  it.each(["", "x"])("may say anything at any length, and %j before it cuts no character in two", async (before) => {
    const jco = library(`export async function componentWit() {
      throw Object.assign(new Error(), { payload: ${JSON.stringify(before)} + "\u{1f600}".repeat(1000) });
    }`);
    const { detail, reason } = await make({ jco }).validate(await parse("(component)"), "component");
    expect(reason).toBe("validator_refused");
    expect(detail?.length).toBeGreaterThan(990);
    expect(detail?.isWellFormed()).toBe(true);
  });
});

describe("closing", () => {
  const workerUrl = new URL("./misbehaving.test-worker.ts", import.meta.url);

  it("gives no verdict on what is still being validated or waits, and starts no thread again", async () => {
    const deep = make({ workerUrl });
    const pending = [3, 0].map((last) => deep.validate(endingIn(last), "module"));
    const settled = Promise.allSettled(pending);
    await deep.close();
    for (const each of await settled) expect(each.status).toBe("rejected");
    await expect(deep.validate(EMPTY_MODULE, "module")).rejects.toThrow("closed");
  });
});

describe("time limits", () => {
  it("grow with the size up to the total", () => {
    expect(timeLimitMs(0)).toBe(10_000);
    expect(timeLimitMs(12 * 1_048_576)).toBe(16_000);
    expect(timeLimitMs(128 * 1_048_576)).toBe(60_000);
  });
});
