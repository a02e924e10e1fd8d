/**
 * A gateway and a command line that are given secrets, and all that they leave: every byte that was served, every word that
 * was printed, and every file of the state directory, of HOME and of TMPDIR.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DENO } from "../runtimes/gateway-commands.ts";
import { type GatewayProcess, startGateway } from "../runtimes/gateway-process.ts";
import { type Readable, SecretSearch } from "./encodings.ts";
import { openRecordingProxy, type RecordingProxy } from "./recording-proxy.ts";

const LOGGED_MS_MAX = 60_000;
const LOOK_MS = 100;

export interface Program {
  readonly command: string;
  readonly gateway: readonly string[];
  readonly cli: readonly string[];
}

const pathOf = (file: string) => new URL(`../../${file}`, import.meta.url).pathname;
const CLI = pathOf("packages/cli/src/main.ts");
const DENO_RUN = ["run", "-A", "--no-check", "--quiet"];

export const PROGRAMS: Readonly<Record<"node" | "deno", Program>> = {
  node: { command: process.execPath, gateway: [pathOf("edge/node/src/main.ts")], cli: [CLI] },
  deno: {
    command: DENO,
    gateway: [...DENO_RUN, pathOf("edge/deno/src/main.ts")],
    cli: [...DENO_RUN, CLI],
  },
};

export interface ProgramAnswer {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Secret {
  readonly bytes: Uint8Array;
  /** Where it may be, and nowhere else. */
  readonly places: Set<string>;
}

export class CanaryRun {
  readonly dir: string;
  readonly home: string;
  readonly stateDir: string;
  readonly proxy: RecordingProxy;
  readonly #program: Program;
  readonly #secrets = new Map<string, Secret>();
  readonly #search = new SecretSearch<string>();
  readonly #readables: [string, Buffer][] = [];
  #gateway: GatewayProcess | undefined;
  #starts = 0;

  private constructor(program: Program, dir: string, proxy: RecordingProxy) {
    this.#program = program;
    this.dir = dir;
    this.home = join(dir, "home");
    this.stateDir = join(dir, "state");
    this.proxy = proxy;
    for (const folder of [this.home, join(dir, "tmp")]) mkdirSync(folder);
  }

  static async open(program: Program): Promise<CanaryRun> {
    return new CanaryRun(program, mkdtempSync(join(tmpdir(), "tau-edge-canary-")), await openRecordingProxy());
  }

  get url(): string {
    return this.proxy.url;
  }

