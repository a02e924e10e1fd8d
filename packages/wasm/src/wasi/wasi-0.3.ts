/**
 * The interfaces of WASI 0.3.0, by name only: this reader recognises them and says so.
 *
 * Source: the interfaces typed by @bytecodealliance/preview3-shim 0.7.0 and the WIT of WASI 0.3.0.
 */
export const WASI_0_3: ReadonlySet<string> = new Set([
  "cli/environment",
  "cli/exit",
  "cli/run",
  "cli/stderr",
  "cli/stdin",
  "cli/stdout",
  "cli/terminal-input",
  "cli/terminal-output",
  "cli/terminal-stderr",
  "cli/terminal-stdin",
  "cli/terminal-stdout",
  "cli/types",
  "clocks/monotonic-clock",
  "clocks/system-clock",
  "clocks/timezone",
  "clocks/types",
  "filesystem/preopens",
  "filesystem/types",
  "http/client",
  "http/handler",
  "http/types",
  "random/insecure",
  "random/insecure-seed",
  "random/random",
  "sockets/ip-name-lookup",
  "sockets/types",
]);

/** Published, but behind a feature flag of the WIT text (`clocks-timezone`). */
export const WASI_0_3_UNSTABLE: ReadonlySet<string> = new Set(["clocks/timezone"]);
