/** The order of the house: which package may import which. ARCHITECTURE.md draws it; this file is what the check reads. */

/** Core packages, each may import only what stands before it. */
export const CORE_ORDER = [
  "encoding",
  "signature",
  "wasm",
  "manifest",
  "ledger",
  "identity",
  "trust",
  "rollout",
  "simulation",
  "contract",
] as const;

export type Layer = "core" | "ports" | "control" | "adapter" | "app" | "outside";

/** Packages that fill ports without being named `adapter-*`. */
const ADAPTERS_BY_OTHER_NAMES = new Set(["registry"]);

/** Applications that wire adapters into use cases. */
const APPS = new Set(["cli", "gateway", "dashboard", "edge-node", "edge-deno", "edge-cloudflare", "agent"]);

/** @param place such as `wasm`, `adapter-node` or `edge-node`: the name of a workspace without scope */
export function layerOf(place: string): Layer {
  if ((CORE_ORDER as readonly string[]).includes(place)) return "core";
  if (place === "ports") return "ports";
  if (place === "control") return "control";
  if (place.startsWith("adapter-") || ADAPTERS_BY_OTHER_NAMES.has(place)) return "adapter";
  if (APPS.has(place)) return "app";
  return "outside";
}

/** What each layer may import from other packages of the house. `app` may import everything. */
const MAY_IMPORT: Readonly<Record<Exclude<Layer, "outside">, readonly Layer[]>> = {
  core: ["core"],
  ports: ["core"],
  control: ["core", "ports"],
  adapter: ["core", "ports"],
  app: ["core", "ports", "control", "adapter", "app"],
};

/** @returns why `from` may not import `to`, or undefined when it may */
export function refusal(from: string, to: string): string | undefined {
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)];
  if (fromLayer === "outside") return `${from} has no place in the house: add it to scripts/layers/house.ts`;
  if (toLayer === "outside") return `${to} has no place in the house: add it to scripts/layers/house.ts`;
  if (!MAY_IMPORT[fromLayer].includes(toLayer)) return `${fromLayer} may not import ${toLayer}`;
  if (fromLayer === "core") {
    const order = CORE_ORDER as readonly string[];
    if (order.indexOf(to) >= order.indexOf(from)) return `inside core, ${to} does not stand before ${from}`;
  }
  return undefined;
}

/** Packages that may not name a platform: they run wherever their ports are filled. */
export function isPlatformNeutral(place: string): boolean {
  return ["core", "ports", "control"].includes(layerOf(place)) || place === "gateway" || place === "agent";
}

/**
 * Names whose mere mention in core means a clock, chance, a platform or an engine. `window` is not among them: a rollout
 * counts in windows, and the browser's does not compile there, because tsconfig.core.json knows no DOM.
 */
export const IMPURE_GLOBALS: ReadonlySet<string> = new Set([
  "Date",
  "performance",
  "crypto",
  "process",
  "Buffer",
  "Deno",
  "Bun",
  "globalThis",
  "self",
  "navigator",
  "fetch",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "WebAssembly",
  "console",
  "eval",
]);

/** Packages whose numbers decide: a verdict must have the same bits on every engine. */
const EXACT_PLACES = new Set(["rollout", "simulation"]);

/** ECMAScript leaves the last bits of these to the engine (ECMA-262 section 21.3.2). */
const INEXACT_FUNCTIONS = [
  ...["log", "log2", "log10", "log1p", "exp", "expm1", "pow", "cbrt", "hypot"],
  ...["sin", "cos", "tan", "asin", "acos", "atan", "atan2"],
  ...["sinh", "cosh", "tanh", "asinh", "acosh", "atanh"],
];

/** A `Math` that is passed on or unpacked hides what is taken from it. */
const INEXACT: ReadonlySet<string> = new Set([...INEXACT_FUNCTIONS.map((name) => `Math.${name}`), "Math", "**"]);

/** @returns whether code of this package may not mention `what`, because its result depends on the engine */
export function isInexact(place: string, what: string): boolean {
  return EXACT_PLACES.has(place) && INEXACT.has(what);
}
