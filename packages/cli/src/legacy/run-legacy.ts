/** Runs S1's command line with our use cases. What a mode needs is loaded when it is asked for. */
import type { ExitCode } from "../exit-codes.ts";
import type { CliIo } from "../io.ts";
import { parseLegacy } from "./parse.ts";

export async function runLegacy(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  const asked = parseLegacy(argv, io.env);
  switch (asked.verb) {
    case "package":
      return (await import("./artifacts.ts")).packageLegacy(asked, io);
    case "inspect":
      return (await import("./artifacts.ts")).inspectLegacy(asked, io);
    case "did_init":
      return (await import("./did.ts")).didInitLegacy(asked, io);
    case "run":
      return (await import("./run.ts")).runnerLegacy(asked, io);
    case "health":
      return (await import("./views.ts")).healthLegacy(asked, io);
    case "status":
      return (await import("./views.ts")).statusLegacy(asked, io);
    case "operator_summary":
      return (await import("./views.ts")).operatorSummaryLegacy(asked, io);
    case "channel_inspect":
      return (await import("./channel.ts")).inspectChannelLegacy(asked, io);
    case "channel_repair":
      return (await import("./channel.ts")).repairChannelLegacy(asked, io);
  }
}
