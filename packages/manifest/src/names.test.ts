import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveArtifactName } from "./artifact-name.ts";
import { blueprintFromFileName, isBlueprintId, parseBlueprintId, suggestBlueprintId } from "./blueprint-id.ts";
import { ManifestError } from "./errors.ts";
import { FIXED_UNIX_MS, generatedUnixMs } from "./generated-time.ts";

function refusal(run: () => unknown): ManifestError {
  try {
    run();
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("blueprint ids", () => {
  it.each(["a", "0", "edge-wasm", "a.b_c-d", "a".repeat(63), "v1.2"])("accepts %s", (id) => {
    expect(parseBlueprintId(id)).toBe(id);
  });

  it.each([
    ["", "edge-wasm"],
    ["..", "edge-wasm"],
    ["a..b", "a.b"],
    ["../up", "up"],
    [".hidden", "hidden"],
    ["My App", "my-app"],
    ["a/b", "a-b"],
    ["a\u0000b", "a-b"],
    ["é", "edge-wasm"],
    ["a".repeat(64), "a".repeat(63)],
    ["-x", "x"],
    ["a\n", "a"],
  ])("refuses %j and suggests %s", (id, suggestion) => {
    const error = refusal(() => parseBlueprintId(id));
    expect(error.code).toBe("blueprint_id_invalid");
    expect(error.remedy).toContain(`--blueprint ${suggestion}\``);
  });

  it("suggests a valid id for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 90 }), (text) => isBlueprintId(suggestBlueprintId(text))),
    );
  });

  it.each([
    ["edge.wasm", "edge"],
    ["/x/y/edge-runtime.wasm", "edge-runtime"],
    ["C:\\x\\edge.component.WASM", "edge.component"],
    ["plain", "plain"],
  ])("takes the stem of %s", (path, id) => {
    expect(blueprintFromFileName(path)).toBe(id);
  });

  it("refuses a stem that is no id instead of rewriting it", () => {
    expect(refusal(() => blueprintFromFileName("x/My App.wasm")).remedy).toContain("--blueprint my-app");
    expect(refusal(() => blueprintFromFileName(".wasm")).code).toBe("blueprint_id_invalid");
  });
});

describe("the artifact's name in a manifest", () => {
  it.each([
    "a.wasm",
    `${"0".repeat(64)}.wasm`,
    "with space.wasm",
    "..a",
    "a..wasm",
    "console.wasm",
    "com.wasm",
    "é.wasm",
  ])("may be %s", (name) => {
    expect(resolveArtifactName(name)).toBe(name);
  });

  it.each([
    "",
    " ",
    ".",
    "..",
    "../a.wasm",
    "/a.wasm",
    "a/b.wasm",
    "a\\b.wasm",
    "\\\\host\\share",
    "C:a.wasm",
    "C:\\a.wasm",
    "a.wasm:stream",
    "a\u0000.wasm",
    "a\n.wasm",
    "a\u0085.wasm",
    // Shown as another name than it is.
    "a\u202emsaw.exe",
    "a\u200b.wasm",
    // The directory above, and devices, where Windows runs.
    ".. ",
    "...",
    "a.wasm.",
    "a.wasm ",
    "NUL",
    "con.wasm",
    "Com1 .wasm",
    "LPT\u00b2",
    "CONIN$",
    "a?.wasm",
    "a*",
    "<a>",
    "é".repeat(128),
  ])("may not be %j", (name) => {
    expect(refusal(() => resolveArtifactName(name))).toMatchObject({
      code: "artifact_path_escapes",
      at: "$.artifact_path",
    });
  });
});

describe("the time that a manifest states", () => {
  it.each([
    [undefined, FIXED_UNIX_MS],
    ["", FIXED_UNIX_MS],
    ["0", FIXED_UNIX_MS],
    ["1", 1_000],
    ["1795246679", 1_795_246_679_000],
  ])("is for %j %i", (epoch, expected) => {
    expect(generatedUnixMs(epoch)).toBe(expected);
  });

  it.each(["-1", "1.5", " 1", "1e3", "0x10", "now", "9007199254740993", "99999999999999999999"])(
    "refuses %j",
    (epoch) => {
      expect(refusal(() => generatedUnixMs(epoch)).code).toBe("source_date_epoch_invalid");
    },
  );

  it("is 1980-01-01 when nobody says otherwise", () => {
    expect(new Date(FIXED_UNIX_MS).toISOString()).toBe("1980-01-01T00:00:00.000Z");
  });
});
