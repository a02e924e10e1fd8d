/** What somebody could find out: by guessing, or by reading what was left lying about (13, 14). */
import { inAgentsSuite, inDirectorySuite, type ThreatGroup } from "./defence.ts";

const ENTROPY_TEST = "packages/identity/src/entropy.test.ts";
const DERIVE = "packages/identity/src/derive-identity.ts";
const DERIVE_TEST = "packages/identity/src/derive-identity.test.ts";

export const SECRETS: ThreatGroup = {
  title: "Secrets",
  threats: [
    {
      number: 13,
      attacker: "a guesser with a public DID or a password's hash",
      tries: "words until one makes the same key",
      defences: [
        {
          by: "what is called bytes has 32 of them",
          file: "packages/identity/src/entropy.ts",
          text: "if (bytes.length < ENTROPY_BYTES_MIN)",
          without: "if (false)",
          shown: { file: ENTROPY_TEST, name: "%j is refused" },
        },
        {
          by: "samples of the documentation make no key outside a devnet",
          file: DERIVE,
          text: 'if (WELL_KNOWN.has(entropy.passphrase.toLowerCase())) return "entropy_well_known";',
          without: "",
          shown: { file: DERIVE_TEST, name: "%j with leave %s" },
        },
        {
          by: "nor does a phrase, unless somebody takes the risk",
          file: DERIVE,
          text: 'return request.allow_weak_entropy === true ? undefined : "entropy_weak";',
          without: "return undefined;",
          shown: { file: DERIVE_TEST, name: "%j with leave %s" },
        },
        {
          by: "each guess of a phrase costs a scrypt",
          file: "packages/identity/src/derived-seed.ts",
          text: "N: 2 ** 15",
          without: "N: 2 ** 10",
          shown: {
            file: "packages/identity/src/derived-seed.test.ts",
            name: "is OWASP's cost, which a copy of this file must not lower",
          },
        },
        {
          by: "a key that can be guessed is let in on loopback and devnets only",
          file: "packages/control/src/access/exchange.ts",
          text: "if (dev && !devAllowed(context.config))",
          without: "if (false)",
          shown: {
            file: "packages/control/src/access/dev-keys.test.ts",
            name: "is refused elsewhere when it %s, and the link stays open",
          },
        },
        {
          by: "a password has a length",
          file: "packages/control/src/access/rotation-plan.ts",
          text: "return password.length < NEW_PASSWORD_CHARS_MIN || ",
          without: "return ",
          shown: {
            file: "packages/control/src/access/owner.test.ts",
            name: "of a password is refused as %s for %j",
          },
        },
      ],
    },
    {
      number: 14,
      attacker: "a reader of the state directory, of logs, records or answers",
      tries: "entropy, a seed, a token, the secret of a link",
      defences: [
        {
          by: "what is public of an identity is made without its secret",
          file: DERIVE,
          text: "identity: publicIdentity({ method, network, subject, assurance, publicKey }),",
          without:
            "identity: { ...publicIdentity({ method, network, subject, assurance, publicKey }), seed: Array.from(secretSeed, (byte) => byte.toString(16).padStart(2, '0')).join('') },",
          shown: { file: DERIVE_TEST, name: "its two halves are a pair: what is public has no byte of the secret" },
        },
        {
          by: "a record has a link's reference, and nothing of its secret",
          file: "packages/control/src/access/create-link.ts",
          text: "draftLinkCreated({ link_ref, ...facts }",
          without: "draftLinkCreated({ link_ref, ...facts, subject: secret }",
          shown: {
            file: "packages/control/src/access/canary.test.ts",
            name: "finds no secret in any record, event, error or answer beside the one that was to be told",
          },
        },
        {
          by: "the id that burns a link is in no record",
          file: "packages/control/src/access/link-records.ts",
          text: "return toHex(sha256(encodeUtf8(link_id))).slice(0, REF_CHARS);",
          without: "return link_id;",
          shown: {
            file: "packages/control/src/access/canary.test.ts",
            name: "has no link's id in any record or event",
          },
        },
        {
          by: "nor in the log of who was refused",
          file: "packages/control/src/access/exchange.ts",
          text: "linkRef(link_id.slice(0, LINK_ID_CHARS_MAX), ports.derivation.sha256);",
          without: "link_id;",
          shown: inAgentsSuite("no log has the secret of a link, nor a token, nor the id that burns it (threat 14)"),
        },
        {
          by: "`agents.db` has MACs and hashes of what was handed out",
          file: "packages/control/src/access/create-link.ts",
          text: "created_by: actor.id }",
          without: "created_by: secret }",
          shown: {
            file: "test/runtimes/gateway-agents.test.ts",
            name: "has none of the secrets in any file of its state",
            group: "node",
            needsGroup: true,
          },
        },
        {
          by: "a list of links has none of their MACs",
          file: "packages/ports/src/directory-work.ts",
          text: "function linkView({ check: _check, repeatable",
          without: "function linkView({ repeatable",
          shown: inDirectorySuite("links", "lists links without their secret, the latest first, in every process"),
        },
        {
          by: "`agents.db` is its owner's alone to read",
          file: "packages/adapter-node/src/private-file.ts",
          text: "const OWNER_ONLY = 0o600;",
          without: "const OWNER_ONLY = 0o644;",
          shown: {
            file: "packages/adapter-node/src/agent-directory.test.ts",
            name: "may be read by its owner alone, with everything that SQLite puts beside it, whatever the umask is",
          },
        },
        {
          by: "what a gateway keeps of a link hangs on a key of its own",
          file: "packages/identity/src/bootstrap-link.ts",
          text: "return hmac(nobleSha256, bootstrapKey, lengthPrefixed([DOMAIN, link_id, secret]));",
          without: "return nobleSha256(lengthPrefixed([DOMAIN, link_id, secret]));",
          shown: {
            file: "packages/identity/src/bootstrap-link.test.ts",
            name: "is another one for another secret, another id and another key",
          },
        },
      ],
    },
  ],
};
