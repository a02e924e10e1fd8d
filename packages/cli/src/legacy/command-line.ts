/** Is this a command line of S1? Asked of every call, so nothing else is loaded for it. */
import { isFlag, JSON_SWITCHES, modesAsked, type Variables, variableOf } from "./flags.ts";

/** Flags decide; variables only where there is no command line at all, so that they never hijack a verb. */
export function isLegacyCommandLine(argv: readonly string[], env: Variables): boolean {
  if (argv.some(isLegacyArgument)) return true;
  return argv.length === 0 && modesAsked((flag) => env[variableOf(flag)] || undefined).length > 0;
}

/** Also flags of S1 that this program has no use for: whoever asks learns which ones it has. */
function isLegacyArgument(arg: string): boolean {
  return arg.startsWith("--deployment-") || (arg.startsWith("--") && isFlag(arg.slice(2).split("=", 1).join("")));
}

/** Whether an error is to be a document: any switch, as flag or as variable, whatever else is wrong. */
export function wantsLegacyJson(argv: readonly string[], env: Variables): boolean {
  return JSON_SWITCHES.some((flag) => {
    const given = argv.findLast((arg) => arg === `--${flag}` || arg.startsWith(`--${flag}=`));
    return given === undefined ? env[variableOf(flag)] === "true" : given === `--${flag}` || given === `--${flag}=true`;
  });
}
