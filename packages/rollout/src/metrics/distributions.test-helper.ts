/** Latencies of many shapes for tests, from seeded chance. */
import { SeededChance } from "@tau-edge/adapter-memory";

const uniform = (chance: SeededChance): number => (chance.uint32() + 0.5) / 2 ** 32;
const normal = (chance: SeededChance): number =>
  Math.sqrt(-2 * Math.log(uniform(chance))) * Math.cos(2 * Math.PI * uniform(chance));
const lognormal = (median: number, sigma: number) => (chance: SeededChance) =>
  median * Math.exp(sigma * normal(chance));
const between = (low: number, high: number) => (chance: SeededChance) => low + (high - low) * uniform(chance);
const exponential = (mean: number) => (chance: SeededChance) => -mean * Math.log(uniform(chance));
const pareto = (least: number, shape: number) => (chance: SeededChance) => least * uniform(chance) ** (-1 / shape);
const either = (share: number, a: Draw, b: Draw) => (chance: SeededChance) =>
  uniform(chance) < share ? a(chance) : b(chance);
const always = (us: number) => () => us;

type Draw = (chance: SeededChance) => number;

export const DISTRIBUTIONS: Readonly<Record<string, Draw>> = {
  "lognormal, sigma 0.1": lognormal(3_000, 0.1),
  "lognormal, sigma 1": lognormal(50_000, 1),
  "lognormal, sigma 2": lognormal(1_000, 2),
  "lognormal of seconds": lognormal(4_000_000, 0.7),
  "uniform below 256": between(0, 256),
  "uniform around 256": between(200, 300),
  "uniform around a power of two": between(65_000, 66_000),
  "uniform to a second": between(0, 1_000_000),
  "uniform around 2^32": between(2 ** 32 - 2 ** 26, 2 ** 32 + 2 ** 26),
  "uniform to 2^40": between(0, 2 ** 40),
  "uniform at the end": between(2 ** 40 - 2 ** 20, 2 ** 40),
  "exponential, fast": exponential(90),
  "exponential, slow": exponential(700_000),
  "pareto, heavy": pareto(100, 1.1),
  "pareto, light": pareto(20_000, 4),
  "two modes, p95 in the upper": either(0.9, lognormal(500, 0.2), lognormal(80_000, 0.2)),
  "two modes, p95 in the gap": either(0.95, between(100, 200), between(900_000, 1_000_000)),
  "a constant": always(12_345),
  zero: always(0),
  "zeros and a tail": either(0.93, always(0), exponential(5_000_000)),
};

export function drawLatencies(draw: Draw, count: number, seed: number): number[] {
  const chance = new SeededChance(seed);
  return Array.from({ length: count }, () => Math.min(2 ** 40, Math.floor(draw(chance))));
}
