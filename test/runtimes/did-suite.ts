/**
 * Does every runtime make the same identities in the same bytes, and refuse the same texts for the same reasons? Only
 * portable code is used: no key derivation, digest or curve of the platform. Nothing here knows where it runs.
 */
import { fromHex, sha256, toHex } from "@tau-edge/encoding";
import {
  bootstrapPayload,
  DERIVATION_DOMAIN,
  deriveIdentity,
  didKeyDocument,
  didKeyOf,
  IdentityError,
  legacyProblems,
  PORTABLE_KEY_DERIVATION,
  parseDidKey,
  parseDidWeb,
  verifyLegacyDid,
  writeBootstrapPayload,
} from "@tau-edge/identity";
import { check, checkEqual, type TestRegistrar } from "@tau-edge/ports/suites";
import { ed25519PublicKey } from "@tau-edge/signature";
import { DID_CASES, type DidCase, type DidGoldenCase, type DidGoldenFile, PAYLOAD_CONTEXT } from "./did-cases.ts";
import { LEGACY_VECTORS, REFUSED_DIDS } from "./did-verdicts.ts";

/** `data/didkey-ed25519-x25519.json`; its documents have older key types, so their types are not compared. */
export interface DidKeyVectors {
  readonly [did: string]: {
    readonly seed: string;
    readonly didDocument: {
      readonly verificationMethod: readonly { readonly id: string }[];
      readonly authentication: readonly string[];
      readonly keyAgreement: readonly string[];
    };
  };
}

export interface DidSuiteData {
  readonly golden: DidGoldenFile;
  readonly vectors: DidKeyVectors;
  /** All, but where the suite itself is looked at. */
  readonly cases?: readonly DidCase[];
}

export function didSuite(t: TestRegistrar, { golden, vectors, cases = DID_CASES }: DidSuiteData): void {
  const test = (name: string, run: () => void) => t.test(`identities: ${name}`, async () => run());
  test("the golden file has every case, in this construction", () => {
    checkEqual([golden.domain, golden.cases.length], [DERIVATION_DOMAIN, DID_CASES.length], "domain and cases");
  });
  for (const [index, one] of cases.entries()) {
    const { method, network, subject } = one.request;
    test(`${method} ${network} ${subject}, ${Object.keys(one.entropy)[0]} ${index}: the golden one`, () =>
      checkEqual(derived(one), answerOf(golden.cases[index]), "what is derived"));
  }
  for (const [did, vector] of Object.entries(vectors)) test(did, () => checkVector(did, vector));
  for (const [did, code] of REFUSED_DIDS)
    test(`${did.slice(0, 80)} is refused`, () => checkEqual(codeOf(did), code, "code"));
  for (const { did, inputs, problems } of LEGACY_VECTORS)
    test(`${did} is the original's, and no DID`, () => {
      check(codeOf(did) !== "ok", "a DID of the original is refused");
      checkEqual(legacyProblems(did), problems, "what is wrong with it");
      checkEqual(verifyLegacyDid({ did }, inputs, sha256).outcome, "original", "recomputed");
    });
}

type Answer = Omit<DidGoldenCase, "info" | "ikm">;

/** Without what is only on the way: packages/identity/src/derived-seed.test.ts looks at that. */
function answerOf(expected: DidGoldenCase | undefined): Answer | undefined {
  if (expected === undefined) return undefined;
  const { info: _info, ikm: _ikm, ...answer } = expected;
  return answer;
}

function derived({ request, entropy }: DidCase): Answer {
  const found = deriveIdentity(request, PORTABLE_KEY_DERIVATION);
  check(found.outcome === "derived", "it is not refused");
  const { identity, secretSeed } = found;
  const payload = bootstrapPayload(identity, PAYLOAD_CONTEXT, sha256);
  const { method, network, subject } = request;
  return {
    ...{ method, network, subject, entropy },
    seed: toHex(secretSeed),
    public_key: toHex(parseDidKey(`did:key:${identity.publicKeyMultibase}`).publicKey),
    did_key: `did:key:${identity.publicKeyMultibase}`,
    did: identity.did,
    assurance: identity.assurance,
    did_document_sha256: payload.document_sha256,
    payload_sha256: toHex(sha256(writeBootstrapPayload(payload))),
  };
}

function checkVector(did: string, { seed, didDocument }: DidKeyVectors[string]): void {
  const key = didKeyOf(ed25519PublicKey(fromHex(seed)));
  checkEqual([key.did, toHex(parseDidKey(did).publicKey)], [did, toHex(key.publicKey)], "DID and key");
  const document = didKeyDocument(key);
  const [signing, agreement] = didDocument.verificationMethod.map(({ id }) => id);
  checkEqual(document.verificationMethod[0]?.id, signing, "id of the signing key");
  checkEqual(document.keyAgreement?.[0]?.id, agreement, "id of the X25519 key");
  checkEqual(document.authentication, didDocument.authentication, "authentication");
  checkEqual(
    document.keyAgreement?.map(({ id }) => id),
    didDocument.keyAgreement,
    "keyAgreement",
  );
}

function codeOf(did: string): string {
  try {
    if (did.startsWith("did:web:")) parseDidWeb(did);
    else parseDidKey(did);
    return "ok";
  } catch (error) {
    if (error instanceof IdentityError) return error.code;
    throw error;
  }
}
