/** How a fixture is made from its sources: one function a tool. All of them are pinned in package.json but clang. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Recipe } from "./fixtures.ts";

/** Debian 12: `apt-get install -y --no-install-recommends clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32`. */
export const CLANG = "/usr/bin/clang-14";
export const clangIsThere = (): boolean => existsSync(CLANG) && existsSync("/usr/bin/wasm-ld-14");

/** The bytes of another fixture that a recipe builds upon. */
export type BytesOf = (name: string) => Uint8Array;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const source = (path: string): string => readFileSync(here(path), "utf8");

export async function make(recipe: Recipe, bytesOf: BytesOf): Promise<Uint8Array> {
  switch (recipe.tool) {
    case "wat":
      return (await jco()).parse(source(recipe.source));
    case "assemblyscript":
      return assemblyScript(recipe.source);
    case "clang":
      return clang(recipe.source);
    case "component_new":
      return componentNew(bytesOf(recipe.from), recipe.adapter);
    case "component_embed":
      return (await jco()).componentEmbed({ witSource: source(recipe.source), dummy: true, world: recipe.world });
    case "extract_wit":
      return extractWit(bytesOf(recipe.from));
    case "componentize_qjs":
      return componentizeQjs(recipe);
  }
}

const jco = () => import("@bytecodealliance/jco");

async function componentNew(core: Uint8Array, adapter: "command" | undefined): Promise<Uint8Array> {
  const { componentNew, preview1AdapterCommandPath } = await jco();
  const adapters: [string, Uint8Array][] =
    adapter === undefined ? [] : [["wasi_snapshot_preview1", readFileSync(preview1AdapterCommandPath())]];
  return componentNew(core, adapters);
}

function assemblyScript(path: string): Uint8Array {
  const asc = here("../node_modules/assemblyscript/bin/asc.js");
  const config = "node_modules/@assemblyscript/wasi-shim/asconfig.json";
  return compiled((out) => [
    process.execPath,
    asc,
    `wasm-fixtures/${path}`,
    "--config",
    config,
    "-O2",
    "--outFile",
    out,
  ]);
}

function clang(path: string): Uint8Array {
  const flags = ["--target=wasm32-wasi", "--sysroot=/usr", "-Os", "-Wl,--strip-debug"];
  return compiled((out) => [CLANG, ...flags, "-o", out, `wasm-fixtures/${path}`]);
}

/** Runs a compiler in the root of the repository: paths that a compiler writes into its output stay relative. */
function compiled(command: (out: string) => readonly [string, ...string[]]): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), "tau-edge-fixture-"));
  try {
    const out = join(directory, "out.wasm");
    const [program, ...args] = command(out);
    execFileSync(program, args, { cwd: here(".."), stdio: ["ignore", "ignore", "inherit"] });
    return readFileSync(out);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The engine finds the section: the point of a fixture is not to trust our own reader. */
function extractWit(core: Uint8Array): Uint8Array {
  const module = new WebAssembly.Module(Uint8Array.from(core));
  const [payload] = WebAssembly.Module.customSections(module, "component-type");
  if (payload === undefined) throw new Error("the module has no section component-type");
  return new Uint8Array(payload);
}

interface ComponentizeQjs {
  componentize(options: {
    witPath: string;
    jsSource: string;
    sync: boolean;
    optSize: boolean;
    stubWasi: boolean;
  }): Promise<{ component: Uint8Array }>;
}

async function componentizeQjs(recipe: Recipe & { tool: "componentize_qjs" }): Promise<Uint8Array> {
  // It comes with jco and not by package.json: the committed files are the fixtures, this only says how they came.
  const name = "componentize-qjs";
  const { componentize } = (await import(name)) as ComponentizeQjs;
  const options = { sync: true, optSize: true, stubWasi: recipe.stub_wasi };
  const made = await componentize({ witPath: here(recipe.wit), jsSource: source(recipe.source), ...options });
  return made.component;
}
