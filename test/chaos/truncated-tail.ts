/** `wal_corruption_truncated_tail`: the write-ahead log is cut at every end of a frame, and anywhere. */
import { truncateSync } from "node:fs";
import { SeededChance } from "@tau-edge/adapter-memory";
import { must, restoredPlace } from "./chaos-house.ts";
import { type ChaosReport, type Extent, Findings } from "./chaos-report.ts";
import { proveRecovery } from "./recovery-proof.ts";
import { lookAtDamagedLog, makeWalImage } from "./wal-image.ts";

const SEED = 20_261_121;
const RANDOM_CUTS = { short: 1, full: 100 } as const;
const SHORT_FRAMES = 2;

export async function truncatedTail(extent: Extent): Promise<ChaosReport> {
  const image = await makeWalImage();
  const { house, wal_bytes, frame_ends, whole, backup } = image;
  const chance = new SeededChance(SEED);
  const findings = new Findings();
  const boundaries = extent === "full" ? [0, ...frame_ends] : [0, ...sampled(frame_ends, SHORT_FRAMES), wal_bytes];
  const anywhere = Array.from({ length: RANDOM_CUTS[extent] }, () => chance.below(wal_bytes));
  for (const [what, cuts] of [
    ["cut at the end of a frame", boundaries],
    ["cut anywhere", anywhere],
  ] as const)
    for (const cut of cuts) {
      findings.inject(what);
      await lookAtDamagedLog(image, `cut at ${cut} of ${wal_bytes}`, (wal) => truncateSync(wal, cut), findings);
    }
  await must(house.run("restore", backup, "--state-dir", restoredPlace(house)));
  const report = await proveRecovery("wal_corruption_truncated_tail", findings.all, house, restoredPlace(house), whole);
  house.leave();
  return report;
}

function sampled(all: readonly number[], count: number): readonly number[] {
  return Array.from({ length: count }, (_, nth) => all[Math.floor(((nth + 0.5) * all.length) / count)] ?? 0);
}
