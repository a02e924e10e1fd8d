/** Those who are in, were in, or are two at once (23, 26, 29 to 31). */
import { inAgentsSuite, inCredentialsSuite, inDirectorySuite, type ThreatGroup } from "./defence.ts";

const WORK = "packages/ports/src/directory-work.ts";
const OWNER_TEST = "packages/control/src/access/owner.test.ts";
const ROTATED = inAgentsSuite("a rotation kills links and tokens; agents prove themselves again and go on");
const CREDENTIALS_TEST = "test/runtimes/gateway-credentials-defences.test.ts";

export const INSIDERS: ThreatGroup = {
  title: "Those who are in, and those who were",
  threats: [
    {
      number: 23,
      attacker: "two deployers",
      tries: "to commit at once, each what is theirs",
      defences: [
        {
          by: "a pointer is linked to its name, and a link replaces nothing",
          file: "packages/adapter-node/src/durable-files.ts",
          text: "await this.fs.link(from, to);",
          without: "await this.fs.rename(from, to);",
          shown: {
            file: "test/contract/adapters.test.ts",
            name: "of writers with different bytes one creates, and every other one is told",
            suite: "packages/ports/src/suites/commit-pointers-suite.ts",
          },
        },
        {
          by: "a ledger has one writer at a time, who sees what was written before",
          file: "packages/adapter-node/src/writable-sqlite-file.ts",
          text: 'writer.exec("BEGIN IMMEDIATE")',
          without: 'writer.exec("BEGIN")',
          shown: {
            file: "test/scenario/eight-appenders.test.ts",
            name: "eight processes append to one stream that is not there yet: one chain, and every acknowledged record is in it",
          },
        },
        {
          by: "who was let in before a rotation does not rotate after it",
          file: "packages/control/src/access/rotate.ts",
          text: "if (request.expected_epoch !== undefined && known.epoch > facts.epoch) return undefined;",
          without: "",
          shown: {
            file: OWNER_TEST,
            name: "does nothing for whoever was let in before another one, also when both came at once",
          },
        },
      ],
    },
    {
      number: 26,
      attacker: "somebody who left, or lost what they had",
      tries: "the old credential, old links, an old session",
      defences: [
        {
          by: "what was retired never counts again, whatever configuration brings it back",
          file: "packages/control/src/access/owner-watch.ts",
          text: "if (configured !== undefined && !(await this.isRetired(configured, retired)))",
          without: "if (configured !== undefined)",
          shown: {
            file: OWNER_TEST,
            name: "never brings an old credential back, from whatever source and after however many rotations",
          },
        },
        {
          by: "a rotation ends open links",
          file: WORK,
          text: "rotation.links ? this.#rows.voidLinks(now_unix_ms) : 0",
          without: "0",
          shown: ROTATED,
        },
        {
          by: "and access tokens",
          file: WORK,
          text: "rotation.tokens ? this.#rows.dropAllAccess(now_unix_ms) : 0",
          without: "0",
          shown: ROTATED,
        },
        {
          by: "which this process remembers no longer",
          file: "edge/gateway/src/gateway.ts",
          text: "() => knownAccess.forget()",
          without: "() => undefined",
          shown: ROTATED,
        },
        {
          by: "and renewals, where agents are asked for",
          file: WORK,
          text: "for (const did of revoked) this.revokeAgent(did, now_unix_ms);",
          without: "",
          shown: inAgentsSuite("a rotation of agents ends their renewals, too"),
        },
        {
          by: "and sessions",
          file: "edge/gateway/src/credentials/sessions.ts",
          text: "session.epoch === epoch && ",
          without: "",
          shown: {
            file: "edge/gateway/src/credentials/sessions.test.ts",
            name: "ends with a rotation, with another credential in the configuration, and with a clock that was put back",
          },
        },
        {
          by: "and what was asked for before and arrives after",
          file: "edge/gateway/src/request/post-route.ts",
          text: "const still = await authorizeStill(call, who, scope, orScope);",
          without: "const still = who;",
          shown: { file: CREDENTIALS_TEST, name: "leaves no token behind when the owner rotates" },
        },
        {
          by: "after an incident also the key that links hang on",
          file: WORK,
          text: 'if (bootstrap_key !== undefined) this.#rows.setSecret("bootstrap_key", bootstrap_key);',
          without: "",
          shown: { file: OWNER_TEST, name: "replaces credential and bootstrap key in one transaction" },
        },
        {
          by: "a token with an end has one",
          file: "edge/gateway/src/credentials/bearers.ts",
          text: "if (expires_unix_ms !== undefined && expires_unix_ms <= now) return undefined;",
          without: "",
          shown: { file: CREDENTIALS_TEST, name: "is good until it expires, and not a moment longer" },
        },
        {
          by: "a link that was made while somebody rotated is void",
          file: "packages/control/src/access/create-link.ts",
          text: "(await directory.facts()).epoch === epoch) return made;",
          without: "true) return made;",
          shown: {
            file: "packages/control/src/access/links.test.ts",
            name: "is void when a rotation comes between its record and its row",
          },
        },
      ],
    },
    {
      number: 29,
      attacker: "somebody with few scopes",
      tries: "what their scopes do not say",
      defences: [
        {
          by: "each route asks for its scope, and answers 403 without it",
          file: "edge/gateway/src/credentials/authorize.ts",
          text: "if (who.scopes.has(scope)) return undefined;",
          without: "if (who !== undefined) return undefined;",
          shown: inAgentsSuite("an agent may do what its link said, and nothing of an operator"),
        },
        {
          by: "so does each for a bearer token",
          file: "edge/gateway/src/credentials/authorize.ts",
          text: "return requireScope(call, who, scope) ?? who;",
          without: "return who;",
          shown: inCredentialsSuite("a token does what its scopes say and nothing else"),
        },
        {
          by: "no link gives what is not for agents",
          file: "packages/control/src/access/create-link.ts",
          text: 'return scopes.every(isAgentScope) ? scopes : refuseAccess("scope_not_for_agents");',
          without: "return scopes;",
          shown: inAgentsSuite("an agent may do what its link said, and nothing of an operator"),
        },
        {
          by: "where readers must say who they are, each reading asks for its scope",
          file: "edge/gateway/src/credentials/readers.ts",
          text: 'call.services.settings().readers === "agents"',
          without: "false",
          shown: inCredentialsSuite("nobody reads without a credential that is for it"),
        },
        {
          by: "who says who they are, and is not, is never nobody",
          file: "edge/gateway/src/credentials/readers.ts",
          text: ": authenticate(call);",
          without: ": undefined;",
          shown: inCredentialsSuite("who says who they are, and is not, is refused also where nobody need say so"),
        },
      ],
    },
    {
      number: 30,
      attacker: "an agent that was revoked, or that lies",
      tries: "to go on, to come in again, or to speak for many",
      defences: [
        {
          by: "a revocation ends its tokens in the same transaction",
          file: WORK,
          text: "for (const { token_hash } of this.#rows.accessOf(did)) this.#rows.dropAccess(token_hash);",
          without: "",
          shown: inAgentsSuite("an agent renews with its key alone, until it is revoked, and then never again"),
        },
        {
          by: "also while a document of its is on the way",
          file: "edge/gateway/src/credentials/authorize.ts",
          text: "return (await refuseEnded(call, who.ath)) ?? who;",
          without: "return who;",
          shown: { file: CREDENTIALS_TEST, name: "says nothing as an agent that was revoked" },
        },
        {
          by: "it gets no other token",
          file: "packages/ports/src/directory-exchange.ts",
          text: 'if (rows.revocation(did) !== undefined) return { outcome: "refused", reason: "revoked" };',
          without: "",
          shown: inDirectorySuite(
            "agents",
            "ends the access of a revoked agent at once, in every process, and never lets it in again",
          ),
        },
        {
          by: "the ledger remembers it where somebody deleted the directory",
          file: "packages/control/src/access/exchange.ts",
          text: 'if (known.revokedDids.has(did)) return refused("revoked", request, context);',
          without: "",
          shown: {
            file: "packages/control/src/access/links.test.ts",
            name: "stays out once it is revoked, with another link, and after somebody deleted the directory",
          },
        },
        {
          by: "it reports in its own name",
          file: "edge/gateway/src/resources/reports.ts",
          text: 'if (isAnothers) return call.problem("reporter_not_you", { members: { at } });',
          without: "",
          shown: inAgentsSuite("an agent reports in its own name, and what it runs is shown"),
        },
      ],
    },
    {
      number: 31,
      attacker: "somebody in the gateway's place",
      tries: "to let an agent in whom the owner did not invite, or to answer with something of before",
      defences: [
        {
          by: "the key that answers is the one of the link's pin",
          file: "packages/agent/src/gateway-proof.ts",
          text: "if (expected.pin !== undefined && expected.pin !== pin) throw",
          without: "if (false) throw",
          shown: { file: "packages/agent/src/bootstrap.test.ts", name: "is not believed when it %s" },
        },
        {
          by: "it has signed this answer",
          file: "packages/agent/src/gateway-proof.ts",
          text: "if (!(await verify(jws.signature, jws.signingInput, key))) throw",
          without: "if (false) throw",
          shown: { file: "packages/agent/src/bootstrap.test.ts", name: "is not believed when it %s" },
        },
        {
          by: "to this agent, this proof and this token",
          file: "packages/agent/src/gateway-proof.ts",
          text: "if (wrong !== false)",
          without: "if (false)",
          shown: {
            file: "packages/agent/src/bootstrap.test.ts",
            name: "is not believed with another `%s`, whatever it signs",
          },
        },
        {
          by: "bytes are held against the digest of the release before anything sees them",
          file: "packages/agent/src/content.ts",
          text: "if ((await sha256Digest(bytes)) !== digest)",
          without: "if (false)",
          shown: {
            file: "packages/agent/src/verify.test.ts",
            name: "is refused after one flipped bit, wherever it is",
          },
        },
      ],
    },
  ],
};
