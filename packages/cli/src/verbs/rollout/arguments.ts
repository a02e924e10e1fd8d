/** What stands on the command line of several verbs, checked before anything is opened. */
import { type Digest, isDigest } from "@tau-edge/encoding";
import { parseRolloutId } from "@tau-edge/ledger";
import { isBlueprintId } from "@tau-edge/manifest";
import { type Environment, isEnvironment, parseEnvironment, ROLES, type Role } from "@tau-edge/rollout";
import { CliError } from "../../failure.ts";

/** @throws CliError `usage` */
export function digestArgument(text: string, name: string): Digest {
  if (isDigest(text)) return text;
  throw new CliError("usage", `${name} is no digest: ${text}`, {
    remedy: "A digest is `sha256:` and 64 lowercase hex digits, as the other verbs print it.",
  });
}

/** @throws CliError `usage` */
export function optionalDigest(text: string | undefined, name: string): Digest | undefined {
  return text === undefined ? undefined : digestArgument(text, name);
}

/** @throws CliError `usage` */
export function environmentArgument(text: string): Environment {
  const environment = parseEnvironment(text);
  if (environment !== undefined) return environment;
  throw new CliError("usage", `There is no environment ${text}`, {
    remedy: "It is dev, staging or prod; production is read as prod.",
  });
}

/** @throws CliError `usage` */
export function blueprintArgument(text: string): string {
  if (isBlueprintId(text)) return text;
  throw new CliError("usage", `${text} is no blueprint`, {
    remedy: "`tau-edge release list --help`: a blueprint is what `tau-edge package --blueprint` was given.",
  });
}

/**
 * An environment and a blueprint, such as `prod/shop`: what is stopped is named in one word, as it is shown.
 * @throws CliError `usage`
 */
export function placeArgument(text: string): { readonly environment: Environment; readonly blueprint: string } {
  const [environment = "", blueprint, ...rest] = text.split("/");
  if (blueprint !== undefined && rest.length === 0)
    return { environment: environmentArgument(environment), blueprint: blueprintArgument(blueprint) };
  throw new CliError("usage", `${text} is no environment and blueprint`, {
    remedy: "Name both, with a slash between them: prod/shop.",
  });
}

/** @throws CliError `usage` */
export function rolloutArgument(text: string): string {
  try {
    const { stream } = parseRolloutId(text);
    // An environment that is none cannot hold a rollout.
    if (isEnvironment(stream.split("/")[1] ?? "")) return text;
  } catch {
    // Told below, in one form.
  }
  throw new CliError("usage", `${text} is no rollout`, {
    remedy: "A rollout is named like default~prod~shop~12; `tau-edge rollout list` shows what there is.",
  });
}

/** @throws CliError `usage` */
export function roleArgument(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (role !== undefined) return role;
  throw new CliError("usage", `There is no role ${text}`, { remedy: `It is one of ${ROLES.join(", ")}.` });
}

/**
 * Records keep it, so it is one line and no novel.
 * @throws CliError `usage`
 */
export function reasonArgument(text: string): string {
  const reason = text.trim();
  if (reason !== "" && reason.length <= REASON_CHARS_MAX && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(reason)) return reason;
  throw new CliError("usage", "--reason is empty, longer than a line, or holds control characters", {
    remedy: `Say in at most ${REASON_CHARS_MAX} characters why: --reason "checkout answers 500".`,
  });
}

const REASON_CHARS_MAX = 500;
