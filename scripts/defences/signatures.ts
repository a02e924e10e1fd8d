/** What one signature or one text could be made to say twice (8 to 12). */
import type { ThreatGroup } from "./defence.ts";

const ED25519 = "packages/signature/src/ed25519.ts";
const ED25519_TEST = "packages/signature/src/ed25519.test.ts";
const LIVE = "packages/adapter-webcrypto/src/live-verifier.ts";
const LIVE_TEST = "packages/adapter-webcrypto/src/live-verifier.test.ts";
const JWS = "packages/identity/src/compact-jws.ts";
const JWS_TEST = "packages/identity/src/compact-jws.test.ts";
const CBOR = "packages/encoding/src/cbor-decode.ts";
const CBOR_TEST = "packages/encoding/src/cbor-decode.test.ts";
const JSON_READ = "packages/encoding/src/json-read.ts";
const JSON_TEST = "packages/encoding/src/json-read.test.ts";

export const SIGNATURES: ThreatGroup = {
  title: "Signatures and encodings",
  threats: [
    {
      number: 8,
      attacker: "a signer",
      tries: "one signature that is good on one runtime and bad on another",
      defences: [
        {
          by: "S is below the order before any platform is asked",
          file: ED25519,
          text: 'if (!isBelowOrder(signature.subarray(POINT_BYTES))) return "s_out_of_range";',
          without: "",
          shown: { file: ED25519_TEST, name: "none of the twelve gets as far as a platform's verifier" },
        },
        {
          by: "R has one form and no small order before any platform is asked",
          file: ED25519,
          text: "return r === undefined ? undefined : R_FAULTS[r];",
          without: "return undefined;",
          shown: {
            file: "packages/signature/src/ed25519-rules.test.ts",
            name: "all eight points of small order are found without arithmetic",
          },
        },
        {
          by: "a platform that says otherwise than the strict profile in its self-test is not asked",
          file: LIVE,
          text: "if (await passesSelfTest(platform))",
          without: "if (true)",
          shown: { file: LIVE_TEST, name: "the verdict is the strict one" },
        },
      ],
    },
    {
      number: 9,
      attacker: "anybody",
      tries: "a did:key of small or mixed order, under which everybody can sign",
      defences: [
        {
          by: "a point with a part of small order is no key",
          file: "packages/signature/src/ed25519-point.ts",
          text: 'return point.isTorsionFree() ? undefined : "mixed_order";',
          without: "return undefined;",
          shown: { file: ED25519_TEST, name: "a good key plus any point of small order is refused" },
        },
        {
          by: "whoever reads a did:key has looked at its key",
          file: "packages/identity/src/did-key.ts",
          text: 'if (fault !== "ok") throw',
          without: "if (false) throw",
          shown: { file: "packages/identity/src/did-key.test.ts", name: "is refused with the fault of its key" },
        },
        {
          by: "so has whoever reads a proof",
          file: "packages/identity/src/jwk.ts",
          text: 'if (fault !== "ok") throw',
          without: "if (false) throw",
          shown: {
            file: "packages/identity/src/dpop-proof.test.ts",
            name: "by the key %s, under which everybody can sign, is refused",
          },
        },
        {
          by: "so has whoever asks a platform",
          file: ED25519,
          text: 'if (key !== "ok") return key;',
          without: "",
          shown: { file: LIVE_TEST, name: "does not ask the platform about what it knows to be bad" },
        },
      ],
    },
    {
      number: 10,
      attacker: "anybody who saw a signature",
      tries: "a second form of it, or of its token, which counts as another one",
      defences: [
        {
          by: "S + L is no signature",
          file: ED25519,
          text: 'if (!isBelowOrder(signature.subarray(POINT_BYTES))) return { ok: false, fault: "s_out_of_range" };',
          without: "",
          shown: {
            file: ED25519_TEST,
            name: "S + L, the second signature for the same message, and the edges of the range",
          },
        },
        {
          by: "a token has one written form, without padding or white space",
          file: JWS,
          text: "([A-Za-z0-9_-]{86})$/",
          without: "([A-Za-z0-9_-]{86})=*\\s*$/",
          shown: { file: JWS_TEST, name: "%s has another form", group: "a token" },
        },
      ],
    },
    {
      number: 11,
      attacker: "anybody who may send a document",
      tries: "one that is too long, too deep, or says that it is",
      defences: [
        {
          by: "a body is counted while it comes",
          file: "edge/gateway/src/http/body-bytes.ts",
          text: "if (length > bytesMax)",
          without: "if (length > 100 * bytesMax)",
          shown: {
            file: "edge/gateway/src/request/post-route.test.ts",
            name: "is counted, whatever its length is said to be, and not read to its end when it is too long",
          },
        },
        {
          by: "a token is measured before it is read",
          file: JWS,
          text: "if (text.length > JWS_CHARS_MAX)",
          without: "if (false)",
          shown: { file: JWS_TEST, name: "beyond the limit is not looked at" },
        },
        {
          by: "JSON has so many levels",
          file: JSON_READ,
          text: "if (this.#depth >= this.#depthMax)",
          without: "if (false)",
          shown: { file: JSON_TEST, name: "100,000 levels do not exhaust the stack" },
        },
        {
          by: "CBOR has so many levels",
          file: CBOR,
          text: "if (this.#depth >= CBOR_DEPTH_MAX) throw",
          without: "if (false) throw",
          shown: { file: CBOR_TEST, name: "32 levels are read, 33 are not, and 100,000 do not exhaust the stack" },
        },
        {
          by: "a list that says it has more items than there are bytes is not begun",
          file: CBOR,
          text: "this.#span(count, start);",
          without: "",
          shown: { file: CBOR_TEST, name: "%s", group: "must be refused" },
        },
      ],
    },
    {
      number: 12,
      attacker: "the author of data",
      tries: "two texts with one meaning, or one text with two",
      defences: [
        {
          by: "a key of JSON stands once",
          file: JSON_READ,
          text: "if (Object.hasOwn(result, key)) throw",
          without: "if (false) throw",
          shown: { file: "packages/identity/src/did-jwt.test.ts", name: "(h) a key twice in one object" },
        },
        {
          by: "a text of JSON is well-formed",
          file: JSON_READ,
          text: "if (!result.isWellFormed()) throw",
          without: "if (false) throw",
          shown: { file: JSON_TEST, name: "%j", group: "refused, with the offset in bytes" },
        },
        {
          by: "keys of CBOR stand in order",
          file: CBOR,
          text: "if (difference > 0) return;",
          without: "if (difference !== 0) return;",
          shown: { file: CBOR_TEST, name: "%s", group: "must be refused" },
        },
        {
          by: "numbers of CBOR have their shortest form",
          file: CBOR,
          text: "return value >= 24 ? value : notShortest(start);",
          without: "return value;",
          shown: { file: CBOR_TEST, name: "%s", group: "must be refused" },
        },
        {
          by: "what is encoded is well-formed text",
          file: "packages/encoding/src/cbor-encode.ts",
          text: "if (!value.isWellFormed()) throw",
          without: "if (false) throw",
          shown: {
            file: "packages/encoding/src/cbor-encode.test.ts",
            name: "%s",
            group: "what has no place in the profile",
          },
        },
      ],
    },
  ],
};
