/** Verbs about who may come in: invitations, agents, tokens, and what ends them. */
import type { Command } from "commander";
import type { CliIo } from "../io.ts";
import { ACCEPT_CLOCK, DRY_RUN, type Finish, fromSource, group, verb } from "./verb.ts";

const CONFIG = [
  "--config <file>",
  "on a state directory: the configuration file of its gateway (or the gateway's variables)",
] as const;
const UNCONFIGURED = [
  "--unconfigured",
  "on a state directory: its gateway has no credential in a configuration or variable",
] as const;
const TOKEN_OUT = [
  "--token-out <file>",
  "write the token into this new file, mode 0600, instead of printing it",
] as const;

/** `--scope a,b --scope c`. */
function words(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(",")];
}

export function addAccessVerbs(program: Command, io: CliIo, finish: Finish): void {
  addBootstrap(program, io, finish);
  addAgents(program, io, finish);
  addToken(program, io, finish);
  addRotate(program, io, finish);
}

function changes(command: Command): Command {
  return fromSource(command)
    .option(...DRY_RUN)
    .option(...ACCEPT_CLOCK);
}

function addBootstrap(program: Command, io: CliIo, finish: Finish): void {
  const bootstrap = group(program, "bootstrap", "Invite an agent, and see what became of invitations.");
  changes(
    verb(bootstrap, "link", "Print a link that lets one agent in, once, within minutes. The link is a secret.", [
      "tau-edge bootstrap link --gateway https://gateway.example --token-file owner.token",
      "tau-edge bootstrap link --subject kiosk-7 --scope manifest:read --ttl 60s --gateway https://gateway.example",
      "tau-edge bootstrap link --public-base-url https://gateway.example --config gateway.json",
    ]),
  )
    .option("--subject <name>", "what the agent is for", "browser-agent")
    .option(
      "--scope <words>",
      "of status:read, manifest:read, events:write, with commas (default: the last two)",
      words,
    )
    .option("--ttl <time>", "how long the link is good: 30s to 10m (default: 5m)")
    .option("--expected-did <did>", "let only this did:key in")
    .option("--public-base-url <url>", "on a state directory: how agents reach its gateway")
    .option(...CONFIG)
    .option(...UNCONFIGURED)
    .action(async (options) => {
      const { bootstrapLinkVerb } = await import("../verbs/access/links.ts");
      finish(await bootstrapLinkVerb(options, io));
    });
  fromSource(
    verb(bootstrap, "list", "List links without their secrets, the latest first, and what became of them.", [
      "tau-edge bootstrap list",
    ]),
  ).action(async (options) => {
    const { bootstrapListVerb } = await import("../verbs/access/links.ts");
    finish(await bootstrapListVerb(options, io));
  });
  changes(verb(bootstrap, "revoke", "End a link that nobody used.", ["tau-edge bootstrap revoke k3bYt0kqJ2nC9cPz"]))
    .argument("<link>", "its id, as `tau-edge bootstrap list` shows it")
    .action(async (link: string, options) => {
      const { bootstrapRevokeVerb } = await import("../verbs/access/links.ts");
      finish(await bootstrapRevokeVerb(link, options, io));
    });
}

function addAgents(program: Command, io: CliIo, finish: Finish): void {
  const agents = group(program, "agents", "See who was let in, and end it.");
  fromSource(
    verb(agents, "list", "List agents in the order of their DIDs, revoked ones too.", [
      "tau-edge agents list",
      "tau-edge agents list --gateway https://gateway.example --json",
    ]),
  ).action(async (options) => {
    const { agentsListVerb } = await import("../verbs/access/agents.ts");
    finish(await agentsListVerb(options, io));
  });
  changes(
    verb(agents, "revoke", "End an agent: its tokens now, and its key for ever.", [
      "tau-edge agents revoke did:key:z6Mk…",
    ]),
  )
    .argument("<did>", "its did:key, as `tau-edge agents list` shows it")
    .action(async (did: string, options) => {
      const { agentsRevokeVerb } = await import("../verbs/access/agents.ts");
      finish(await agentsRevokeVerb(did, options, io));
    });
}

function addToken(program: Command, io: CliIo, finish: Finish): void {
  const token = group(program, "token", "Make bearer tokens for people and machines, and end them.");
  changes(
    verb(token, "create", "Make a token, print it once. The second of a name is its next one: both are good.", [
      "tau-edge token create ci --scope operate --expires-in 30d --token-out ci.token",
      "tau-edge token create pager --scope operate-safe,status:read --gateway https://gateway.example",
    ]),
  )
    .argument("<name>", "who acts with it: one person, one machine")
    .requiredOption(
      "--scope <words>",
      "with commas: status:read, manifest:read, manifest:write, rollout:plan, rollout:promote, rollout:rollback, " +
        "events:write, bootstrap:create, keys:rotate, admin; or the sets operate-safe, operate, report",
      words,
    )
    .option("--expires-in <time>", "1m to 366d (default: it does not end)")
    .option(...TOKEN_OUT)
    .action(async (name: string, options) => {
      const { tokenCreateVerb } = await import("../verbs/access/tokens.ts");
      finish(await tokenCreateVerb(name, options, io));
    });
  fromSource(
    verb(token, "list", "List the tokens that were made here, without the tokens themselves.", ["tau-edge token list"]),
  ).action(async (options) => {
    const { tokenListVerb } = await import("../verbs/access/tokens.ts");
    finish(await tokenListVerb(options, io));
  });
  changes(
    verb(token, "revoke", "End the tokens of a name. Without the current one, the next one takes its place.", [
      "tau-edge token revoke ci",
      "tau-edge token revoke ci --slot current",
    ]),
  )
    .argument("<name>", "as `tau-edge token list` shows it")
    .option("--slot <slot>", "current, next or both", "both")
    .action(async (name: string, options) => {
      const { tokenRevokeVerb } = await import("../verbs/access/tokens.ts");
      finish(await tokenRevokeVerb(name, options, io));
    });
}

function addRotate(program: Command, io: CliIo, finish: Finish): void {
  changes(
    verb(program, "rotate", "Replace the owner's credential; print the new token once, and what is dead now.", [
      "tau-edge rotate --gateway https://gateway.example --token-file owner.token --token-out new.token",
      "tau-edge rotate --after-incident --agents-since 2026-11-21T17:00:00Z --gateway https://gateway.example",
      "tau-edge rotate --new-password-file new.password --password-file old.password --gateway https://gateway.example",
      "tau-edge rotate --config gateway.json",
    ]),
  )
    .option(
      "--scope <words>",
      "with commas: credential, links, tokens, agents (default: credential,links,tokens); open links and sessions end always",
      words,
    )
    .option("--after-incident", "credential and bootstrap key in one step, links and access tokens with them")
    .option("--agents-since <instant>", "end the agents that came in then or later, such as 2026-11-21T17:00:00Z")
    .option("--new-password-file <file>", "where the owner has a password: the new one (or $TAU_EDGE_NEW_PASSWORD)")
    .option("--new-password <text>", "the new password itself; others see it in ps and in the shell's history")
    .option(...TOKEN_OUT)
    .option(...CONFIG)
    .option(...UNCONFIGURED)
    .action(async (options) => {
      const { rotateVerb } = await import("../verbs/access/rotate.ts");
      finish(await rotateVerb(options, io));
    });
}
