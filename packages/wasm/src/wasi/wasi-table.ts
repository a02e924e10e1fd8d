/** Is this an interface that WASI defines, and what does it offer? */
import type { WasiTrack } from "../inspection.ts";
import { WASI_0_2, WASI_0_2_UNSTABLE, WASI_0_2_WORLDS, type World } from "./wasi-0.2.ts";
import { WASI_0_3, WASI_0_3_UNSTABLE } from "./wasi-0.3.ts";

/** Named in verdicts: which interfaces were known when one was given. */
export const TABLE_REVISION = "wasi-0.2.12+0.3.0-r2";

export interface WasiInterface {
  /** Such as `wasi:http/types`. */
  readonly name: string;
  readonly track: "0.2" | "0.3";
  /** Sorted; of 0.3 only the names of interfaces are known. */
  readonly functions: readonly string[];
  /** Published behind a feature flag of the WIT text: hosts offer it only when told to, and it may still change. */
  readonly unstable: boolean;
}

export const WASI_TABLE: readonly WasiInterface[] = [
  ...Object.entries(WASI_0_2).map(
    ([path, functions]): WasiInterface => ({
      name: `wasi:${path}`,
      track: "0.2",
      functions: functions.toSorted(),
      unstable: WASI_0_2_UNSTABLE.has(path),
    }),
  ),
  ...[...WASI_0_3].map(
    (path): WasiInterface => ({
      name: `wasi:${path}`,
      track: "0.3",
      functions: [],
      unstable: WASI_0_3_UNSTABLE.has(path),
    }),
  ),
];

const BY_TRACK_AND_NAME: ReadonlyMap<string, WasiInterface> = new Map(
  WASI_TABLE.map((entry) => [`${entry.track} ${entry.name}`, entry]),
);

/** `name` without version, such as `wasi:io/poll`. */
export function lookUpInterface(name: string, track: WasiTrack): WasiInterface | undefined {
  return BY_TRACK_AND_NAME.get(`${track} ${name}`);
}

export function isKnownInterface(name: string, track: WasiTrack): boolean {
  return lookUpInterface(name, track) !== undefined;
}

/** Worlds of WASI 0.2 by name, such as `wasi:http/proxy`; their interfaces with namespace and without version. */
export const WASI_WORLDS: ReadonlyMap<string, World> = new Map(
  [...WASI_0_2_WORLDS].map(([name, { imports, exports }]) => {
    const qualify = (path: string) => `wasi:${path}`;
    return [name, { imports: imports.map(qualify), exports: exports.map(qualify) }];
  }),
);
