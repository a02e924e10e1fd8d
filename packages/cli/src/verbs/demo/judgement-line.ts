/** A verdict in one line, with the numbers that it was made from. */

import type { ObjectReader } from "@tau-edge/ports";
import { fromBinary64, type Judgement, type Plan, readGateReport, readSnapshot } from "@tau-edge/rollout";
import { percentOfBp, percentOfPpm } from "../../render/share.ts";
import { grouped, type Paint } from "../../render/text.ts";
import { duration } from "../../render/time.ts";

const OBJECT_BYTES_MAX = 1024 * 1024;
const MILLION = 1_000_000;

/** Read from the stored objects, as everybody can who doubts it. */
export async function judgementLine(
  judgement: Judgement,
  { policy }: Plan,
  objects: ObjectReader,
  paint: Paint,
): Promise<string> {
  const { stage, result, code } = judgement;
  const snapshot = readSnapshot(await bytesOf(judgement.snapshot, objects));
  const { findings } = readGateReport(await bytesOf(judgement.gate_report, objects));
  const weight_bp = policy.stages[stage]?.weight_bp;
  const { total, failed, opened_unix_ms, frozen_unix_ms } = snapshot;
  const p95 = findings.find(({ gate }) => gate === "p95_latency_delta")?.value_f64;
  const cells = [
    (weight_bp === undefined ? "watch" : percentOfBp(weight_bp)).padEnd(6),
    duration(frozen_unix_ms - opened_unix_ms).padStart(10),
    `${grouped(total).padStart(6)} calls`,
    `${percentOfPpm(Math.round((failed * MILLION) / Math.max(total, 1))).padStart(6)} failed`,
    ...(p95 === undefined ? [] : [`p95 ${signedPercent(fromBinary64(p95)).padStart(6)}`]),
    paint(result === "pass" ? "green" : "red", result) + (code === undefined ? "" : ` ${code}`),
  ];
  return `  ${cells.join("  ")}\n`;
}

async function bytesOf(digest: Judgement["snapshot"], objects: ObjectReader): Promise<Uint8Array> {
  const bytes = await objects.read(digest, OBJECT_BYTES_MAX);
  if (bytes === undefined) throw new RangeError(`${digest} was judged and is not there`);
  return bytes;
}

function signedPercent(share: number): string {
  return `${share < 0 ? "" : "+"}${(100 * share).toFixed(1)} %`;
}
