/** Real processes that run at once. */
import { spawn } from "node:child_process";

/** Runs the program with these arguments under this Node. What it writes to stderr is shown. */
export function runProcess(
  program: string,
  args: readonly string[],
): Promise<{ readonly status: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.on("data", (piece: Buffer) => {
    stdout += piece.toString();
  });
  return new Promise((resolve) => {
    child.on("close", (status) => resolve({ status, stdout }));
  });
}
