/** Searches for planted secrets on both runtimes and in both modes; `npm test` takes each runtime and each mode once. */
import { spawnSync } from "node:child_process";

const { status } = spawnSync("vitest", ["run", "--project", "node", "test/canary"], {
  env: { ...process.env, CANARY_RUNS: "all" },
  stdio: "inherit",
});
process.exit(status ?? 1);
