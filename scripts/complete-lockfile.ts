/**
 * Completes package-lock.json with the optional packages of other platforms, so that `npm ci` of any npm accepts it.
 *
 * A registry that does not serve them leaves them out of the lockfile, and npm >= 11 then refuses its own file (npm/cli#9846).
 * Run after every `npm install`: `node scripts/complete-lockfile.ts`; with `--check` it only says whether it would change
 * anything (exit 1).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  peer?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

export interface Lockfile {
  packages: Record<string, LockEntry>;
}

/** Words of package names and what npm calls them in `os`. */
const OS_WORDS = new Map([
  ["android", "android"],
  ["darwin", "darwin"],
  ["freebsd", "freebsd"],
  ["linux", "linux"],
  ["openharmony", "openharmony"],
  ["win32", "win32"],
  ["windows", "win32"],
  ["win", "win32"],
]);

/** The same for `cpu`. */
const CPU_WORDS = new Map([
  ["64", "x64"],
  ["x64", "x64"],
  ["ia32", "ia32"],
  ["arm", "arm"],
  ["arm64", "arm64"],
  ["ppc64", "ppc64"],
  ["riscv64", "riscv64"],
  ["s390x", "s390x"],
  ["loong64", "loong64"],
  ["mips64el", "mips64el"],
  ["wasm32", "wasm32"],
]);

const LIBC_WORDS = new Map([
  ["glibc", "glibc"],
  ["gnu", "glibc"],
  ["gnueabihf", "glibc"],
  ["musl", "musl"],
  ["musleabihf", "musl"],
]);

/** Reads the platform from a name such as `@scope/binding-linux-arm64-musl`. */
export function platformOf(packageName: string): Pick<LockEntry, "os" | "cpu" | "libc"> {
  if (packageName === "fsevents") return { os: ["darwin"] };
  const words = packageName.split(/[-/]/);
  const pick = (table: ReadonlyMap<string, string>) =>
    words.map((word) => table.get(word)).filter((hit) => hit !== undefined);
  const [os, cpu, libc] = [pick(OS_WORDS), pick(CPU_WORDS), pick(LIBC_WORDS)];
  if (cpu.length === 0)
    throw new Error(`cannot tell the platform of ${packageName}; add its word to the tables of this script`);
  return {
    ...(os.length > 0 ? { os: os.slice(0, 1) } : {}),
    cpu: cpu.slice(-1),
    ...(libc.length > 0 && os[0] === "linux" ? { libc: libc.slice(-1) } : {}),
  };
}

/** The optional dependencies that some entry names and no entry describes, with the entries to add. */
export function missingEntries(lockfile: Lockfile): Map<string, LockEntry> {
  const known = new Map(Object.entries(lockfile.packages));
  const missing = new Map<string, LockEntry>();
  for (const [path, entry] of known) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const place = placeFor(known, missing, path, name, lowest(version));
      if (place === undefined) continue;
      missing.set(place, {
        version: lowest(version),
        ...platformOf(name),
        ...(entry.dev === true ? { dev: true } : {}),
        optional: true,
      });
    }
  }
  return missing;
}

/** The lowest version of an exact, caret or tilde range: what binary packages are published with. */
function lowest(range: string): string {
  const version = /^[~^]?(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(range)?.[1];
  if (version === undefined) throw new Error(`${range} is neither an exact version nor a caret or tilde range`);
  return version;
}

/**
 * Where the entry must be added, or undefined when node's resolution finds that version already: at the top, unless
 * another version lives there; then beside the package that wants it.
 */
function placeFor(
  known: ReadonlyMap<string, LockEntry>,
  missing: ReadonlyMap<string, LockEntry>,
  from: string,
  name: string,
  version: string,
): string | undefined {
  if (known.has(`${from}/node_modules/${name}`)) return undefined;
  const parent = from.slice(0, Math.max(0, from.lastIndexOf("node_modules/")));
  const places = [`node_modules/${name}`, `${parent}node_modules/${name}`, `${from}/node_modules/${name}`];
  for (const place of places) {
    const found = known.get(place) ?? missing.get(place);
    if (found === undefined) return place;
    if (found.version === version) return undefined;
  }
  throw new Error(`no place in node_modules for ${name}@${version}, wanted by ${from}`);
}

export function complete(text: string): string {
  const lockfile = JSON.parse(text) as Lockfile;
  const added = missingEntries(lockfile);
  if (added.size === 0) return text;
  const [root, ...rest] = [...Object.entries(lockfile.packages), ...added].sort(([a], [b]) => (a < b ? -1 : 1));
  if (root === undefined) throw new Error("the lockfile describes no packages");
  return `${JSON.stringify({ ...lockfile, packages: Object.fromEntries([root, ...rest]) }, null, 2)}\n`;
}

if (import.meta.main) {
  const path = fileURLToPath(new URL("../package-lock.json", import.meta.url));
  const before = readFileSync(path, "utf8");
  const after = complete(before);
  if (process.argv.includes("--check")) {
    if (before !== after) {
      console.error(
        "package-lock.json lacks optional packages of other platforms: run `node scripts/complete-lockfile.ts`",
      );
      process.exit(1);
    }
  } else if (before !== after) {
    writeFileSync(path, after);
    console.log("package-lock.json: added the optional packages of other platforms");
  }
}
