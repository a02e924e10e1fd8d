/** Reads the modules of the house from disk: their imports and, for core, every name they mention. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type MemberExpression, parseSync, Visitor } from "oxc-parser";

export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
  /** `import type` and `export type … from` vanish at run time. */
  readonly typeOnly: boolean;
}

export interface Mention {
  readonly what: string;
  readonly line: number;
}

export interface Module {
  /** Path from the root of the house, with `/`. */
  readonly path: string;
  /** Workspace folder such as `packages/wasm`. */
  readonly folder: string;
  /** Name of the workspace without scope, such as `wasm` or `edge-node`. */
  readonly place: string;
  readonly isTest: boolean;
  readonly imports: readonly ImportSite[];
  /** Globals, `Math.random` and its like, `**` of more than literals, `async` and `export *` in the syntax tree. */
  readonly mentions: readonly Mention[];
}

export interface Workspace {
  readonly folder: string;
  readonly place: string;
  readonly name: string;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

interface PackageJson {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export function readPackageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageJson;
}

export function workspacesOf(root: string): Workspace[] {
  const folders = ["packages", "edge"].flatMap((top) =>
    readdirSync(join(root, top), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${top}/${entry.name}`),
  );
  return folders.sort().map((folder) => {
    const manifest = readPackageJson(join(root, folder));
    const { dependencies, peerDependencies, optionalDependencies, devDependencies } = manifest;
    return {
      folder,
      place: manifest.name === "tau-edge" ? "cli" : manifest.name.replace(/^@tau-edge\//, ""),
      name: manifest.name,
      dependencies: new Set(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })),
      devDependencies: new Set(Object.keys({ ...devDependencies })),
    };
  });
}

/** Every .ts file of a workspace, but for declarations and what is built. */
export function sourceFilesOf(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !/\/(node_modules|dist)\//.test(path))
    .sort();
}

export function readModule(root: string, workspace: Workspace, path: string): Module {
  const source = readFileSync(join(root, path), "utf8");
  const { program, module, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const lineAt = (offset: number) => source.slice(0, offset).split("\n").length;
  return {
    path,
    folder: workspace.folder,
    place: workspace.place,
    isTest: /\.(test|test-helper|test-worker)\.ts$/.test(path),
    imports: importsOf(module, lineAt).concat(dynamicImportsOf(program, lineAt)),
    mentions: mentionsOf(program, lineAt),
  };
}

type Parsed = ReturnType<typeof parseSync>;

function importsOf(module: Parsed["module"], lineAt: (offset: number) => number): ImportSite[] {
  const fromImports = module.staticImports.map((found) => ({
    specifier: found.moduleRequest.value,
    line: lineAt(found.start),
    typeOnly: found.entries.length > 0 && found.entries.every((entry) => entry.isType),
  }));
  const fromExports = module.staticExports.flatMap((found) =>
    found.entries
      .filter((entry) => entry.moduleRequest !== null)
      .map((entry) => ({
        specifier: entry.moduleRequest?.value ?? "",
        line: lineAt(found.start),
        typeOnly: entry.isType,
      })),
  );
  return [...fromImports, ...fromExports];
}

function dynamicImportsOf(program: Parsed["program"], lineAt: (offset: number) => number): ImportSite[] {
  const found: ImportSite[] = [];
  new Visitor({
    ImportExpression(node) {
      if (node.source.type !== "Literal" || typeof node.source.value !== "string") return;
      found.push({ specifier: node.source.value, line: lineAt(node.start), typeOnly: false });
    },
  }).visit(program);
  return found;
}

function mentionsOf(program: Parsed["program"], lineAt: (offset: number) => number): Mention[] {
  const found: Mention[] = [];
  const note = (what: string, start: number) => found.push({ what, line: lineAt(start) });
  const property = new Set<number>();
  const namedMath = new Set<number>();
  new Visitor({
    MemberExpression(node) {
      if (!node.computed) property.add(node.property.start);
      const name = memberName(node);
      if (name === undefined || node.object.type !== "Identifier" || node.object.name !== "Math") return;
      namedMath.add(node.object.start);
      note(`Math.${name}`, node.start);
    },
    BinaryExpression(node) {
      const isConstant = node.left.type === "Literal" && node.right.type === "Literal";
      if (node.operator === "**" && !isConstant) note("**", node.start);
    },
    AssignmentExpression(node) {
      if (node.operator === "**=") note("**", node.start);
    },
    Property(node) {
      if (!node.computed && !node.shorthand) property.add(node.key.start);
    },
    TSPropertySignature(node) {
      if (!node.computed) property.add(node.key.start);
    },
    PropertyDefinition(node) {
      if (!node.computed) property.add(node.key.start);
    },
    MethodDefinition(node) {
      if (!node.computed) property.add(node.key.start);
    },
    TSMethodSignature(node) {
      if (!node.computed) property.add(node.key.start);
    },
    TSTypeReference(node) {
      if (node.typeName.type === "Identifier") property.add(node.typeName.start);
    },
    Identifier(node) {
      if (!property.has(node.start) && !namedMath.has(node.start)) note(node.name, node.start);
    },
    FunctionDeclaration(node) {
      if (node.async) note("async", node.start);
    },
    FunctionExpression(node) {
      if (node.async) note("async", node.start);
    },
    ArrowFunctionExpression(node) {
      if (node.async) note("async", node.start);
    },
    ExportAllDeclaration(node) {
      note("export *", node.start);
    },
  }).visit(program);
  return found;
}

/** The name after the dot or, as text, in the brackets. */
function memberName(node: MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : undefined;
  return node.property.type === "Literal" && typeof node.property.value === "string" ? node.property.value : undefined;
}

/** The file that a relative specifier names, as a path from the root. */
export function resolveRelative(root: string, fromPath: string, specifier: string): string {
  return relative(root, resolve(join(root, dirname(fromPath)), specifier))
    .split(sep)
    .join("/");
}
