import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { fixtureBytes } from "./test/runtimes/fixture-bytes.ts";

/**
 * Rooms without a clock, a disk or a process: nothing that a test of theirs leaves behind can reach the next file, so the
 * files of a worker share its modules. Loading them anew for each file took a third of their time.
 */
const PURE =
  "packages/{encoding,signature,wasm,manifest,ledger,identity,rollout,simulation,contract,ports,control,adapter-memory}/src/**/*.test.ts";

/** Only what hangs: tests that kill processes and wait for a disk take half a minute on a quiet machine. */
const HUNG_MS = 180_000;

export default defineConfig({
  test: {
    // One fewer than there are cores is the default, and most of these tests wait for a disk or for a process.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "pure",
          include: [PURE],
          isolate: false,
          testTimeout: HUNG_MS,
          hookTimeout: HUNG_MS,
        },
      },
      {
        test: {
          name: "node",
          include: [
            "packages/*/src/**/*.test.ts",
            "edge/*/src/**/*.test.ts",
            "test/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/*.workerd.test.ts", PURE],
          testTimeout: HUNG_MS,
          hookTimeout: HUNG_MS,
        },
      },
      {
        plugins: [
          fixtureBytes(),
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            // scripts/campaign-stop.ts asks for more.
            miniflare: {
              bindings: {
                STOP_AGENTS: process.env["STOP_AGENTS"] ?? "100",
                // scripts/campaign-stream.ts asks for more.
                STREAM_CUTS: process.env["STREAM_CUTS"] ?? "5",
                RESOLVE_SECONDS: process.env["STOP_AGENTS"] === undefined ? "1" : "5",
              },
            },
          }),
        ],
        test: {
          name: "workerd",
          include: ["**/*.workerd.test.ts"],
          exclude: ["**/node_modules/**", "dist/**"],
          testTimeout: HUNG_MS,
        },
      },
    ],
  },
});
