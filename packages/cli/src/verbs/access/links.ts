/** `tau-edge bootstrap link`, `list` and `revoke`: invitations for agents. */
import type { CreatedLink } from "@tau-edge/control";
import type { AccessOptions } from "../../access/access-source.ts";
import type { ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderLink, renderLinks, renderRevoked } from "../../render/access.ts";
import { secondsArgument } from "./arguments.ts";
import { acceptClock, type ChangeOptions, deskFor } from "./changes.ts";
import { withDesk } from "./with-desk.ts";

export interface LinkOptions extends ChangeOptions {
  readonly subject: string;
  readonly scope?: readonly string[];
  readonly ttl?: string;
  readonly expectedDid?: string;
}

export async function bootstrapLinkVerb(options: LinkOptions, io: CliIo): Promise<ExitCode> {
  const { subject, scope, ttl, expectedDid, dryRun = false } = options;
  const request = {
    ...acceptClock(options),
    subject,
    ...(scope !== undefined && { scopes: scope }),
    ...(ttl !== undefined && { ttl_s: secondsArgument(ttl, "--ttl") }),
    ...(expectedDid !== undefined && { expected_did: expectedDid }),
  };
  return withDesk(options, io, {
    doing: "making a link",
    async ask(source) {
      const desk = await deskFor(options, source, async (there) => ({ links: await there.listLinks() }));
      if ((await source.owner()) === "unknown") noteUnknownOwner(io);
      const made = await io.uninterrupted(() => desk.createLink(request));
      return made.outcome === "refused" ? made : linkReport(made, subject, dryRun);
    },
    render: (report, paint, flags) => renderLink(report, paint, flags, Date.now()),
  });
}

export interface LinkReport {
  readonly outcome: "created";
  readonly dry_run: boolean;
  readonly link_id?: string;
  /** The invitation with its secret. */
  readonly url?: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly expires_at: string;
}

function linkReport(made: Extract<CreatedLink, { outcome: "created" }>, subject: string, dry_run: boolean): LinkReport {
  const { link_id, url, scopes, expires_unix_ms } = made;
  const expires_at = new Date(expires_unix_ms).toISOString();
  return { outcome: "created", dry_run, ...(dry_run ? {} : { link_id, url }), subject, scopes, expires_at };
}

/** Its link would be refused, and nobody is told why. */
function noteUnknownOwner(io: CliIo): void {
  io.stderr(
    "note: links hang on the gateway's credential, and this directory does not know what is configured there\n" +
      "      Name it with --config FILE or its variables, say --unconfigured, or ask the gateway: --gateway URL.\n",
  );
}

export async function bootstrapListVerb(options: AccessOptions, io: CliIo): Promise<ExitCode> {
  return withDesk(options, io, {
    doing: "reading links",
    ask: async ({ desk }) => ({ links: await desk.listLinks() }),
    render: ({ links }, paint) => renderLinks(links, paint, Date.now()),
  });
}

export async function bootstrapRevokeVerb(link_id: string, options: ChangeOptions, io: CliIo): Promise<ExitCode> {
  return withDesk(options, io, {
    doing: "ending the link",
    async ask(source) {
      const desk = await deskFor(options, source, async (there) => ({ links: await there.listLinks() }));
      const result = await io.uninterrupted(() => desk.revokeLink({ ...acceptClock(options), link_id }));
      return result.outcome === "refused" ? result : { ...result, dry_run: options.dryRun === true, link_id };
    },
    render: (report, paint) => renderRevoked("the link", report, paint),
  });
}
