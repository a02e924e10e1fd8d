/** Runs one chaos case in a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { CHAOS_PROCESS } from "./chaos-process.ts";
import type { ChaosCase, ChaosReport, Extent } from "./chaos-report.ts";

/** @throws Error when it ends without a report */
export async function runChaos(name: ChaosCase, extent: Extent): Promise<ChaosReport> {
  const child = spawn(process.execPath, [CHAOS_PROCESS, name, extent], { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (piece: Buffer) => {
    stdout += piece.toString();
  });
  child.stderr.on("data", (piece: Buffer) => {
    stderr += piece.toString();
  });
  await once(child, "close");
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  if (line === undefined) throw new Error(`${name} gave no report: ${stdout}${stderr}`);
  return JSON.parse(line);
}
