/** The rules of the house, each a function from what was read to what is wrong. */
import { IMPURE_GLOBALS, isInexact, isPlatformNeutral, layerOf, refusal } from "./house.ts";
import { type ImportSite, type Module, resolveRelative, type Workspace } from "./modules.ts";

export interface Violation {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly why: string;
}

export interface House {
  readonly root: string;
  readonly workspaces: readonly Workspace[];
  readonly modules: readonly Module[];
  /** devDependencies of the root package.json: tests of every workspace may use them. */
  readonly houseTools: ReadonlySet<string>;
}

type Rule = (house: House) => Violation[];

const isRelative = (specifier: string) => specifier.startsWith(".");
const isPlatform = (specifier: string) => /^(node|cloudflare|bun|deno|jsr|npm|https?):/.test(specifier);

/** `@scope/name/sub` -> `@scope/name`. */
function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier);
}

function eachImport(
  house: House,
  check: (module: Module, site: ImportSite) => string | undefined,
  rule: string,
): Violation[] {
  return house.modules.flatMap((module) =>
    module.imports.flatMap((site) => {
      const why = check(module, site);
      return why === undefined ? [] : [{ rule, path: module.path, line: site.line, why }];
    }),
  );
}

/** Imports go one way through the layers. Tests may bring an adapter to the package that they test. */
const layerOrder: Rule = (house) => {
  const placeByName = new Map(house.workspaces.map((workspace) => [workspace.name, workspace.place]));
  return eachImport(
    house,
    (module, site) => {
      const target = placeByName.get(packageOf(site.specifier));
      if (target === undefined || target === module.place || module.isTest) return undefined;
      return refusal(module.place, target);
    },
    "layer-order",
  );
};

/** A relative import never leaves its package. */
const ownPackage: Rule = (house) =>
  eachImport(
    house,
    (module, site) => {
      if (!isRelative(site.specifier) || module.isTest) return undefined;
      const target = resolveRelative(house.root, module.path, site.specifier);
      return target.startsWith(`${module.folder}/`) ? undefined : `${site.specifier} leaves ${module.folder}`;
    },
    "own-package",
  );

/** Another package is entered by its front door: a name in its export map, never a file. */
const frontDoor: Rule = (house) => {
  const names = new Set(house.workspaces.map((workspace) => workspace.name));
  return eachImport(
    house,
    (_module, site) =>
      names.has(packageOf(site.specifier)) && /\/(src|dist)\/|\.ts$/.test(site.specifier)
        ? `${site.specifier} goes past the export map`
        : undefined,
    "front-door",
  );
};

const platformImport: Rule = (house) =>
  eachImport(
    house,
    (module, site) =>
      !module.isTest && isPlatformNeutral(module.place) && isPlatform(site.specifier)
        ? `${module.place} is platform-neutral and imports ${site.specifier}`
        : undefined,
    "platform-import",
  );

const declaredDependency: Rule = (house) => {
  const byFolder = new Map(house.workspaces.map((workspace) => [workspace.folder, workspace]));
  const houseNames = new Set(house.workspaces.map((workspace) => workspace.name));
  return eachImport(
    house,
    (module, site) => {
      if (isRelative(site.specifier) || isPlatform(site.specifier)) return undefined;
      const name = packageOf(site.specifier);
      const workspace = byFolder.get(module.folder);
      if (workspace === undefined || name === workspace.name || workspace.dependencies.has(name)) return undefined;
      if (site.typeOnly && workspace.devDependencies.has(name)) return undefined;
      if (
        module.isTest &&
        (house.houseTools.has(name) || workspace.devDependencies.has(name) || houseNames.has(name))
      ) {
        return undefined;
      }
      return `${name} is not in the dependencies of ${module.folder}/package.json`;
    },
    "declared-dependency",
  );
};

/** What a package.json names must have a user in that package. */
const usedDependency: Rule = (house) =>
  house.workspaces.flatMap((workspace) => {
    const used = new Set(
      house.modules
        .filter((module) => module.folder === workspace.folder)
        .flatMap((module) => module.imports.map((site) => packageOf(site.specifier))),
    );
    return [...workspace.dependencies]
      .filter((name) => !used.has(name))
      .map((name) => ({
        rule: "used-dependency",
        path: `${workspace.folder}/package.json`,
        line: 1,
        why: `nothing in ${workspace.folder} imports ${name}`,
      }));
  });

const pureCore: Rule = (house) =>
  house.modules
    .filter((module) => layerOf(module.place) === "core" && !module.isTest)
    .flatMap((module) =>
      module.mentions
        .filter(({ what }) => IMPURE_GLOBALS.has(what) || what === "Math.random" || what === "async")
        .map(({ what, line }) => ({ rule: "pure-core", path: module.path, line, why: `core does not know ${what}` })),
    );

const exactNumbers: Rule = (house) =>
  house.modules
    .filter((module) => !module.isTest)
    .flatMap((module) =>
      module.mentions
        .filter(({ what }) => isInexact(module.place, what))
        .map(({ what, line }) => ({
          rule: "exact-numbers",
          path: module.path,
          line,
          why: `engines differ in the last bits of ${what === "Math" ? "what is taken from Math" : what}`,
        })),
    );

/** Public names are listed by hand, so that nothing becomes public by accident. */
const namedExports: Rule = (house) =>
  house.modules.flatMap((module) =>
    module.mentions
      .filter(({ what }) => what === "export *")
      .map(({ line }) => ({ rule: "named-exports", path: module.path, line, why: "name what is exported" })),
  );

/** Depth-first search over relative imports that exist at run time. */
const noCycle: Rule = (house) => {
  const edges = new Map(
    house.modules.map((module) => [
      module.path,
      module.imports
        .filter((site) => isRelative(site.specifier) && !site.typeOnly)
        .map((site) => resolveRelative(house.root, module.path, site.specifier)),
    ]),
  );
  const done = new Set<string>();
  const found: Violation[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      found.push({ rule: "no-cycle", path, line: 1, why: [...trail.slice(at), path].join(" -> ") });
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
};

export const RULES: readonly Rule[] = [
  layerOrder,
  ownPackage,
  frontDoor,
  platformImport,
  declaredDependency,
  usedDependency,
  pureCore,
  exactNumbers,
  namedExports,
  noCycle,
];
