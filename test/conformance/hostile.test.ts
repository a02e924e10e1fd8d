/** Hostile inputs: the coded error, at the right place, and never another exception. */
import { inspect, WasmError } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { loadFixtures } from "../../wasm-fixtures/fixtures.ts";
import { HOSTILE_INPUTS } from "../../wasm-fixtures/hostile.ts";
import {
  COMPONENT,
  componentOf,
  EMPTY_INSTANCE_TYPE,
  importInstances,
  MODULE,
  moduleOf,
  repeat,
  section,
} from "../../wasm-fixtures/hostile-bytes.ts";
import { nestedComponents } from "../../wasm-fixtures/hostile-sizes.ts";

function refusalOf(bytes: Uint8Array): WasmError | undefined {
  try {
    inspect(bytes, { features: true });
    return undefined;
  } catch (error) {
    if (error instanceof WasmError) return error;
    throw error;
  }
}

describe("hostile inputs", () => {
  it.each(HOSTILE_INPUTS)("$name: $code", ({ make, code, at, path, feature }) => {
    const bytes = make();
    const error = refusalOf(bytes);
    expect(error?.code).toBe(code);
    if (at !== undefined) expect(error?.at).toBe(at);
    expect(error?.at).toBeLessThanOrEqual(bytes.length);
    if (path !== undefined) expect(error?.path).toBe(path);
    expect(error?.feature).toBe(feature);
  });

  it("stand next to inputs that are just allowed", () => {
    expect(inspect(nestedComponents(17)).nested).toHaveLength(16);
    expect(inspect(repeat(1_000, section(1, MODULE), COMPONENT)).nested).toHaveLength(1_000);
    // 5.2.2: five bytes are allowed as long as the spare bits are zero.
    expect(inspect(moduleOf([0, 0x81, 0x80, 0x80, 0x80, 0x00, 0])).metadata.custom_sections).toHaveLength(1);
    expect(inspect(componentOf(EMPTY_INSTANCE_TYPE, importInstances("log-line", "log-lines"))).imports).toHaveLength(2);
  });

  it("cover every code that this reader can give to bytes of a sane size", () => {
    // E_TYPE and E_LIMIT_SIZE have their tests beside the reader: one needs a table of types, the other 128 MiB.
    const covered = new Set(HOSTILE_INPUTS.map((input) => input.code));
    expect(covered.size).toBeGreaterThanOrEqual(24);
  });

  it.each(["module-wasi-cli-env", "component-wasi-filesystem", "component-command", "component-nested-preview1"])(
    "%s cut after any byte is refused, or ends between two sections",
    (name) => {
      const fixture = loadFixtures().find((candidate) => candidate.name === name);
      const bytes = fixture?.bytes ?? new Uint8Array();
      const ends = sectionEnds(bytes);
      expect(ends.length).toBeGreaterThan(1);
      for (let length = 0; length < bytes.length; length++) {
        const error = refusalOf(bytes.subarray(0, length));
        if (error === undefined) expect(ends).toContain(length);
        else expect(error.at).toBeLessThanOrEqual(length);
      }
    },
  );

  it("with any one byte changed give a coded error or an inspection", () => {
    for (const fixture of loadFixtures().filter((candidate) => candidate.bytes.length < 400)) {
      const bytes = Uint8Array.from(fixture.bytes);
      for (let at = 0; at < bytes.length; at++) {
        const old = bytes[at] ?? 0;
        for (const value of [0x00, 0x7f, 0x80, 0xff, old ^ 1]) {
          bytes[at] = value;
          refusalOf(bytes);
        }
        bytes[at] = old;
      }
    }
  });
});

/** Offsets at which a top-level section ends; sizes in these files take one or two bytes. */
function sectionEnds(bytes: Uint8Array): readonly number[] {
  const ends = [8];
  let at = 8;
  while (at < bytes.length) {
    const low = bytes[at + 1] ?? 0;
    const high = bytes[at + 2] ?? 0;
    at += low < 128 ? 2 + low : 3 + (low - 128) + high * 128;
    ends.push(at);
  }
  return ends;
}
