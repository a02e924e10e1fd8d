/**
 * What can a binary reach through the interfaces that it imports? One row for each way to gain a capability.
 *
 * Where a row names functions, only they grant it: nearly every component imports `wasi:filesystem/types` for its
 * standard streams, and only those that mention `open-at` or its like can open a file. Versions do not matter here,
 * because hosts link by name; whether a version is acceptable is the policy's question.
 */
import type { Capability } from "../inspection.ts";

interface Row {
  readonly capability: Capability;
  readonly interfaces: readonly string[];
  /** Any one of them grants it; absent: the import alone does. */
  readonly functions?: readonly string[];
  /** All functions of these resources grant it. */
  readonly resources?: readonly string[];
}

const OPENING = [
  "create-directory-at",
  "link-at",
  "open-at",
  "read-directory",
  "remove-directory-at",
  "rename-at",
  "symlink-at",
  "unlink-file-at",
].map((name) => `[method]descriptor.${name}`);

const TIMERS = ["subscribe-duration", "subscribe-instant", "wait-for", "wait-until"];

export const CAPABILITY_ROWS: readonly Row[] = [
  { capability: "args", interfaces: ["wasi:cli/environment"], functions: ["get-arguments"] },
  { capability: "env", interfaces: ["wasi:cli/environment"], functions: ["get-environment"] },
  { capability: "cwd", interfaces: ["wasi:cli/environment"], functions: ["initial-cwd", "get-initial-cwd"] },
  { capability: "exit", interfaces: ["wasi:cli/exit"] },
  { capability: "stdio", interfaces: ["wasi:cli/stdin", "wasi:cli/stdout", "wasi:cli/stderr"] },
  {
    capability: "tty",
    interfaces: [
      "wasi:cli/terminal-input",
      "wasi:cli/terminal-output",
      "wasi:cli/terminal-stderr",
      "wasi:cli/terminal-stdin",
      "wasi:cli/terminal-stdout",
    ],
  },
  { capability: "clock.monotonic", interfaces: ["wasi:clocks/monotonic-clock"], functions: ["now"] },
  { capability: "clock.wall", interfaces: ["wasi:clocks/wall-clock", "wasi:clocks/system-clock"], functions: ["now"] },
  { capability: "timers", interfaces: ["wasi:clocks/monotonic-clock"], functions: TIMERS },
  { capability: "filesystem.open", interfaces: ["wasi:filesystem/types"], functions: OPENING },
  { capability: "filesystem.handle", interfaces: ["wasi:filesystem/types", "wasi:filesystem/preopens"] },
  { capability: "http.client", interfaces: ["wasi:http/outgoing-handler", "wasi:http/client"] },
  { capability: "network.ambient", interfaces: ["wasi:sockets/instance-network"] },
  { capability: "random.insecure", interfaces: ["wasi:random/insecure", "wasi:random/insecure-seed"] },
  { capability: "random.secure", interfaces: ["wasi:random/random"] },
  { capability: "sockets.dns", interfaces: ["wasi:sockets/ip-name-lookup"] },
  { capability: "sockets.tcp", interfaces: ["wasi:sockets/tcp", "wasi:sockets/tcp-create-socket"] },
  { capability: "sockets.tcp", interfaces: ["wasi:sockets/types"], resources: ["tcp-socket"] },
  { capability: "sockets.udp", interfaces: ["wasi:sockets/udp", "wasi:sockets/udp-create-socket"] },
  { capability: "sockets.udp", interfaces: ["wasi:sockets/types"], resources: ["udp-socket"] },
];

/** An import as this table sees it; `functions` is absent when nobody could tell, which counts as all of them. */
export interface Reach {
  /** Without version, such as `wasi:io/poll`. */
  readonly name: string;
  readonly functions?: ReadonlySet<string>;
}

export function capabilitiesOf(reaches: readonly Reach[]): Capability[] {
  const found = new Set<Capability>();
  for (const reach of reaches) {
    for (const row of CAPABILITY_ROWS) if (grants(row, reach)) found.add(row.capability);
  }
  // A handle is what is left when nothing can be opened.
  if (found.has("filesystem.open")) found.delete("filesystem.handle");
  return [...found].toSorted();
}

function grants(row: Row, reach: Reach): boolean {
  if (!row.interfaces.includes(reach.name)) return false;
  const { functions } = reach;
  if (functions === undefined) return true;
  if (row.functions !== undefined) return row.functions.some((name) => functions.has(name));
  const { resources } = row;
  if (resources === undefined) return true;
  return [...functions].some((name) => resources.some((resource) => name.includes(`]${resource}.`)));
}
