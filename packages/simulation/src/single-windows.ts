/**
 * One window of each stage, whatever the ones before it came to: a bad release hardly ever gets beyond the first stage by
 * itself, and how well the later ones would have stopped it is asked all the same.
 */
import type { Snapshot } from "@tau-edge/rollout";
import type { Chance } from "./chance.ts";
import { drawWindow } from "./draw-window.ts";
import { judge } from "./judge.ts";
import type { World } from "./world.ts";

/** @returns for each stage, and the watch as the last one, whether its window passed */
export function passesEach(chance: Chance, world: World): readonly boolean[] {
  let baseline: Snapshot | undefined;
  return world.stages.map((at) => {
    const drawn = drawWindow(chance, world, at);
    const before = baseline === undefined ? {} : { baseline };
    const judged = judge(chance, world, { at, window: 0, opened_unix_ms: 0, drawn, judged: 0, ...before });
    baseline = judged.baseline;
    return judged.report.result === "pass";
  });
}