  /** Other programs' caches are no places of ours. */
  get #env(): Record<string, string> {
    const deno =
      process.env["DENO_DIR"] ??
      join(process.env["XDG_CACHE_HOME"] ?? join(process.env["HOME"] ?? "", ".cache"), "deno");
    return {
      PATH: process.env["PATH"] ?? "",
      HOME: this.home,
      TMPDIR: join(this.dir, "tmp"),
      DENO_DIR: deno,
      NO_COLOR: "1",
    };
  }

  /** @param places where it is printed or was written by whoever it belongs to; a place is added for each time that it is told again */
  plant(name: string, text: string | Uint8Array, ...places: readonly string[]): void {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    const known = this.#secrets.get(name);
    for (const place of places) known?.places.add(place);
    if (known !== undefined) return;
    this.#secrets.set(name, { bytes, places: new Set(places) });
    for (const part of [bytes, ...rawOf(text)].flatMap(piecesOf)) this.#search.add(name, part);
  }

  /** A file of the operator, in HOME. */
  write(name: string, text: string): string {
    writeFileSync(join(this.home, name), text);
    return join(this.home, name);
  }

  async start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
    const { command, gateway } = this.#program;
    const all = [...gateway, "--state-dir", this.stateDir, "--port", "0", ...args];
    this.#gateway = await startGateway(command, all, { env: { ...this.#env, ...env } });
    this.proxy.target = this.#gateway.url;
    this.#starts += 1;
  }

  /** The gateway looks at its files every two seconds. */
  async untilLogged(code: string): Promise<void> {
    for (let waitedMs = 0; waitedMs < LOGGED_MS_MAX; waitedMs += LOOK_MS) {
      if (this.#gateway?.log().includes(code)) return;
      await sleep(LOOK_MS);
    }
    throw new Error(`${code} was not logged: ${this.#gateway?.log()}`);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const gateway = this.#gateway;
    if (gateway === undefined) return;
    await gateway.end(signal);
    this.#gateway = undefined;
    this.#readables.push([`log ${this.#starts}`, Buffer.from(gateway.log())]);
  }

  /** The command line, as a process of its own. */
  cli(step: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ProgramAnswer> {
    this.proxy.step = step;
    return this.#ran(step, [...this.#program.cli, ...args], env);
  }

  /** A gateway that should not start. */
  startWrongly(step: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<ProgramAnswer> {
    return this.#ran(step, [...this.#program.gateway, "--state-dir", this.stateDir, "--port", "0", ...args], env);
  }

  #ran(step: string, args: readonly string[], more: Readonly<Record<string, string>>): Promise<ProgramAnswer> {
    const env = { ...this.#env, ...more };
    const child = spawn(this.#program.command, args, { cwd: this.home, env, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (data: Buffer) => {
      said.stdout += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => {
      said.stderr += data.toString();
    });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode) => {
        for (const [stream, text] of Object.entries(said))
          this.#readables.push([`${stream}: ${step}`, Buffer.from(text)]);
        resolve({ exitCode, ...said });
      });
    });
  }

  fetch(step: string, path: string, init: RequestInit = {}): Promise<Response> {
    this.proxy.step = step;
    return fetch(this.url + path, init);
  }

  /** What lies on the disk at this moment. */
  keepFiles(when: string): void {
    for (const entry of readdirSync(this.dir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      this.#readables.push([`file ${when}: ${relative(this.dir, path)}`, readFileSync(path)]);
    }
  }

  readables(): readonly Readable[] {
    const answers = [...this.proxy.answers].map(
      ([step, pieces]): Readable => [`answer: ${step}`, Buffer.concat(pieces)],
    );
    return [...this.#readables, ...answers];
  }

  get secrets(): ReadonlyMap<string, Secret> {
    return this.#secrets;
  }

  /** @returns `secret in place`, where it has no business, and `secret not in place` where it should be and is not */
  surprises(readables = this.readables()): readonly string[] {
    const found = new Set<string>();
    for (const [place, bytes] of readables) for (const name of this.#search.in(bytes)) found.add(`${name} in ${place}`);
    const allowed = new Set(
      [...this.#secrets].flatMap(([name, { places }]) => [...places].map((place) => `${name} in ${place}`)),
    );
    const missing = [...allowed].filter((line) => !found.has(line)).map((line) => `missing: ${line}`);
    return [...[...found].filter((line) => !allowed.has(line)), ...missing];
  }

  async close(): Promise<void> {
    await this.end("SIGKILL");
    await this.proxy.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** A message that is cut off has a part of what was in it: of any 24 bytes in a row, one piece is whole. */
const PIECE_BYTES = 16;
const PIECE_EVERY_BYTES = 8;

function piecesOf(secret: Uint8Array): readonly Uint8Array[] {
  const count = Math.max(0, Math.floor((secret.length - PIECE_BYTES) / PIECE_EVERY_BYTES) + 1);
  const pieces = Array.from({ length: count }, (_, nth) => nth * PIECE_EVERY_BYTES).map((at) =>
    secret.subarray(at, at + PIECE_BYTES),
  );
  return [secret, ...pieces];
}

/** The random bytes that a text of our own is made of: somebody may have stored them as bytes. */
function rawOf(text: string | Uint8Array): readonly Uint8Array[] {
  if (typeof text !== "string") return [];
  const random = /^(?:tk_[a-z0-9]{8}_)?([\w-]{43})(?:_[a-z2-7]{6})?$/.exec(text)?.[1];
  return random === undefined ? [] : [Buffer.from(random, "base64url")];
}
