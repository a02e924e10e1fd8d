/** Searches for planted secrets on Node and Deno, with a token and with a password; `npm test` takes the first pair. */
import { spawnSync } from "node:child_process";

const { status } = spawnSync("vitest", ["run", "--project", "node", "test/canary"], {
  env: { ...process.env, CANARY_RUNS: "all" },
  stdio: "inherit",
});
process.exit(status ?? 1);
