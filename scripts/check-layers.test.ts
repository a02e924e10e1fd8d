/** Proves that the layer check sees every module and catches one planted violation per rule. */
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { checkLayers } from "./check-layers.ts";
import { RULES } from "./layers/rules.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "layers-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

const SOUND: Files = {
  "package.json": JSON.stringify({ name: "house", devDependencies: { vitest: "1.0.0" } }),
  "packages/encoding/package.json": JSON.stringify({ name: "@tau-edge/encoding" }),
  "packages/encoding/src/mod.ts": "export const one = 1;\n",
  "packages/wasm/package.json": JSON.stringify({
    name: "@tau-edge/wasm",
    dependencies: { "@tau-edge/encoding": "0.1.0" },
  }),
  "packages/wasm/src/mod.ts": 'import { one } from "@tau-edge/encoding";\nexport const two = one + 1;\n',
  "packages/wasm/src/mod.test.ts": 'import { it } from "vitest";\nimport "node:fs";\nit("x", async () => {});\n',
  "packages/adapter-node/package.json": JSON.stringify({ name: "@tau-edge/adapter-node" }),
  "packages/adapter-node/src/mod.ts": 'import { readFileSync } from "node:fs";\nexport { readFileSync };\n',
  "edge/gateway/package.json": JSON.stringify({ name: "@tau-edge/gateway" }),
  "edge/gateway/src/mod.ts": "export const app = 1;\n",
};

interface Planted {
  readonly rule: string;
  readonly name: string;
  readonly files: Files;
}

const ROLLOUT: Files = { "packages/rollout/package.json": JSON.stringify({ name: "@tau-edge/rollout" }) };

function inexact(name: string, source: string): Planted {
  const files = { ...ROLLOUT, "packages/rollout/src/mod.ts": source };
  return { rule: "exact-numbers", name: `${name} where verdicts are computed`, files };
}

