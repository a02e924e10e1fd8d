/** Pages and places of others: scripts, other origins, DIDs that lead somewhere (20 to 22). */
import { inAgentsSuite, type ThreatGroup } from "./defence.ts";

const POST_TEST = "edge/gateway/src/request/post-route.test.ts";
const FETCH = "packages/cli/src/did/fetch-document.ts";
const FETCH_TEST = "packages/cli/src/did/fetch-document.test.ts";

export const PAGES: ThreatGroup = {
  title: "Pages and places of others",
  threats: [
    {
      number: 20,
      attacker: "a script in an agent's page",
      tries: "to take the key away, or to make proofs for later",
      defences: [
        {
          by: "the key is made so that nothing can export it",
          file: "packages/adapter-webcrypto/src/agent-key.ts",
          text: 'generateKey("Ed25519", false,',
          without: 'generateKey("Ed25519", true,',
          shown: {
            file: "packages/adapter-webcrypto/src/agent-key.test.ts",
            name: "is made so that nobody can export it, and signs as its did:key",
          },
        },
        {
          by: "one that could be exported is taken from no store",
          file: "packages/agent/src/agent-key.ts",
          text: "if (privateKey.extractable || ",
          without: "if (",
          shown: {
            file: "packages/agent/src/small-readers.test.ts",
            name: "that could be exported, or is of another kind, is taken from no store",
          },
        },
        {
          by: "a proof that was made ahead has a nonce that is over",
          file: "packages/identity/src/server-nonce.ts",
          text: "nonce === nonceOf(epoch, bucketOf(now_unix_ms) - 1)",
          without:
            "nonce === nonceOf(epoch, bucketOf(now_unix_ms) - 1) || nonce === nonceOf(epoch, bucketOf(now_unix_ms) - 2)",
          shown: {
            file: "test/runtimes/gateway-agents-strangers.test.ts",
            name: "a nonce is good for five to ten minutes, and an agent that was away gets another",
          },
        },
        {
          by: "a page without a policy is not handed out",
          file: "edge/gateway/src/pages/built-pages.ts",
          text: "policy: z.string().min(1)",
          without: "policy: z.string()",
          shown: {
            file: "edge/gateway/src/pages/built-pages.test.ts",
            name: "refuses a folder that %s, and says how pages are built",
          },
        },
      ],
    },
    {
      number: 21,
      attacker: "a malicious site",
      tries: "to make a visitor's browser command a gateway",
      defences: [
        {
          by: "no page of another origin may ask what operators may",
          file: "edge/gateway/src/request/cors.ts",
          text: 'return asking === "foreign" && audience === "operators"',
          without: "return false",
          shown: { file: POST_TEST, name: "lets no page of %j ask what only operators may, whatever token it has" },
        },
        {
          by: "no page chooses a name that makes it the gateway's own",
          file: "edge/gateway/src/credentials/origins.ts",
          text: 'if (config.allowedHosts !== "any" && originOf',
          without: "if (originOf",
          shown: {
            file: POST_TEST,
            name: "knows its own origin by its public name where it has one, and by nothing that a page could choose",
          },
        },
        {
          by: "a gateway answers for its own names (DNS rebinding)",
          file: "edge/gateway/src/gateway.ts",
          text: "if (!front.hosts(c.req.url))",
          without: "if (false)",
          shown: { file: "edge/gateway/src/gateway.test.ts", name: "answers for no other host" },
        },
        {
          by: "what a form can send is not read",
          file: "edge/gateway/src/request/post-route.ts",
          text: 'if (!isPlainJson(req.header("content-type"), req.header("content-encoding")))',
          without: "if (false)",
          shown: { file: POST_TEST, name: "%j is not what is read" },
        },
        {
          by: "there is no cookie, and no credential but the Authorization field",
          file: "edge/gateway/src/credentials/authenticate.ts",
          text: 'const field = call.field("authorization");',
          without:
            'const { headers } = call.c.req.raw; const field = headers.get("authorization") ?? headers.get("cookie")?.replace("token=", "Bearer ") ?? null;',
          shown: { file: POST_TEST, name: "are none in another scheme, in a query or in a cookie" },
        },
      ],
    },
    {
      number: 22,
      attacker: "a client, or whoever owns a host",
      tries: "a did:web that leads to an address inside",
      defences: [
        {
          by: "a gateway takes did:key only",
          file: "packages/control/src/access/create-link.ts",
          text: "return isSound(() => parseDidKey(text));",
          without: "return true;",
          shown: inAgentsSuite("a gateway says who it is and whom it knows, and asks nobody else (threat 22)"),
        },
        {
          by: "a did:web names a host, and neither an address nor a user",
          file: "packages/identity/src/did-web.ts",
          text: "if (!isHostName(host)) throw",
          without: "if (false) throw",
          shown: {
            file: "packages/identity/src/did-web.test.ts",
            name: "are one pair: a browser goes to that host and that path, and nowhere else",
          },
        },
        {
          by: "who resolves one by hand is not led into a network",
          file: FETCH,
          text: "if (isInternalName(place.host)) throw",
          without: "if (false) throw",
          shown: { file: FETCH_TEST, name: "is not even asked for at %s" },
        },
        {
          by: "nor to an address that is not public",
          file: FETCH,
          text: "addresses.every(isPublicAddress)",
          without: "true",
          shown: { file: FETCH_TEST, name: "is not fetched from %s" },
        },
        {
          by: "nor elsewhere by a redirect",
          file: FETCH,
          text: "if (statusCode !== 200) throw",
          without: "if (false) throw",
          shown: { file: FETCH_TEST, name: "is not what comes with %d" },
        },
        {
          by: "nor given more than is read",
          file: FETCH,
          text: "if (length > DID_DOCUMENT_BYTES_MAX)",
          without: "if (false)",
          shown: { file: FETCH_TEST, name: "is not longer than the limit, also when nobody says how long it is" },
        },
      ],
    },
  ],
};
