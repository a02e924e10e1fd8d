/** Tokens that are bound to a key, and the proofs that go with them (18, 19, 27). */
import { inDirectorySuite, inProofsSuite, type ThreatGroup } from "./defence.ts";

const PROOFS = "edge/gateway/src/credentials/proofs.ts";
const FAULT = "packages/identity/src/dpop-fault.ts";
const MEMORY = "packages/identity/src/proof-memory.ts";
const MEMORY_TEST = "packages/identity/src/proof-memory.test.ts";
const STRANGERS_TEST = "test/runtimes/gateway-agents-strangers.test.ts";
const STOLEN = inProofsSuite("a stolen token is worth nothing without its key (threat 18)");
const RECORDED = inProofsSuite(
  "a recorded request is worth nothing: replayed, altered, or with an old nonce (threat 19)",
);
const MISTAKEN = inProofsSuite("nothing but a proof is a proof, and a proof is nothing else (threat 27)");

export const PROOFS_GROUP: ThreatGroup = {
  title: "Tokens and proofs",
  threats: [
    {
      number: 18,
      attacker: "a thief of an access token",
      tries: "to use it elsewhere, with another key or with none",
      defences: [
        {
          by: "the key of the proof is the one that the token was given to",
          file: "edge/gateway/src/credentials/dpop.ts",
          text: "shown.jkt === jkt",
          without: "shown.jkt !== undefined",
          shown: STOLEN,
        },
        {
          by: "whoever names that key has signed with it",
          file: PROOFS,
          text: "good ? after(",
          without: "true ? after(",
          shown: STOLEN,
        },
        {
          by: "it ends after 15 minutes",
          file: "edge/gateway/src/credentials/known-access.ts",
          text: "now >= found.expires_unix_ms",
          without: "false",
          shown: {
            file: "edge/gateway/src/credentials/known-access.test.ts",
            name: "ends a token at its time, remembered or not, and remembers none that is nobody's",
          },
        },
        {
          by: "with another key nobody renews it",
          file: "packages/ports/src/directory-exchange.ts",
          text: 'if (agent === undefined || agent.jkt !== jkt) return { outcome: "refused", reason: "unknown" };',
          without: 'if (agent === undefined) return { outcome: "refused", reason: "unknown" };',
          shown: inDirectorySuite("agents", "gives no access to who never registered, or with another thumbprint"),
        },
      ],
    },
    {
      number: 19,
      attacker: "a recorder of requests",
      tries: "to send one again, or to make another one of it",
      defences: [
        {
          by: "a proof counts once",
          file: MEMORY,
          text: 'if (slots.some(({ proofs }) => proofs.has(name))) return "replayed";',
          without: "",
          shown: RECORDED,
        },
        {
          by: "it is remembered for longer than it can count",
          file: MEMORY,
          text: "(number + 1) * SLOT_MS + PROOF_MEMORY_MS > latest_ms",
          without: "(number + 1) * SLOT_MS > latest_ms",
          shown: {
            file: MEMORY_TEST,
            name: "remembers as long as a proof can count: made a minute ahead, sent at once, sent again two minutes later",
          },
        },
        {
          by: "what cannot be remembered is not admitted",
          file: MEMORY,
          text: 'if (!hasRoom(jkt)) return "busy";',
          without: "",
          shown: { file: MEMORY_TEST, name: "forgets nothing before its time, however many come" },
        },
        {
          by: "only a good proof of the token's own key is remembered: nobody else fills the memory",
          file: PROOFS,
          text: "if (stranger !== undefined) return stranger;",
          without: "",
          shown: {
            file: STRANGERS_TEST,
            name: "a thief's proofs with somebody's token are neither, and forged ones are not remembered",
          },
        },
        {
          by: "where a key is all that is shown, one that nobody let in is refused before it is looked at",
          file: "edge/gateway/src/resources/token.ts",
          text: "claimed !== undefined && !isLive",
          without: "false",
          shown: {
            file: STRANGERS_TEST,
            name: "a stranger's proofs are neither verified nor remembered, however good they are",
          },
        },
        {
          by: "it is for this method",
          file: FAULT,
          text: 'if (proof.htm !== expected.method) return "dpop_method";',
          without: "",
          shown: RECORDED,
        },
        {
          by: "it is for this URL",
          file: FAULT,
          text: 'if (!isSameUrl(proof.htu, expected.url)) return "dpop_url";',
          without: "",
          shown: RECORDED,
        },
        {
          by: "of the name that the gateway knows of itself",
          file: "edge/gateway/src/credentials/proof-url.ts",
          text: 'return allowedHosts !== "any" && isLoopback(hostOf(url))',
          without: "return isLoopback(hostOf(url))",
          shown: {
            file: STRANGERS_TEST,
            name: "nobody chooses the name that a proof is for: without a public base URL it is this machine's own, or none",
          },
        },
        {
          by: "it is of this minute",
          file: FAULT,
          text: 'if (!(Math.abs(expected.now_unix_ms - proof.iat_unix_ms) <= DPOP_SKEW_MS)) return "dpop_time";',
          without: "",
          shown: RECORDED,
        },
        {
          by: "it is for this token",
          file: FAULT,
          text: 'if (proof.ath !== (expected.ath ?? hashOf(expected.accessToken, sha256))) return "dpop_token";',
          without: "",
          shown: RECORDED,
        },
        {
          by: "it is for this link",
          file: FAULT,
          text: 'return proof.lsh === hashOf(expected.linkSecret, sha256) ? undefined : "dpop_link";',
          without: "return undefined;",
          shown: inProofsSuite("a proof of the exchange is about this link and this gateway, and counts once"),
        },
        {
          by: "it has a nonce",
          file: PROOFS,
          text: "if (isNonceDemanded && proof.nonce === undefined)",
          without: "if (false)",
          shown: RECORDED,
        },
        {
          by: "which this gateway made, and lately",
          file: MEMORY,
          text: "if (nonce !== undefined && !nonces",
          without: "if (false && nonce !== undefined && !nonces",
          shown: RECORDED,
        },
        {
          by: "in this life of the process: what it forgot when it ended is worth nothing",
          file: "packages/identity/src/server-nonce.ts",
          text: "lengthPrefixed([DOMAIN, bootId, String(epoch), String(bucket)])",
          without: "lengthPrefixed([DOMAIN, String(epoch), String(bucket)])",
          shown: {
            file: "packages/identity/src/server-nonce.test.ts",
            name: "are worth nothing in another epoch, after a restart, or under another key",
          },
        },
      ],
    },
    {
      number: 27,
      attacker: "somebody with a token of another kind",
      tries: "to show it as a proof, or a proof as a token",
      defences: [
        {
          by: "a proof says that it is one (`typ`)",
          file: "packages/identity/src/dpop-proof.ts",
          text: 'if (header["typ"] !== "dpop+jwt") throw',
          without: "if (false) throw",
          shown: MISTAKEN,
        },
        {
          by: "so does a DID-JWT",
          file: "packages/identity/src/did-jwt.ts",
          text: 'if (own(header, "typ") !== "JWT") throw',
          without: "if (false) throw",
          shown: { file: "packages/identity/src/did-jwt.test.ts", name: "(f) the type %j" },
        },
        {
          by: "no header chooses how it is checked (`alg`)",
          file: "packages/identity/src/compact-jws.ts",
          text: 'if (!ALGORITHMS.includes(own(header, "alg"))) throw',
          without: "if (false) throw",
          shown: MISTAKEN,
        },
        {
          by: "nor says what must be understood, or brings a key from somewhere (`crit`, `jku`, `x5c`)",
          file: "packages/identity/src/compact-jws.ts",
          text: "if (forbidden !== undefined) throw",
          without: "if (false) throw",
          shown: { file: "packages/identity/src/compact-jws.test.ts", name: "with `%s` is refused" },
        },
        {
          by: "a proof's header has nothing else",
          file: "packages/identity/src/dpop-proof.ts",
          text: 'if (!hasExactly(header, ["typ", "alg", "jwk"])) throw',
          without: "if (false) throw",
          shown: MISTAKEN,
        },
        {
          by: "its key is public, of Ed25519, and says nothing more",
          file: "packages/identity/src/jwk.ts",
          text: 'if (!isJsonObject(value) || !hasExactly(value, ["kty", "crv", "x"])) throw',
          without: "if (!isJsonObject(value)) throw",
          shown: MISTAKEN,
        },
      ],
    },
    {
      number: 32,
      attacker: "nobody: an agent that others wrote",
      tries: "to come in as RFC 9449 says",
      defences: [
        {
          by: "both names of the algorithm are read, and nothing is asked for that npm's `dpop` cannot make",
          file: "packages/identity/src/compact-jws.ts",
          text: '= ["EdDSA", "Ed25519"];',
          without: '= ["EdDSA"];',
          shown: inProofsSuite("another's client speaks with it: npm's dpop, and a key that cannot be exported"),
        },
      ],
    },
  ],
};
