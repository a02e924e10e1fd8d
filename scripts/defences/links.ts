/** Links: who may use one, how often, and for how long (15 to 17). */
import { inAgentsSuite, inCredentialsSuite, inDirectorySuite, type ThreatGroup } from "./defence.ts";

const RULES = "packages/ports/src/directory-exchange.ts";
const LINKS_TEST = "packages/control/src/access/links.test.ts";

export const LINKS: ThreatGroup = {
  title: "Links and guesses",
  threats: [
    {
      number: 15,
      attacker: "whoever got hold of a link",
      tries: "to be let in by it, before or after the agent that it is for",
      defences: [
        {
          by: "of 200 keys that come at once one gets in, and no second one ever",
          file: RULES,
          text: 'rows.putLink({ ...link, state: "used", used_by: did, used_unix_ms: now_unix_ms });',
          without: "",
          shown: inAgentsSuite("of a crowd with one link exactly one gets in, and no second key ever (threat 15)"),
        },
        {
          by: "also over six processes: link and agent change in one transaction that waits for its turn",
          file: "packages/adapter-node/src/writable-sqlite-file.ts",
          text: 'writer.exec("BEGIN IMMEDIATE")',
          without: 'writer.exec("BEGIN")',
          shown: {
            file: "packages/adapter-node/src/agent-directory.test.ts",
            name: "make one agent, and its access alone is good",
          },
        },
        {
          by: "it ends after minutes",
          file: RULES,
          text: 'if (request.now_unix_ms >= link.expires_unix_ms) return refused("expired");',
          without: "",
          shown: { file: LINKS_TEST, name: "may be good for %d seconds, and not for one millisecond more" },
        },
        {
          by: "it may be for one key alone",
          file: RULES,
          text: "if (link.expected_did !== undefined && link.expected_did !== request.did)",
          without: "if (false)",
          shown: inDirectorySuite("links", "lets nobody but the expected key in, and counts the others"),
        },
        {
          by: "a second key with the secret is counted",
          file: RULES,
          text: "second_uses: link.second_uses + 1",
          without: "second_uses: link.second_uses",
          shown: inDirectorySuite(
            "links",
            "counts another key that has the secret, also when the link has expired since",
          ),
        },
        {
          by: "and the log says at once that the link leaked",
          file: "packages/control/src/access/exchange.ts",
          text: "await tellOfLeak(outcome.reason, request, context);",
          without: "",
          shown: {
            file: LINKS_TEST,
            name: "tells the log that a link leaked when another key has its secret, and not when its own key is late",
          },
        },
        {
          by: "a lost reply is given again for a minute, and to the same key",
          file: RULES,
          text: 'if (isLate) return refused("used");',
          without: "",
          shown: {
            file: LINKS_TEST,
            name: "gives the same key its access again for a minute, because the reply was lost",
          },
        },
        {
          by: "who is revoked stays out, whatever link they have",
          file: RULES,
          text: 'if (rows.revocation(did) !== undefined) return refused("revoked");\n  const known',
          without: "const known",
          shown: inDirectorySuite(
            "agents",
            "ends the access of a revoked agent at once, in every process, and never lets it in again",
          ),
        },
      ],
    },
    {
      number: 16,
      attacker: "a scanner of mail, a preview, a proxy with a log",
      tries: "looks at a link, and so uses it up or learns its secret",
      defences: [
        {
          by: "only POST changes something",
          file: "edge/gateway/src/gateway.ts",
          text: "app.on(route.method, route.path,",
          without: 'app.on(["GET", "POST"], route.path,',
          shown: inAgentsSuite("looking at a link does not use it up: only POST does (threat 16)"),
        },
        {
          by: "the secret stands behind `#`, which no browser sends",
          file: "packages/identity/src/bootstrap-link.ts",
          text: "}/boot#v1.",
          without: "}/boot?v1.",
          shown: {
            file: "packages/identity/src/bootstrap-link.test.ts",
            name: "has its secret in the fragment, which is sent nowhere (RFC 3986 section 3.5)",
          },
        },
      ],
    },
    {
      number: 17,
      attacker: "a guesser online",
      tries: "secrets of links, passwords, bearer tokens",
      defences: [
        {
          by: "the fifth wrong secret burns a link",
          file: RULES,
          text: "const isBurned = wrong_secrets >= tries_max;",
          without: "const isBurned = false;",
          shown: { file: LINKS_TEST, name: "burns the link at the fifth wrong secret" },
        },
        {
          by: "whatever is wrong with a link, the answer is the same",
          file: "edge/gateway/src/resources/exchange.ts",
          text: 'call.problem("invalid_grant")',
          without: 'call.problem("invalid_grant", { detail: link_id })',
          shown: inAgentsSuite("every link that lets nobody in is refused with the same bytes"),
        },
        {
          by: "exchanges of an address are counted before anything of them is looked at",
          file: "edge/gateway/src/resources/exchange.ts",
          text: "withoutAgents(call) ?? countTry(call, call.services.rates.exchanges)",
          without: "withoutAgents(call)",
          shown: {
            file: "test/runtimes/gateway-agents-strangers.test.ts",
            name: "who tries links is stopped before anything of the proof is looked at, and the others go on",
          },
        },
        {
          by: "passwords of an address are counted",
          file: "edge/gateway/src/resources/session.ts",
          text: ": countTry(call, call.services.rates.sessions),",
          without: ": undefined,",
          shown: inCredentialsSuite("an address may try five passwords a minute, the right one included (threat 17)"),
        },
        {
          by: "two passwords are stretched at once, not more",
          file: "edge/gateway/src/resources/session.ts",
          text: "if (busy.stretching >= LIMITS.sessions_made_max)",
          without: "if (false)",
          shown: {
            file: "test/runtimes/gateway-credentials-defences.test.ts",
            name: "is not begun for a third password while two are looked at",
          },
        },
        {
          by: "wrong bearer tokens of an address are counted",
          file: "edge/gateway/src/credentials/authenticate.ts",
          text: "const refused = countTry(call, rates.wrongBearers);",
          without: "const refused = undefined;",
          shown: inCredentialsSuite("a guesser is told to wait, and nobody else (threat 17)"),
        },
        {
          by: "an address is believed from proxies that are named, and from nobody else",
          file: "edge/gateway/src/http/client-address.ts",
          text: "if (forwarded === null || !isProxy(heard)) return heard;",
          without: "if (forwarded === null) return heard;",
          shown: {
            file: "edge/gateway/src/http/client-address.test.ts",
            name: "believes a forwarded address from proxies only, and of what they say the last that is none of them",
          },
        },
        {
          by: "two secrets that begin alike are two: all of both digests is compared",
          file: "packages/identity/src/equal-secrets.ts",
          text: "i < left.length",
          without: "i < 1",
          shown: {
            file: "packages/identity/src/equal-secrets.test.ts",
            name: "looks at all of the digests: of a thousand pairs no two are the same",
          },
        },
      ],
    },
  ],
};
