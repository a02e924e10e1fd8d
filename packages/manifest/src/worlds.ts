/** WASI worlds as a profile names them: `wasi:http/proxy@0.2`. */
import { WASI_WORLDS } from "@tau-edge/wasm";

/** The table lists the worlds of this track. */
export const WORLD_TRACK = "0.2";

/** Names of all worlds that a profile may list. */
export const WORLD_NAMES: readonly string[] = [...WASI_WORLDS.keys()].map((name) => `${name}@${WORLD_TRACK}`);

/** Interfaces without version that a host of this world offers, such as `wasi:http/types`; undefined if it is unknown. */
export function worldImports(world: string): readonly string[] | undefined {
  const [name = "", track] = world.split("@");
  return track === WORLD_TRACK ? WASI_WORLDS.get(name)?.imports : undefined;
}
