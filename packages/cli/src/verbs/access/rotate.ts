/** `tau-edge rotate`: another credential in the place of the one before, and the proof of what is dead now. */
import type { RotationReport, RotationResult } from "@tau-edge/control";
import type { RotationAsked } from "../../access/access-desk.ts";
import type { AccessSource } from "../../access/access-source.ts";
import type { Rehearsed } from "../../access/rehearsal.ts";
import { type ReservedFile, reserveFile } from "../../access/reserved-file.ts";
import type { ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import { PASSWORD_BYTES_MAX } from "../../gateway-client/limits.ts";
import type { CliIo } from "../../io.ts";
import { renderRotation } from "../../render/access.ts";
import { secretFrom } from "../../secret-source.ts";
import { instantArgument } from "./arguments.ts";
import { acceptClock, type ChangeOptions, deskFor } from "./changes.ts";
import { toldSecret } from "./tokens.ts";
import { withDesk } from "./with-desk.ts";

export interface RotateOptions extends ChangeOptions {
  readonly scope?: readonly string[];
  readonly afterIncident?: boolean;
  readonly agentsSince?: string;
  readonly newPassword?: string;
  readonly newPasswordFile?: string;
  readonly tokenOut?: string;
}

export interface RotatedReport {
  readonly outcome: "rotated";
  readonly dry_run: boolean;
  readonly epoch?: number;
  readonly new_token?: string;
  /** Where the new token was written, in its place. */
  readonly token_file?: string;
  /** In a dry run without what nobody but a rotation can count. */
  readonly proof: Partial<RotationReport>;
}

export async function rotateVerb(options: RotateOptions, io: CliIo): Promise<ExitCode> {
  const { tokenOut, dryRun = false } = options;
  const request = await requestOf(options, io);
  return withDesk(options, io, {
    doing: "rotating",
    async ask(source) {
      await needKnownOwner(request, source);
      const desk = await deskFor(options, source, () => everything(request, source));
      const file = tokenOut === undefined || dryRun ? undefined : reserveFile(tokenOut, io);
      try {
        // From here on the old credential may be dead: what comes back is told, whatever signal comes.
        return await io.uninterrupted(async () => {
          const result = await desk.rotate(request);
          return result.outcome === "refused" ? result : rotatedReport(result, file, dryRun);
        });
      } finally {
        file?.release();
      }
    },
    render: (report, paint) => renderRotation(report, paint),
  });
}

async function requestOf(options: RotateOptions, io: CliIo): Promise<RotationAsked> {
  const { scope, afterIncident, agentsSince, newPassword: argument, newPasswordFile: file } = options;
  if (file === "-" && (options.passwordFile === "-" || options.tokenFile === "-"))
    throw new CliError("usage", "The standard input is one secret only", {
      remedy: "Give one of them in a file: --new-password-file FILE.",
    });
  const new_password = await secretFrom(
    {
      ...{ option: "--new-password", argument, file },
      ...{ variable: "TAU_EDGE_NEW_PASSWORD", bytesMax: PASSWORD_BYTES_MAX },
    },
    io,
  );
  return {
    ...acceptClock(options),
    ...(scope !== undefined && { scope }),
    ...(afterIncident === true && { after_incident: true }),
    ...(agentsSince !== undefined && { agents_since_unix_ms: instantArgument(agentsSince, "--agents-since") }),
    ...(new_password !== undefined && { new_password }),
  };
}

/** Whoever is told that a credential is dead must be able to rely on it. */
async function needKnownOwner({ scope, after_incident }: RotationAsked, source: AccessSource): Promise<void> {
  const replaces = after_incident === true || scope === undefined || scope.includes("credential");
  if (!replaces || (await source.owner()) !== "unknown") return;
  throw new CliError("usage", "This directory does not know which credential its gateway has configured", {
    remedy: "Name it with --config FILE or its variables, say --unconfigured, or ask the gateway: --gateway URL.",
  });
}

async function everything({ new_password }: RotationAsked, source: AccessSource): Promise<Rehearsed> {
  const { desk } = source;
  const kind = new_password === undefined ? await source.owner() : "password";
  return {
    links: await desk.listLinks(),
    agents: await desk.listAgents(),
    tokens: await desk.listTokens(),
    ...((kind === "token" || kind === "password") && { owner: kind }),
  };
}

type Rotated = Extract<RotationResult, { outcome: "rotated" }>;

function rotatedReport(
  { epoch, new_token, proof }: Rotated,
  file: ReservedFile | undefined,
  dry: boolean,
): RotatedReport {
  const { token, token_file } = new_token === undefined ? {} : toldSecret(new_token, file, dry);
  return {
    outcome: "rotated",
    dry_run: dry,
    ...(dry ? {} : { epoch }),
    ...(token !== undefined && { new_token: token }),
    ...(token_file !== undefined && { token_file }),
    proof: dry ? imagined(proof) : proof,
  };
}

/** The epoch is not known before, and how many access tokens are alive nobody lists. */
function imagined({ epoch: _epoch, applied: _applied, access_tokens_voided: _alive, ...rest }: RotationReport) {
  return rest;
}
