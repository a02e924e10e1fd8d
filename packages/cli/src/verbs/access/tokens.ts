/** `tau-edge token create`, `list` and `revoke`: bearer tokens of people and machines. */
import type { CreatedToken, TokenSlot } from "@tau-edge/control";
import type { AccessOptions } from "../../access/access-source.ts";
import { type ReservedFile, reserveFile } from "../../access/reserved-file.ts";
import type { ExitCode } from "../../exit-codes.ts";
import { CliError } from "../../failure.ts";
import type { CliIo } from "../../io.ts";
import { renderEndedTokens, renderToken, renderTokens } from "../../render/access.ts";
import { secondsArgument } from "./arguments.ts";
import { acceptClock, type ChangeOptions, deskFor } from "./changes.ts";
import { withDesk } from "./with-desk.ts";

export interface TokenCreateOptions extends ChangeOptions {
  readonly scope: readonly string[];
  readonly expiresIn?: string;
  readonly tokenOut?: string;
}

export interface TokenReport {
  readonly outcome: "created";
  readonly dry_run: boolean;
  readonly token?: string;
  /** Where the token was written, in the place of `token`. */
  readonly token_file?: string;
  readonly name: string;
  readonly slot: TokenSlot;
  readonly scopes: readonly string[];
  readonly expires_unix_ms?: number;
}

export async function tokenCreateVerb(name: string, options: TokenCreateOptions, io: CliIo): Promise<ExitCode> {
  const { scope, expiresIn, tokenOut, dryRun = false } = options;
  const request = {
    ...{ ...acceptClock(options), name, scopes: scope },
    ...(expiresIn !== undefined && { expires_in_s: secondsArgument(expiresIn, "--expires-in") }),
  };
  return withDesk(options, io, {
    doing: "making a token",
    async ask(source) {
      const desk = await deskFor(options, source, async (there) => ({ tokens: await there.listTokens() }));
      const file = tokenOut === undefined || dryRun ? undefined : reserveFile(tokenOut, io);
      try {
        const made = await io.uninterrupted(async () => {
          const created = await desk.createToken(request);
          return created.outcome === "refused" ? created : tokenReport(created, file, dryRun);
        });
        return made;
      } finally {
        file?.release();
      }
    },
    render: (report, paint) => renderToken(report, paint, Date.now()),
  });
}

function tokenReport(
  { token, name, slot, scopes, expires_unix_ms }: Extract<CreatedToken, { outcome: "created" }>,
  file: ReservedFile | undefined,
  dry_run: boolean,
): TokenReport {
  const end = expires_unix_ms === undefined ? {} : { expires_unix_ms };
  return { outcome: "created", dry_run, ...toldSecret(token, file, dry_run), name, slot, scopes, ...end };
}

/** Told once, here or in the file. One that cannot be written any more is told here after all: it is made, and nowhere else. */
export function toldSecret(
  token: string,
  file: ReservedFile | undefined,
  dry_run: boolean,
): { readonly token?: string; readonly token_file?: string } {
  if (dry_run) return {};
  if (file === undefined) return { token };
  try {
    file.write(token);
    return { token_file: file.path };
  } catch {
    return { token };
  }
}

export async function tokenListVerb(options: AccessOptions, io: CliIo): Promise<ExitCode> {
  return withDesk(options, io, {
    doing: "reading tokens",
    ask: async ({ desk }) => ({ tokens: await desk.listTokens() }),
    render: ({ tokens }, paint) => renderTokens(tokens, paint, Date.now()),
  });
}

export interface TokenRevokeOptions extends ChangeOptions {
  readonly slot?: string;
}

const SLOTS = ["current", "next", "both"] as const;

export async function tokenRevokeVerb(name: string, options: TokenRevokeOptions, io: CliIo): Promise<ExitCode> {
  const { slot: text = "both" } = options;
  const slot = SLOTS.find((known) => known === text);
  if (slot === undefined)
    throw new CliError("usage", "--slot is neither current, next nor both", {
      remedy: "`tau-edge token list` shows which there are.",
    });
  return withDesk(options, io, {
    doing: "ending tokens",
    async ask(source) {
      const desk = await deskFor(options, source, async (there) => ({ tokens: await there.listTokens() }));
      const result = await io.uninterrupted(() => desk.revokeToken({ ...acceptClock(options), name, slot }));
      return result.outcome === "refused" ? result : { ...result, dry_run: options.dryRun === true, name };
    },
    render: (report, paint) => renderEndedTokens(report, paint),
  });
}
