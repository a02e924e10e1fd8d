/** Texts on which no two runtimes may differ: what is refused as a DID and why, and what the original called DIDs. */
import { fromHex, toMultibase } from "@tau-edge/encoding";
import type { IdentityErrorCode, LegacyInputs, LegacyProblem } from "@tau-edge/identity";

/** RFC 8032 section 7.1, test 1. */
const KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const GOOD = `did:key:${toMultibase("z", fromHex(`ed01${KEY}`))}`;

const ofBytes = (hex: string, prefix: "z" | "u" = "z") => `did:key:${toMultibase(prefix, fromHex(hex))}`;
const ofKey = (key: string) => ofBytes(`ed01${key}`);

/** The eight points of small order: anybody can sign under them. */
const SMALL_ORDER = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];
/** Second encodings of points that have another. */
const NOT_CANONICAL = [
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "0100000000000000000000000000000000000000000000000000000000000080",
];
/** The key of test 1 plus the point of order 2: (-x, -y). */
const MIXED_ORDER = "16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5";
/** y = 2 has no x. */
const NOT_ON_CURVE = "0200000000000000000000000000000000000000000000000000000000000000";

const KEY_REFUSALS: readonly (readonly [did: string, code: IdentityErrorCode])[] = [
  ...[...SMALL_ORDER, ...NOT_CANONICAL, MIXED_ORDER, NOT_ON_CURVE].map((key) => [ofKey(key), "did_key_point"] as const),
  ["", "did_method"],
  ["did:key:", "did_key_multibase"],
  ["did:key:z", "did_key_codec"],
  [GOOD.slice("did:key:".length), "did_method"],
  [GOOD.toUpperCase(), "did_method"],
  [` ${GOOD}`, "did_method"],
  [`${GOOD} `, "did_key_multibase"],
  [`${GOOD}\n`, "did_key_multibase"],
  [GOOD.replace("did:key:", "did:jwk:"), "did_method"],
  [GOOD.replace("did:key:", "did:key:1:"), "did_key_multibase"],
  [GOOD.replace("did:key:z", "did:key:Z"), "did_key_multibase"],
  [GOOD.replace("did:key:z", "did:key:"), "did_key_multibase"],
  [`${GOOD}#0`, "did_url"],
  [`${GOOD}?a=b`, "did_url"],
  [`${GOOD}/a`, "did_url"],
  [`${GOOD};a`, "did_url"],
  [`${GOOD}#${GOOD.slice(8)}`, "did_too_long"],
  [`did:key:z${"1".repeat(56)}`, "did_too_long"],
  [`did:key:z${"z".repeat(100_000)}`, "did_too_long"],
  [ofBytes(`ed01${KEY}`, "u"), "did_key_multibase"],
  [`${GOOD.slice(0, -1)}0`, "did_key_multibase"],
  [`${GOOD.slice(0, -1)}l`, "did_key_multibase"],
  [ofBytes(`ed01${KEY.slice(2)}`), "did_key_length"],
  [ofBytes(`ed01${KEY}00`), "did_key_length"],
  [ofBytes("ed01"), "did_key_length"],
  [ofBytes(`ec01${KEY}`), "did_key_codec"],
  [ofBytes(`ed81${KEY}`), "did_key_codec"],
  [ofBytes(`00ed01${KEY}`), "did_key_codec"],
  [ofBytes(KEY), "did_key_codec"],
  ["did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169", "did_key_codec"],
];

const WEB_REFUSALS: readonly (readonly [did: string, code: IdentityErrorCode])[] = [
  ...[
    "",
    "localhost",
    "gw",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "1.2.3.0x4",
    "1.2.3.0x",
    "169.254.169.254",
    "1.2.3.256",
  ].map((host) => [`did:web:${host}`, "did_web_host"] as const),
  ...["Gw.example", "gw.example.", ".gw.example", "gw..example", "-gw.example", "gw-.example", "g_w.example"].map(
    (host) => [`did:web:${host}`, "did_web_host"] as const,
  ),
  ...[
    "gw.exämple",
    "gw.example%40127.0.0.1",
    "user%40gw.example",
    "gw.example%2Fa",
    "%5B%3A%3A1%5D",
    "gw.example@a.b",
  ].map((host) => [`did:web:${host}`, "did_web_host"] as const),
  [`did:web:${"a".repeat(64)}.example`, "did_web_host"],
  [`did:web:${"a.".repeat(126)}example`, "did_web_host"],
  [`did:web:gw.example:${"a".repeat(512)}`, "did_too_long"],
  ["did:web:gw.example%3A", "did_web_port"],
  ["did:web:gw.example%3A0", "did_web_port"],
  ["did:web:gw.example%3A080", "did_web_port"],
  ["did:web:gw.example%3A65536", "did_web_port"],
  ["did:web:gw.example%3A8443%3A1", "did_web_port"],
  ["did:web:gw.example%3A+1", "did_web_port"],
  ["did:web:gw.example%3a8443", "did_web_host"],
  ["did:web:gw.example:", "did_web_path"],
  ["did:web:gw.example::a", "did_web_path"],
  ["did:web:gw.example:.", "did_web_path"],
  ["did:web:gw.example:a:..", "did_web_path"],
  ["did:web:gw.example:a%2Fb", "did_web_path"],
  ["did:web:gw.example:%2E%2E", "did_web_path"],
  ["did:web:gw.example:a b", "did_web_path"],
  ["did:web:gw.example:a\\b", "did_web_path"],
  ["did:web:gw.example:.well-known", "did_web_path"],
  ["did:web:gw.example/a", "did_url"],
  ["did:web:gw.example#2026-11", "did_url"],
  ["did:web:gw.example?a", "did_url"],
];

export const REFUSED_DIDS = [...KEY_REFUSALS, ...WEB_REFUSALS];

const HASH: readonly LegacyProblem[] = ["hash_not_key", "no_multicodec", "not_base58btc", "guessable_entropy"];
const inputs = (method: "key" | "web", network: string, subject: string, entropy: string): LegacyInputs => ({
  ...{ method, network, subject, entropy },
});

/** Read off the original program. */
export const LEGACY_VECTORS: readonly {
  readonly did: string;
  readonly inputs: LegacyInputs;
  readonly problems: readonly LegacyProblem[];
}[] = [
  {
    did: "did:key:zMT3gM8k4KUBH8sm4wwlZIkj86L4LuZD-fhFpq8e6_8s",
    inputs: inputs("key", "tau-devnet", "browser-agent", "local-dev-seed"),
    problems: HASH,
  },
  {
    did: "did:key:z7x-cZBPuZnxTlO0jKd7Zncq7wGK6Kt4g-7a2Wc8e9fs",
    inputs: inputs("key", "tau-devnet", "browser-agent", "tau-browser-seed"),
    problems: HASH,
  },
  {
    did: "did:web:edge:tau_1:operator_one",
    inputs: inputs("web", " Edge.Tau_1 ", "Operator_One", "seed-001"),
    problems: ["no_key", "host_not_a_domain"],
  },
];
