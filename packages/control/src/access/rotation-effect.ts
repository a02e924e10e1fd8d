/** What a rotation that is on record does to the directory, whoever carries it out. */
import type { Rotation } from "@tau-edge/ports";
import type { AccessContext } from "./access-context.ts";
import { BOOTSTRAP_KEY_BYTES } from "./bootstrap-key.ts";
import type { RotationFacts } from "./rotation-records.ts";

/**
 * With what earlier ones are to end that are on record and not in force, because somebody died or is at work: the directory
 * goes by the epoch alone, so once this one is in force nobody would end that any more.
 */
export async function effectOf(rotation: RotationFacts, { ports, system }: AccessContext): Promise<Rotation> {
  const inForce = (await ports.directory.facts()).epoch;
  const known = await system.refresh();
  const earlier = known.effects
    .flatMap(({ effect }) => (effect.kind === "rotated" ? [effect.rotation] : []))
    .filter(({ epoch }) => epoch > inForce && epoch < rotation.epoch);
  const all = [rotation, ...earlier];
  const since = all.flatMap(({ agents_since_unix_ms }) => agents_since_unix_ms ?? []);
  return {
    epoch: rotation.epoch,
    now_unix_ms: ports.clock.nowUnixMs(),
    links: all.some(({ links }) => links),
    tokens: all.some(({ tokens }) => tokens),
    ...(all.some(({ bootstrap }) => bootstrap) && { bootstrap_key: ports.randomBytes(BOOTSTRAP_KEY_BYTES) }),
    ...(since.length > 0 && { agents_since_unix_ms: Math.min(...since) }),
  };
}
