/** `tau-edge rollout status`: one rollout whole. */
import type { RolloutView } from "@tau-edge/control";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderRollout } from "../../render/rollout.ts";
import type { RolloutsSource, SourceOptions } from "../../rollouts-source.ts";
import { rolloutArgument } from "./arguments.ts";
import { unknownRollout } from "./unknown-rollout.ts";
import { withSource } from "./with-source.ts";

export async function statusVerb(rollout: string, options: SourceOptions, io: CliIo): Promise<ExitCode> {
  const id = rolloutArgument(rollout);
  return withSource(options, io, {
    doing: id,
    ask: (source) => knownRollout(source, id),
    render: (view, paint, flags) => renderRollout(view, { paint, flags, now_unix_ms: Date.now() }),
    exitCode: () => EXIT.done,
  });
}

/** @throws CliError `rollout_unknown` */
export async function knownRollout({ rollouts }: RolloutsSource, id: string): Promise<RolloutView> {
  const view = await rollouts.get(id);
  if (view === undefined) throw unknownRollout(id);
  return view;
}
