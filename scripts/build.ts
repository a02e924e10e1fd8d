/**
 * Builds what is published: one folder per public workspace below dist/npm, ready for `npm pack`.
 *
 * Node refuses TypeScript below node_modules, so packages carry .js and .d.ts; the command line is bundled, so that it
 * starts fast and installs without dependencies. Sources stay as they are: `exports` points to them in the repository
 * and to dist/ in what is published.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { writePages } from "./build-pages.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const published = join(root, "dist", "npm");

interface PackageJson {
  name: string;
  private?: boolean;
  exports?: Record<string, string>;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  [key: string]: unknown;
}

const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8")) as PackageJson;
const writeJson = (path: string, value: unknown) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

/** `./src/mod.ts` -> what a consumer gets for it. */
function builtExport(target: string): string | { types: string; default: string } {
  if (!target.startsWith("./src/")) return target;
  const path = target.replace(/^\.\/src\//, "./dist/").replace(/\.ts$/, "");
  return { types: `${path}.d.ts`, default: `${path}.js` };
}

function copyBeside(folder: string, target: string): void {
  for (const name of ["README.md", "schemas", "bin"]) {
    if (existsSync(join(root, folder, name))) cpSync(join(root, folder, name), join(target, name), { recursive: true });
  }
  cpSync(join(root, "LICENSE"), join(target, "LICENSE"));
}

function buildLibrary(folder: string, manifest: PackageJson): void {
  const target = join(published, manifest.name.replace(/^@tau-edge\//, ""));
  cpSync(join(root, "dist", "tsc", folder, "src"), join(target, "dist"), { recursive: true });
  copyBeside(folder, target);
  const { devDependencies: _development, ...kept } = manifest;
  const exports = Object.fromEntries(
    Object.entries(manifest.exports ?? {}).map(([name, path]) => [name, builtExport(path)]),
  );
  writeJson(join(target, "package.json"), { ...kept, exports });
}

/**
 * Everything but the optional peer is bundled. What is loaded by `import()` becomes a file of its own with everything
 * that it needs: esbuild's own splitting puts all of a package whose parts are used anywhere into one chunk, and
 * `inspect` would load the schema library for nothing. Nothing shared has state, so copies do no harm.
 */
async function bundleWithLazyParts(entries: Readonly<Record<string, string>>, outdir: string): Promise<void> {
  const names = new Map(Object.entries(entries).map(([name, path]) => [path, name]));
  const lazyParts: Plugin = {
    name: "lazy-parts",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^(\.|@tau-edge\/)/ }, async ({ path, kind, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const found = await resolve(path, { kind: "import-statement", resolveDir });
        const name = names.get(found.path) ?? `${basename(found.path, ".ts")}-${names.size}`;
        names.set(found.path, name);
        return { path: `./${name}.js`, external: true };
      });
    },
  };
  // The map grows while it is walked: a part may load further parts.
  for (const [path, name] of names)
    await build({
      entryPoints: { [name]: path },
      outdir,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node24",
      minifySyntax: true,
      legalComments: "linked",
      external: ["@bytecodealliance/*"],
      plugins: [lazyParts],
      banner: {
        js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
      },
      logLevel: "warning",
    });
}

async function buildCommandLine(folder: string, manifest: PackageJson): Promise<void> {
  const target = join(published, "tau-edge");
  const entries = {
    main: join(root, folder, "src/main.ts"),
    "deep-worker": join(root, "packages/adapter-jco/src/deep-worker.ts"),
  };
  await bundleWithLazyParts(entries, join(target, "dist"));
  copyBeside(folder, target);
  await writePages(join(target, "dist", "dashboard"));
  // What `tau-edge demo` shows when no file is named.
  for (const name of ["assemblyscript-component.wasm", "assemblyscript-preview1.wasm", "c-component.wasm"])
    cpSync(join(root, "wasm-fixtures/built", name), join(target, "demo", name));
  const { dependencies: _bundled, devDependencies: _development, ...kept } = manifest;
  const peer = readJson(join(root, "packages/adapter-jco/package.json"));
  writeJson(join(target, "package.json"), {
    ...kept,
    peerDependencies: peer["peerDependencies"],
    peerDependenciesMeta: peer["peerDependenciesMeta"],
  });
}

rmSync(join(root, "dist"), { recursive: true, force: true });
mkdirSync(published, { recursive: true });
execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
for (const path of globSync(["packages/*/package.json", "edge/*/package.json"], { cwd: root }).sort()) {
  const manifest = readJson(join(root, path));
  if (manifest.private === true) continue;
  if (manifest.bin === undefined) buildLibrary(dirname(path), manifest);
  else await buildCommandLine(dirname(path), manifest);
  console.log(`built ${manifest.name}`);
}
