/** One cycle of S1's contract runner. */
import type { CyclePorts } from "./cycle-ports.ts";
import type { CycleReport, RefusedCycle } from "./cycle-report.ts";
import type { CycleRequest } from "./cycle-request.ts";

/**
 * @returns refused: the fixture breaks a rule, and nothing of the cycle was written
 * @throws PortError whatever the stores throw; nothing is acknowledged then, and the next cycle completes what was begun
 * @throws RangeError for an option below its least value
 */
export async function runCycle(_request: CycleRequest, _ports: CyclePorts): Promise<CycleReport | RefusedCycle> {
  throw new TypeError("not written yet");
}