/** Files to put over the sound house, and the one rule that must answer. */
const PLANTED: readonly Planted[] = [
  {
    rule: "layer-order",
    name: "an earlier core package imports a later one",
    files: {
      "packages/encoding/package.json": JSON.stringify({
        name: "@tau-edge/encoding",
        dependencies: { "@tau-edge/wasm": "0.1.0" },
      }),
      "packages/encoding/src/mod.ts": 'import { two } from "@tau-edge/wasm";\nexport const one = two;\n',
      "packages/wasm/package.json": JSON.stringify({ name: "@tau-edge/wasm" }),
      "packages/wasm/src/mod.ts": "export const two = 2;\n",
    },
  },
  {
    rule: "layer-order",
    name: "a package that the house does not know",
    files: {
      "packages/attic/package.json": JSON.stringify({
        name: "@tau-edge/attic",
        dependencies: { "@tau-edge/encoding": "0.1.0" },
      }),
      "packages/attic/src/mod.ts": 'import { one } from "@tau-edge/encoding";\nexport const x = one;\n',
    },
  },
  {
    rule: "own-package",
    name: "a relative import that climbs out",
    files: {
      "packages/wasm/src/extra.ts": 'import { one } from "../../encoding/src/mod.ts";\nexport const x = one;\n',
    },
  },
  {
    rule: "front-door",
    name: "a file of another package",
    files: {
      "packages/wasm/src/extra.ts": 'import { one } from "@tau-edge/encoding/src/mod.ts";\nexport const x = one;\n',
    },
  },
  {
    rule: "platform-import",
    name: "a node module in core",
    files: { "packages/wasm/src/extra.ts": 'import { readFileSync } from "node:fs";\nexport { readFileSync };\n' },
  },
  {
    rule: "platform-import",
    name: "a dynamic platform import in the gateway",
    files: { "edge/gateway/src/mod.ts": 'export const load = () => import("cloudflare:workers");\n' },
  },
  {
    rule: "declared-dependency",
    name: "an import of something that package.json does not name",
    files: { "packages/wasm/src/extra.ts": 'import { z } from "zod";\nexport { z };\n' },
  },
  {
    rule: "used-dependency",
    name: "a dependency without a user",
    files: {
      "packages/encoding/package.json": JSON.stringify({ name: "@tau-edge/encoding", dependencies: { zod: "4.0.0" } }),
    },
  },
  ...[
    ["a clock", "export const now = () => Date.now();\n"],
    ["a timer", "export const later = (f: () => void) => setTimeout(f, 1);\n"],
    ["chance", "export const dice = () => Math.random();\n"],
    ["an async function", "export async function wait(): Promise<void> {}\n"],
    ["an async arrow", "export const wait = async () => 1;\n"],
    ["the engine", "export const engine = WebAssembly;\n"],
    ["a platform", "export const platform = globalThis;\n"],
  ].map(([name, source]) => ({
    rule: "pure-core",
    name: `${name} in core`,
    files: { "packages/wasm/src/extra.ts": source ?? "" },
  })),
  ...[
    ...["log", "log2", "log10", "log1p", "exp", "expm1", "pow", "sin", "cos", "tan", "asin", "acos", "atan", "atan2"],
    ...["sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "cbrt", "hypot"],
  ].map((name) => inexact(`Math.${name}`, `export const f = (x: number) => Math.${name}(x, x);\n`)),
  inexact("a function of Math in brackets", 'export const f = (x: number) => Math["log"](x);\n'),
  inexact("a function of Math that is looked up", "export const f = (name: keyof Math) => Math[name];\n"),
  inexact("a function that is unpacked from Math", "export const { log } = Math;\n"),
  inexact("another name for Math", "const m = Math;\nexport const f = m.log(3);\n"),
  inexact("a power of a variable", "export const f = (x: number) => x ** 2;\n"),
  inexact("a power to a variable", "export const f = (x: number) => 2 ** x;\n"),
  inexact("a power in an assignment", "export let f = 3;\nf **= 2;\n"),
  {
    rule: "named-exports",
    name: "export everything",
    files: { "edge/gateway/src/extra.ts": 'export * from "./mod.ts";\n' },
  },
  {
    rule: "no-cycle",
    name: "two modules that import each other",
    files: {
      "edge/gateway/src/a.ts": 'import { b } from "./b.ts";\nexport const a = () => b;\n',
      "edge/gateway/src/b.ts": 'import { a } from "./a.ts";\nexport const b = () => a;\n',
    },
  },
];

function build(name: string, files: Files): string {
  const house = join(temporary, name.replaceAll(/\W+/g, "-"));
  for (const [path, text] of Object.entries({ ...SOUND, ...files })) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  }
  return house;
}

describe("check-layers", () => {
  it("sees as many modules as there are on disk, and finds nothing wrong", () => {
    const { modulesSeen, violations } = checkLayers(root);
    const onDisk = globSync(["packages/*/**/*.ts", "edge/*/**/*.ts"], {
      cwd: root,
      exclude: ["**/node_modules", "**/dist", "**/*.d.ts"],
    });
    expect(modulesSeen).toBe(onDisk.filter((path) => !path.endsWith(".d.ts")).length);
    expect(violations).toEqual([]);
  });

  it("passes a sound house", () => {
    expect(checkLayers(build("sound", {}))).toEqual({ modulesSeen: 5, violations: [] });
  });

  it("lets verdicts use what every engine computes to the last bit", () => {
    const source = "export const f = (x: number) => Math.max(Math.sqrt(x), Math.clz32(x), 2 ** 40, Math.floor(x));\n";
    const files = { ...ROLLOUT, "packages/rollout/src/mod.ts": source };
    expect(checkLayers(build("exact", files)).violations).toEqual([]);
  });

  it("lets other packages use all of Math", () => {
    const files = { "packages/wasm/src/extra.ts": "export const f = (x: number) => Math.log2(x) ** x;\n" };
    expect(checkLayers(build("wasm-math", files)).violations).toEqual([]);
  });

  for (const { rule, name, files } of PLANTED) {
    it(`answers with ${rule} for ${name}`, () => {
      const { violations } = checkLayers(build(name, files));
      expect([...new Set(violations.map((violation) => violation.rule))]).toEqual([rule]);
    });
  }

  it("has a planted violation for every rule", () => {
    expect(new Set(PLANTED.map((planted) => planted.rule)).size).toBe(RULES.length);
  });
});
