/**
 * The interfaces of WASI 0.2 with their functions, as data.
 *
 * Source: the WIT of the WASI 0.2 releases (github.com/WebAssembly/WASI), read in its binary form from two published
 * encodings: the `wasi:cli@0.2.12` world in the preview1 adapter of jco 1.35.0 and the `wasi:http@0.2.10` world in the
 * engine of componentize-js 0.23.0; `clocks/timezone` and `network-error-code` from the WIT text (unstable there).
 * Interfaces are only ever added to within 0.2, so this table stands for the whole track.
 */

/** Function names behind `package/interface`; a resource's methods are written once below their resource. */
type Interfaces = { readonly [name: string]: readonly string[] };

function methods(resource: string, names: string): string[] {
  return names.split(" ").map((name) => `[method]${resource}.${name}`);
}

export const WASI_0_2: Interfaces = {
  "cli/environment": ["get-arguments", "get-environment", "initial-cwd"],
  "cli/exit": ["exit", "exit-with-code"],
  "cli/run": ["run"],
  "cli/stderr": ["get-stderr"],
  "cli/stdin": ["get-stdin"],
  "cli/stdout": ["get-stdout"],
  "cli/terminal-input": [],
  "cli/terminal-output": [],
  "cli/terminal-stderr": ["get-terminal-stderr"],
  "cli/terminal-stdin": ["get-terminal-stdin"],
  "cli/terminal-stdout": ["get-terminal-stdout"],
  "clocks/monotonic-clock": ["now", "resolution", "subscribe-duration", "subscribe-instant"],
  "clocks/timezone": ["display", "utc-offset"],
  "clocks/wall-clock": ["now", "resolution"],
  "filesystem/preopens": ["get-directories"],
  "filesystem/types": [
    ...methods("descriptor", "advise append-via-stream create-directory-at get-flags get-type is-same-object link-at"),
    ...methods("descriptor", "metadata-hash metadata-hash-at open-at read read-directory read-via-stream readlink-at"),
    ...methods("descriptor", "remove-directory-at rename-at set-size set-times set-times-at stat stat-at symlink-at"),
    ...methods("descriptor", "sync sync-data unlink-file-at write write-via-stream"),
    ...methods("directory-entry-stream", "read-directory-entry"),
    "filesystem-error-code",
  ],
  "http/incoming-handler": ["handle"],
  "http/outgoing-handler": ["handle"],
  "http/types": [
    "[constructor]fields",
    "[constructor]outgoing-request",
    "[constructor]outgoing-response",
    "[constructor]request-options",
    ...methods("fields", "append clone delete entries get has set"),
    ...methods("future-incoming-response", "get subscribe"),
    ...methods("future-trailers", "get subscribe"),
    ...methods("incoming-body", "stream"),
    ...methods("incoming-request", "authority consume headers method path-with-query scheme"),
    ...methods("incoming-response", "consume headers status"),
    ...methods("outgoing-body", "write"),
    ...methods("outgoing-request", "authority body headers method path-with-query scheme set-authority set-method"),
    ...methods("outgoing-request", "set-path-with-query set-scheme"),
    ...methods("outgoing-response", "body headers set-status-code status-code"),
    ...methods("request-options", "between-bytes-timeout connect-timeout first-byte-timeout"),
    ...methods("request-options", "set-between-bytes-timeout set-connect-timeout set-first-byte-timeout"),
    "[static]fields.from-list",
    "[static]incoming-body.finish",
    "[static]outgoing-body.finish",
    "[static]response-outparam.set",
    "http-error-code",
  ],
  "io/error": methods("error", "to-debug-string"),
  "io/poll": [...methods("pollable", "block ready"), "poll"],
  "io/streams": [
    ...methods("input-stream", "blocking-read blocking-skip read skip subscribe"),
    ...methods("output-stream", "blocking-flush blocking-splice blocking-write-and-flush"),
    ...methods("output-stream", "blocking-write-zeroes-and-flush check-write flush splice subscribe write"),
    ...methods("output-stream", "write-zeroes"),
  ],
  "random/insecure": ["get-insecure-random-bytes", "get-insecure-random-u64"],
  "random/insecure-seed": ["insecure-seed"],
  "random/random": ["get-random-bytes", "get-random-u64"],
  "sockets/instance-network": ["instance-network"],
  "sockets/ip-name-lookup": [
    ...methods("resolve-address-stream", "resolve-next-address subscribe"),
    "resolve-addresses",
  ],
  "sockets/network": ["network-error-code"],
  "sockets/tcp": [
    ...methods("tcp-socket", "accept address-family finish-bind finish-connect finish-listen hop-limit is-listening"),
    ...methods("tcp-socket", "keep-alive-count keep-alive-enabled keep-alive-idle-time keep-alive-interval"),
    ...methods("tcp-socket", "local-address receive-buffer-size remote-address send-buffer-size set-hop-limit"),
    ...methods("tcp-socket", "set-keep-alive-count set-keep-alive-enabled set-keep-alive-idle-time"),
    ...methods("tcp-socket", "set-keep-alive-interval set-listen-backlog-size set-receive-buffer-size"),
    ...methods("tcp-socket", "set-send-buffer-size shutdown start-bind start-connect start-listen subscribe"),
  ],
  "sockets/tcp-create-socket": ["create-tcp-socket"],
  "sockets/udp": [
    ...methods("incoming-datagram-stream", "receive subscribe"),
    ...methods("outgoing-datagram-stream", "check-send send subscribe"),
    ...methods("udp-socket", "address-family finish-bind local-address receive-buffer-size remote-address"),
    ...methods("udp-socket", "send-buffer-size set-receive-buffer-size set-send-buffer-size set-unicast-hop-limit"),
    ...methods("udp-socket", "start-bind stream subscribe unicast-hop-limit"),
  ],
  "sockets/udp-create-socket": ["create-udp-socket"],
};

/** Published, but behind a feature flag of the WIT text. */
export const WASI_0_2_UNSTABLE: ReadonlySet<string> = new Set(["clocks/timezone"]);

const CLI_IMPORTS: readonly string[] = Object.keys(WASI_0_2).filter(
  (name) => !name.startsWith("http/") && name !== "cli/run" && !WASI_0_2_UNSTABLE.has(name),
);

export interface World {
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

/** What a host of each world offers and what it calls. */
export const WASI_0_2_WORLDS: ReadonlyMap<string, World> = new Map([
  ["wasi:cli/imports", { imports: CLI_IMPORTS, exports: [] }],
  ["wasi:cli/command", { imports: CLI_IMPORTS, exports: ["cli/run"] }],
  [
    "wasi:http/proxy",
    {
      imports: [
        "cli/stderr",
        "cli/stdin",
        "cli/stdout",
        "clocks/monotonic-clock",
        "clocks/wall-clock",
        "http/outgoing-handler",
        "http/types",
        "io/error",
        "io/poll",
        "io/streams",
        "random/random",
      ],
      exports: ["http/incoming-handler"],
    },
  ],
]);
