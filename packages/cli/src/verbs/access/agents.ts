/** `tau-edge agents list` and `revoke`: who was let in by a link. */
import type { AccessOptions } from "../../access/access-source.ts";
import type { ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderAgents, renderRevoked } from "../../render/access.ts";
import { acceptClock, type ChangeOptions, deskFor } from "./changes.ts";
import { withDesk } from "./with-desk.ts";

export async function agentsListVerb(options: AccessOptions, io: CliIo): Promise<ExitCode> {
  return withDesk(options, io, {
    doing: "reading agents",
    ask: async ({ desk }) => ({ agents: await desk.listAgents() }),
    render: ({ agents }, paint) => renderAgents(agents, paint, Date.now()),
  });
}

export async function agentsRevokeVerb(did: string, options: ChangeOptions, io: CliIo): Promise<ExitCode> {
  return withDesk(options, io, {
    doing: "ending the agent",
    async ask(source) {
      const desk = await deskFor(options, source, async (there) => ({ agents: await there.listAgents() }));
      const result = await io.uninterrupted(() => desk.revokeAgent({ ...acceptClock(options), did }));
      return result.outcome === "refused" ? result : { ...result, dry_run: options.dryRun === true, did };
    },
    render: (report, paint) => renderRevoked("the agent, its tokens now and its key for ever", report, paint),
  });
}
