/**
 * Who is asking: the strict verdict beside WebCrypto and noble alone, and what a request with a DPoP proof costs beside one
 * native verification of the same signature (decisions 11). Rounds take turns, and the best of each counts.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { nativeSha256 } from "@tau-edge/adapter-node";
import { type AgentKey, agentKeyOf, generateAgentKey, openLiveVerifier } from "@tau-edge/adapter-webcrypto";
import { encodeUtf8 } from "@tau-edge/encoding";
import {
  type DpopProof,
  dpopFault,
  dpopHash,
  dpopSigningInput,
  finishJws,
  readDpopProof,
  rememberDpopKeys,
} from "@tau-edge/identity";
import { rememberGoodKeys, verifyEd25519 } from "@tau-edge/signature";
import { nativeVerify } from "../../edge/node/src/native-verify.ts";
import { type BenchRow, printRows } from "./row.ts";

const ROUNDS = 20;
const AGENTS = 50;
const PROOFS = 400;
/** Portable code takes milliseconds for each. */
const SLOW_PROOFS = 30;
const KEYS_MAX = 1_000;
const READING_US_MAX = 30;
const LIVE_RATIO_MIN = 0.8;
const PROOF_RATIO_MIN = 0.6;
const URL_OF_REQUEST = "https://gw.example/v1/resolve";
const TOKEN = "tk_abcd2345_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_abcdef";

interface Signed {
  readonly text: string;
  readonly proof: DpopProof;
}

type Way = (one: Signed) => unknown;

export async function bench(): Promise<BenchRow[]> {
  const now_unix_ms = Date.now();
  const all = await signedProofs(now_unix_ms);
  const few = all.slice(0, SLOW_PROOFS);
  const platformVerify = nativeVerify(KEYS_MAX);
  const live = await openLiveVerifier({ platformVerify, keysMax: KEYS_MAX });
  const overWebCrypto = await openLiveVerifier({ keysMax: KEYS_MAX });
  if (live.by !== "platform" || overWebCrypto.by !== "platform") throw new Error("the platform's verifier is not used");
  const readHeader = rememberDpopKeys(KEYS_MAX, nativeSha256);
  const expected = { method: "GET", url: `${URL_OF_REQUEST}?environment=prod`, now_unix_ms, accessToken: TOKEN };
  const webCryptoKeys = await importedKeys(all);
  const checkKey = rememberGoodKeys(KEYS_MAX);

  const look = ({ text }: Signed): DpopProof => {
    const proof = readDpopProof(text, nativeSha256, readHeader);
    if (dpopFault(proof, expected, nativeSha256) !== undefined) throw new Error("a proof was refused");
    return proof;
  };
  const native: Way = ({ proof }) => good(platformVerify(proof.signature, proof.signingInput, proof.publicKey));
  const webCrypto: Way = ({ proof }) => {
    const key = webCryptoKeys.get(proof.did);
    if (key === undefined) throw new Error("a key was not imported");
    return crypto.subtle.verify("Ed25519", key, proof.signature.slice(), proof.signingInput.slice()).then(good);
  };
  const strict: Way = ({ proof }) => good(verifyEd25519(proof.signature, proof.signingInput, proof.publicKey).ok);
  const strictAgain: Way = ({ proof }) =>
    good(verifyEd25519(proof.signature, proof.signingInput, proof.publicKey, checkKey).ok);
  const noble: Way = ({ proof }) =>
    good(ed25519.verify(proof.signature, proof.signingInput, proof.publicKey, { zip215: false }));
  const checkProof: Way = (one) => {
    const { signature, signingInput, publicKey } = look(one);
    return good(live.verify(signature, signingInput, publicKey));
  };
  const liveAgain: Way = ({ proof }) => good(live.verify(proof.signature, proof.signingInput, proof.publicKey));
  const liveOverWebCrypto: Way = ({ proof }) =>
    Promise.resolve(overWebCrypto.verify(proof.signature, proof.signingInput, proof.publicKey)).then(good);

  const slow = await sideBySide({ strict, strictAgain, noble, webCrypto }, few);
  const fast = await sideBySide({ native, webCrypto, liveAgain, liveOverWebCrypto, checkProof, look }, all);
  const reading_us = 1e6 / fast.look;
  return [
    beside("strict verification", slow.strict, "raw WebCrypto", slow.webCrypto),
    beside("strict verification", slow.strict, "noble alone", slow.noble),
    beside("strict verification, key known", slow.strictAgain, "noble alone", slow.noble),
    beside(
      "live verification, key known, node:crypto below",
      fast.liveAgain,
      "node:crypto alone",
      fast.native,
      LIVE_RATIO_MIN,
    ),
    beside("live verification, key known, WebCrypto below", fast.liveOverWebCrypto, "WebCrypto alone", fast.webCrypto),
    beside(
      "proof read, compared and verified",
      fast.checkProof,
      "one native verification",
      fast.native,
      PROOF_RATIO_MIN,
    ),
    {
      ...{ name: "proof read and compared, without its signature", figure: reading_us, unit: "us" },
      ...{ bar: `below ${READING_US_MAX} us`, pass: reading_us < READING_US_MAX },
    },
  ];
}

