/** Documents that cannot lie: examples run, tables equal the disk, links lead somewhere. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { documents, fences, localLinks, ROOT, tableUnder } from "./documents.ts";

const all = documents();
const scratch = mkdtempSync(join(tmpdir(), "tau-edge-docs-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function documentAt(path: string) {
  const found = all.find((document) => document.path === path);
  if (found === undefined) throw new Error(`no document ${path}`);
  return found;
}

interface PackageJson {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

const manifests = globSync(["package.json", "packages/*/package.json", "edge/*/package.json"], { cwd: ROOT }).map(
  (path) => ({ path, ...(JSON.parse(readFileSync(join(ROOT, path), "utf8")) as PackageJson) }),
);

describe("examples", () => {
  for (const document of all) {
    for (const { language, body, line } of fences(document)) {
      if (language === "ts") {
        it(`${document.path}:${line} runs`, () => {
          const { status, stderr } = spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", body], {
            cwd: join(ROOT, dirname(document.path)),
            encoding: "utf8",
            timeout: 60_000,
          });
          expect(stderr.replaceAll(/^.*ExperimentalWarning.*$|^\(Use `node --trace.*$/gm, "").trim()).toBe("");
          expect(status).toBe(0);
        });
      }
      if (language === "sh") {
        it(`${document.path}:${line} runs as written`, () => {
          for (const command of body.split("\n").filter((text) => /^npx tau-edge /.test(text))) {
            const expected = Number(/# exit (\d+)/.exec(command)?.[1] ?? 0);
            const { status, stderr } = spawnSync("bash", ["-c", command.replace(/^npx tau-edge/, '"$NODE" "$MAIN"')], {
              cwd: ROOT,
              encoding: "utf8",
              timeout: 60_000,
              env: {
                ...process.env,
                NODE: process.execPath,
                MAIN: join(ROOT, "packages/cli/src/main.ts"),
                TAU_DEPLOYMENT_STATE_DIR: join(scratch, "state"),
              },
            });
            expect({ command, status, stderr: status === expected ? "" : stderr }).toEqual({
              command,
              status: expected,
              stderr: "",
            });
          }
        });
      }
    }
  }
});

describe("tables", () => {
  it("ARCHITECTURE.md lists every workspace, in no other place", () => {
    const listed = tableUnder(documentAt("ARCHITECTURE.md"), "## Rooms").map(
      (row) => /\]\((.+)\)/.exec(row[0] ?? "")?.[1],
    );
    const onDisk = globSync(["packages/*/package.json", "edge/*/package.json"], { cwd: ROOT }).map((path) =>
      dirname(path),
    );
    expect(listed.sort()).toEqual(onDisk.sort());
  });

  it("CONTRIBUTING.md sends people to files that exist", () => {
    const places = tableUnder(documentAt("CONTRIBUTING.md"), "## Where things go")
      .flatMap((row) => [...(row[1] ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""))
      .filter((place) => place.includes("/") && !place.includes("…"));
    expect(places.filter((place) => !existsSync(join(ROOT, place)))).toEqual([]);
    expect(places.length).toBeGreaterThan(8);
  });

  it("CONTRIBUTING.md names only scripts that exist", () => {
    const scripts = (
      JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> }
    ).scripts;
    const named = tableUnder(documentAt("CONTRIBUTING.md"), "# Contributing")
      .map((row) => /`npm run ([\w:-]+)`/.exec(row[1] ?? "")?.[1])
      .filter((name) => name !== undefined);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    for (const script of Object.values(scripts)) {
      const file = /^node scripts\/pinned-node\.js (\S+)/.exec(script)?.[1];
      expect(file === undefined || existsSync(join(ROOT, file)), script).toBe(true);
    }
  });

  it("docs/dependencies.md gives a reason for every dependency, with its version", () => {
    const used = new Map<string, string>();
    for (const { dependencies, devDependencies, optionalDependencies, peerDependencies } of manifests) {
      const wanted = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
      for (const [name, version] of Object.entries(wanted)) {
        if (!name.startsWith("@tau-edge/") && name !== "tau-edge") used.set(name, version);
      }
    }
    const rows = [
      ...tableUnder(documentAt("docs/dependencies.md"), "## At run time"),
      ...tableUnder(documentAt("docs/dependencies.md"), "## In development"),
    ];
    const listed = new Map(rows.map((row) => [(row[0] ?? "").replaceAll("`", ""), row[1] ?? ""]));
    expect(Object.fromEntries([...listed].sort())).toEqual(Object.fromEntries([...used].sort()));
    for (const row of rows) expect(row[2]?.length ?? 0, row[0]).toBeGreaterThan(20);
  });

  it("pins every dependency to one exact version", () => {
    const versions = new Map<string, Set<string>>();
    for (const { dependencies, devDependencies, optionalDependencies, peerDependencies } of manifests) {
      for (const group of [dependencies, devDependencies, optionalDependencies, peerDependencies]) {
        for (const [name, version] of Object.entries(group ?? {})) {
          versions.set(name, (versions.get(name) ?? new Set()).add(version));
        }
      }
    }
    expect(
      [...versions].filter(([, found]) => found.size > 1 || !/^\d+\.\d+\.\d+[\w.-]*$/.test([...found][0] ?? "")),
    ).toEqual([]);
  });
});

describe("one of each runtime", () => {
  it("installs one workerd and one zod", () => {
    const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
      packages: Record<string, unknown>;
    };
    const paths = Object.keys(lock.packages);
    for (const name of ["workerd", "zod", "hono", "typescript"]) {
      expect(
        paths.filter((path) => path.endsWith(`node_modules/${name}`)),
        name,
      ).toHaveLength(1);
    }
  });
});

describe("links", () => {
  for (const document of all) {
    it(`${document.path} links to what exists`, () => {
      const broken = localLinks(document).filter(
        (target) => !existsSync(resolve(ROOT, dirname(document.path), target)),
      );
      expect(broken).toEqual([]);
    });
  }
});

describe("READMEs", () => {
  it("every workspace has one, with an example that runs", () => {
    const lacking = manifests
      .map(({ path }) => dirname(path))
      .filter((folder) => folder !== ".")
      .filter((folder) => {
        const readme = all.find((document) => document.path === `${folder}/README.md`);
        return readme === undefined || !fences(readme).some(({ language }) => language === "ts" || language === "sh");
      });
    expect(lacking).toEqual([]);
  });
});
