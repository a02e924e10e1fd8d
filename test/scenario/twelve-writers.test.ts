import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runProcess } from "./crowd.ts";
import { SAMPLE_WRITER } from "./sample-writer.ts";
import { deliverables, problemsOf } from "./state-check.ts";

const WRITERS = 12;

it("twelve processes at once on a directory that is not there yet: no deliverable is lost", async () => {
  const directory = await mkdtemp(join(tmpdir(), "tau-edge-twelve-"));
  const stateDir = join(directory, "state");
  try {
    // Two deliverables each, the second shared with a neighbour, so that processes also race for one object and stream.
    const runs = await Promise.all(
      Array.from({ length: WRITERS }, (_, nth) =>
        runProcess(SAMPLE_WRITER, [stateDir, `${nth}`, `${(nth + 1) % WRITERS}`]),
      ),
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