function beside(name: string, figure: number, baseline: string, baseline_figure: number, ratioMin?: number): BenchRow {
  const ratio = figure / baseline_figure;
  return {
    ...{ name, figure, unit: "/s", baseline, baseline_figure, ratio },
    ...(ratioMin !== undefined && { bar: `ratio at least ${ratioMin}`, pass: ratio >= ratioMin }),
  };
}

function good(verdict: boolean | Promise<boolean>): void {
  if (verdict !== true) throw new Error("a good signature was refused");
}

async function signedProofs(now_unix_ms: number): Promise<readonly Signed[]> {
  const agents = await Promise.all(Array.from({ length: AGENTS }, () => generateAgentKey().then(agentKeyOf)));
  return Promise.all(
    Array.from({ length: PROOFS }, async (_, nth) => {
      const agent = agents[nth % AGENTS];
      if (agent === undefined) throw new Error("there are no agents");
      const text = await proofBy(agent, now_unix_ms);
      return { text, proof: readDpopProof(text, nativeSha256) };
    }),
  );
}

async function proofBy({ publicKey, sign }: AgentKey, iat_unix_ms: number): Promise<string> {
  const ath = dpopHash(encodeUtf8(TOKEN), nativeSha256);
  const claims = { jti: crypto.randomUUID(), htm: "GET", htu: URL_OF_REQUEST, iat_unix_ms };
  const signingInput = dpopSigningInput(publicKey, { ...claims, ath, nonce: "AAAAAAAAAAAAAAAAAAAAAA" });
  return finishJws(signingInput, await sign(signingInput));
}

async function importedKeys(all: readonly Signed[]): Promise<ReadonlyMap<string, CryptoKey>> {
  const found = new Map<string, CryptoKey>();
  for (const { proof } of all)
    if (!found.has(proof.did))
      found.set(proof.did, await crypto.subtle.importKey("raw", proof.publicKey.slice(), "Ed25519", false, ["verify"]));
  return found;
}

/** One after the other in each round, so that what else the machine does falls on all; operations a second, best round. */
async function sideBySide<Name extends string>(
  ways: Readonly<Record<Name, Way>>,
  inputs: readonly Signed[],
): Promise<Record<Name, number>> {
  const best = Object.fromEntries(Object.keys(ways).map((name) => [name, 0])) as Record<Name, number>;
  for (let round = 0; round <= ROUNDS; round++)
    for (const name of Object.keys(ways) as Name[]) {
      const start = performance.now();
      for (const input of inputs) {
        const pending = ways[name](input);
        if (pending instanceof Promise) await pending;
      }
      const per_s = (inputs.length / (performance.now() - start)) * 1_000;
      // The first round is for the compiler.
      if (round > 0) best[name] = Math.max(best[name], per_s);
    }
  return best;
}

if (import.meta.main) printRows(await bench());
