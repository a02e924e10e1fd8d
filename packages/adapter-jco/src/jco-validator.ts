/**
 * The port Validator: bodies of core modules by the engine, component types by jco. Only bytes that the strict reader
 * accepts reach either of them; the reader is asked again here, so no caller can forget it.
 */
import type { DeepVerdict, Validator } from "@tau-edge/ports";
import { type Inspection, inspect, WasmError } from "@tau-edge/wasm";
import { DeepThread, type ThreadAnswer } from "./deep-thread.ts";
import { findJco, type InstalledJco, JCO_PACKAGE } from "./installed.ts";
import { DEEP_LIMITS, type DeepTimes, timeLimitMs } from "./limits.ts";
import type { ModuleSpan } from "./worker-protocol.ts";

export interface JcoValidatorOptions {
  /** Default: the file beside this one. A bundle that moves this code says where it has put the thread's file. */
  readonly workerUrl?: URL;
  /** Default: looked up in node_modules at the first component. `null`: behave as if it were not installed. */
  readonly jco?: InstalledJco | null;
  readonly times?: DeepTimes;
}

type Kind = "module" | "component" | "wit_package";
type Checker = DeepVerdict["validators"][number];

export function createJcoValidator(options: JcoValidatorOptions = {}): Validator {
  return new JcoValidator(options);
}

class JcoValidator implements Validator {
  readonly #thread: DeepThread;
  readonly #times: DeepTimes;
  readonly #engine: Checker = { name: "v8", version: process.versions.v8 ?? "unknown" };
  #jco: InstalledJco | null | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: JcoValidatorOptions) {
    this.#thread = new DeepThread(options.workerUrl ?? defaultWorkerUrl());
    this.#times = options.times ?? DEEP_LIMITS;
    this.#jco = options.jco;
  }

  validate(bytes: Uint8Array, kind: Kind): Promise<DeepVerdict> {
    const next = this.#last.then(() => this.#validate(bytes, kind));
    this.#last = next.catch(() => undefined);
    return next;
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  async #validate(bytes: Uint8Array, kind: Kind): Promise<DeepVerdict> {
    let inspection: Inspection;
    try {
      inspection = inspect(bytes);
    } catch (error) {
      if (error instanceof WasmError)
        return { result: "failed", validators: [], reason: "validator_refused", detail: cut(error.message) };
      throw error;
    }
    if (inspection.kind !== kind) throw new TypeError(`the bytes are a ${inspection.kind}, the caller says ${kind}`);
    const modules = coreModules(inspection);
    const jco = kind === "component" ? this.#installed() : undefined;
    const answer = await this.#thread.ask(
      { bytes, modules, ...(jco === undefined ? {} : { wasm_tools_url: jco.wasm_tools_url }) },
      timeLimitMs(bytes.length, this.#times),
    );
    const engine = modules.length === 0 ? [] : [this.#engine];
    const library = jco === undefined ? [] : [{ name: "jco-transpile", version: jco.version }];
    return verdictOf(answer, kind, engine, library);
  }

  #installed(): InstalledJco | undefined {
    this.#jco ??= this.#jco === null ? null : (findJco() ?? null);
    return this.#jco ?? undefined;
  }
}

/** `engine` and `library` were asked in this order; only those that came to look at the bytes stand in the verdict. */
function verdictOf(
  answer: ThreadAnswer,
  kind: Kind,
  engine: readonly Checker[],
  library: readonly Checker[],
): DeepVerdict {
  const validators = [...engine, ...library];
  switch (answer.outcome) {
    case "refused": {
      const byEngine = answer.by === "engine";
      const detail = cut(`${byEngine ? "The engine" : "jco"}: ${answer.detail}`);
      return { result: "failed", validators: byEngine ? engine : validators, reason: "validator_refused", detail };
    }
    case "crashed":
      return { result: "failed", validators, reason: "validator_crashed", detail: cut(answer.detail) };
    case "timeout":
      return { result: "failed", validators, reason: "validator_timeout", detail: "The time limit has passed." };
    case "unloadable":
      return {
        result: "not_run",
        validators: engine,
        reason: "validator_not_installed",
        detail: cut(`${JCO_PACKAGE} is there and cannot be loaded: ${answer.detail}`),
      };
    case "accepted":
      if (kind === "module" || library.length > 0) return { result: "passed", validators };
      return { result: "not_run", validators, reason: "validator_not_installed", detail: notInstalled(kind) };
  }
}

/** Positions of all core modules in the file: itself, or those nested in the component at any depth. */
function coreModules(inspection: Inspection): readonly ModuleSpan[] {
  if (inspection.kind === "module") return [{ path: "", at: 0, size_bytes: inspection.size_bytes }];
  return inspection.nested
    .filter((nested) => nested.kind === "module")
    .map(({ path, at, size_bytes }) => ({ path, at, size_bytes }));
}

function notInstalled(kind: Kind): string {
  if (kind === "wit_package") return "No validator reads WIT packages: jco traps on them.";
  return `The component's types were not validated. Run: npm install ${JCO_PACKAGE}`;
}

/** What is cut in two is no character any more, and no record can hold it. */
function cut(text: string): string {
  const max = DEEP_LIMITS.detail_chars_max;
  return (text.length <= max ? text : `${text.slice(0, max - 1)}…`).toWellFormed();
}

/** The sources run as .ts, what is published as .js. */
function defaultWorkerUrl(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./deep-worker.ts" : "./deep-worker.js", import.meta.url);
}
