/** `tau-edge replay`: computes a rollout again from its records and objects, and compares byte for byte. */
import type { ReplayReport } from "@tau-edge/control";
import { EncodingError, readJson } from "@tau-edge/encoding";
import { type TraceDocument, traceDocumentSchema } from "@tau-edge/rollout";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import type { CliIo } from "../../io.ts";
import { readFileOnce } from "../../operands.ts";
import { renderReplay } from "../../render/replay.ts";
import type { SourceOptions } from "../../rollouts-source.ts";
import { rolloutArgument } from "./arguments.ts";
import { unknownRollout } from "./unknown-rollout.ts";
import { withSource } from "./with-source.ts";

export interface ReplayOptions extends SourceOptions {
  readonly against?: string;
  readonly golden?: boolean;
}

export async function replayVerb(rollout: string, options: ReplayOptions, io: CliIo): Promise<ExitCode> {
  const id = rolloutArgument(rollout);
  if (options.golden === true) return printTrace(id, options, io);
  const against = options.against === undefined ? undefined : goldenFrom(io, options.against);
  return withSource(options, io, {
    doing: `computing ${id} again`,
    ask: async ({ rollouts }) => {
      const report = await rollouts.replay(id, against);
      if (report === undefined) throw unknownRollout(id);
      return report;
    },
    render: renderReplay,
    exitCode: exitCodeOf,
  });
}

function exitCodeOf(report: ReplayReport): ExitCode {
  if (report.result === "differs" || report.against?.result === "differs") return EXIT.integrity;
  // No record of ours explains where it went.
  if (report.result === "not_replayable" && report.lost === true) return EXIT.integrity;
  return report.result === "same" ? EXIT.done : EXIT.refused;
}

/** Always JSON: it is a document to keep, and to compare other runs with. */
async function printTrace(id: string, options: ReplayOptions, io: CliIo): Promise<ExitCode> {
  if (options.against !== undefined)
    throw new CliError("usage", "--golden prints a trace, and --against compares with one", {
      remedy: "Give one of them.",
    });
  return withSource<TraceDocument>(options, io, {
    doing: `reading the trace of ${id}`,
    ask: async ({ rollouts }) => {
      const trace = await rollouts.trace(id);
      if (trace === undefined) throw unknownRollout(id);
      return trace;
    },
    render: (trace) => `${JSON.stringify(trace, undefined, 2)}\n`,
    exitCode: () => EXIT.done,
  });
}

const GOLDEN_BYTES_MAX = 16 * 1024 * 1024;

function goldenFrom(io: CliIo, file: string): TraceDocument {
  const remedy = "Make it with `tau-edge replay ROLLOUT --golden > FILE`.";
  try {
    const parsed = traceDocumentSchema.safeParse(readJson(readFileOnce(io, file, GOLDEN_BYTES_MAX)));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const at = `${file} $.${issue?.path.join(".") ?? ""}`;
    throw new CliError("golden_malformed", `This is no trace: ${issue?.message ?? ""}`, { at, remedy });
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new CliError("golden_malformed", cause.message, { at: file, remedy, cause });
  }
}
