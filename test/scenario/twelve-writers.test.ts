import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SAMPLE_WRITER } from "./sample-writer.ts";
import { deliverables, problemsOf } from "./state-check.ts";

const WRITERS = 12;

function writer(stateDir: string, nths: readonly number[]): Promise<{ status: number | null; stdout: string }> {
  const child = spawn(process.execPath, [SAMPLE_WRITER, stateDir, ...nths.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (piece: Buffer) => {
    stdout += piece.toString();
  });
  return new Promise((resolve) => {
    child.on("close", (status) => resolve({ status, stdout }));
  });
}

it("twelve processes at once on a directory that is not there yet: no deliverable is lost", async () => {
  const directory = await mkdtemp(join(tmpdir(), "tau-edge-twelve-"));
  const stateDir = join(directory, "state");
  try {
    // Two deliverables each, the second shared with a neighbour, so that processes also race for one object and stream.
    const runs = await Promise.all(
      Array.from({ length: WRITERS }, (_, nth) => writer(stateDir, [nth, (nth + 1) % WRITERS])),
    );
    for (const { status, stdout } of runs)
      expect({ status, errors: stdout.match(/"error".*/g) }).toEqual({ status: 0, errors: null });
    const acknowledged = runs.flatMap(({ stdout }) =>
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );
    expect(await problemsOf(stateDir, acknowledged)).toEqual([]);
    expect(await deliverables(stateDir)).toHaveLength(WRITERS);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
