/** What an agent reads and writes in a few lines is what the packages for it read and write. */
import * as encoding from "@tau-edge/encoding";
import { didKeyOf, pinOf, readBootstrapLink, readDpopProof } from "@tau-edge/identity";
import { type DerivedCode, readDerivedCode, writeDerivedCode } from "@tau-edge/manifest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agentKeyOf, makeKeyPair } from "./agent-key.ts";
import { fromBase64url, toBase64url } from "./base64url.ts";
import { readLink } from "./bootstrap-link.ts";
import type { SendForContent } from "./content.ts";
import { fetchDerivedCode } from "./derived-code.ts";
import { didKeyText } from "./did-key-text.ts";
import { writeProof } from "./dpop-proof.ts";
import { pinOfKey } from "./hash.ts";

const { sha256, encodeUtf8 } = encoding;

function outcome<Value>(read: () => Value): Value | "refused" {
  try {
    return read() ?? "refused";
  } catch {
    return "refused";
  }
}

describe("base64url", () => {
  it("is the one of the encoding package, both ways", () => {
    const bytes = fc.uint8Array({ maxLength: 80 });
    fc.assert(fc.property(bytes, (raw) => toBase64url(raw) === encoding.toBase64url(raw)));
    const text = fc.string({ unit: fc.constantFrom(..."AQgwxyz019-_+/= \n"), maxLength: 9 });
    fc.assert(
      fc.property(text, (said) => {
        expect(outcome(() => fromBase64url(said))).toEqual(
          outcome(() => Uint8Array.from(encoding.fromBase64url(said))),
        );
      }),
    );
  });
});

describe("a key", () => {
  it("has the DID and the pin that the identity package gives it", async () => {
    for (let nth = 0; nth < 20; nth++) {
      const { publicKey, did } = await agentKeyOf(await makeKeyPair());
      expect([did, didKeyText(publicKey)]).toEqual(Array(2).fill(didKeyOf(publicKey).did));
      expect(await pinOfKey(Uint8Array.from(publicKey))).toBe(pinOf(publicKey, sha256));
    }
  });

  it("that could be exported, or is of another kind, is taken from no store", async () => {
    const open = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
    const other = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
      "sign",
      "verify",
    ])) as CryptoKeyPair;
    for (const pair of [open, other])
      await expect(agentKeyOf(pair)).rejects.toThrow(expect.objectContaining({ code: "ed25519_missing" }));
  });
});

describe("a proof", () => {
  it("is read by the gateway's reader as what was written", async () => {
    const key = await agentKeyOf(await makeKeyPair());
    const claims = { jti: "a-name-of-its-own", method: "GET", url: "https://gw.example/v1/x", now_unix_ms: 5_000 };
    const text = await writeProof(key, { ...claims, nonce: "n", accessToken: "token", linkSecret: "secret" });
    const hash = (part: string) => encoding.toBase64url(sha256(encodeUtf8(part)));
    expect(readDpopProof(text, sha256)).toMatchObject({
      ...{ did: key.did, jti: claims.jti, htm: "GET", htu: claims.url, iat_unix_ms: 5_000, nonce: "n" },
      ...{ ath: hash("token"), lsh: hash("secret") },
    });
    const bare = readDpopProof(
      await writeProof(key, { ...claims, nonce: undefined, accessToken: undefined, linkSecret: undefined }),
      sha256,
    );
    expect([bare.ath, bare.nonce, bare.lsh]).toEqual([undefined, undefined, undefined]);
  });
});

describe("a link", () => {
  const [id, secret, pin] = ["a".repeat(16), "b".repeat(42).concat("A"), "c".repeat(42).concat("A")];

  it.each([
    `https://gw.example/boot#v1.${id}.${secret}.${pin}`,
    `https://gw.example/boot#v1.${id}.${secret}`,
    `https://gw.example:8443/deep/er/boot#v1.${id}.${secret}`,
    `http://localhost:8787/boot#v1.${id}.${secret}.${pin}`,
    `http://127.0.0.1:1/boot#v1.${id}.${secret}`,
    `http://[::1]:1/boot#v1.${id}.${secret}`,
    `http://gw.example/boot#v1.${id}.${secret}`,
    `http://localhost.example/boot#v1.${id}.${secret}`,
    `ftp://gw.example/boot#v1.${id}.${secret}`,
    `https://user@gw.example/boot#v1.${id}.${secret}`,
    `https://gw.example/boot?x#v1.${id}.${secret}`,
    `https://gw.example/boot#v2.${id}.${secret}`,
    `https://gw.example/boot#v1.${id}.${secret}.${pin}.x`,
    `https://gw.example/boot#v1.${id}.${secret}.${pin}\n`,
    `https://GW.example/boot#v1.${id}.${secret}`,
    "",
  ])("%s is read as the identity package reads it", (url) => {
    expect(outcome(() => readLink(url))).toEqual(outcome(() => readBootstrapLink(url)));
  });
});

describe("a list of derived code", () => {
  const entry = encodeUtf8("export const instantiate = 1;");
  const core = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const artifact = encoding.digestOf(sha256(encodeUtf8("artifact")));
  const named = (path: string, bytes: Uint8Array) => ({
    ...{ path, bytes: bytes.length },
    sha256: encoding.digestOf(sha256(bytes)),
  });
  const list: DerivedCode = {
    v: 1,
    ...{ artifact_digest: artifact, transpiler: "@bytecodealliance/jco", version: "1.35.0", options: ["-q"] },
    ...{ entry: "x.js", files: [named("x.core.wasm", core), named("x.js", entry)] },
  };

  /** Serves exactly these, by their digests. */
  function serving(...objects: readonly Uint8Array[]): SendForContent {
    const known = new Map(objects.map((bytes) => [`/v1/objects/${encoding.digestOf(sha256(bytes))}`, bytes]));
    return async ({ path }) => {
      const bytes = known.get(path);
      return bytes === undefined ? new Response("{}", { status: 404 }) : new Response(Uint8Array.from(bytes));
    };
  }

  const fetched = (document: object, wanted = artifact) => {
    const bytes = encodeUtf8(JSON.stringify(document));
    const request = { derived: encoding.digestOf(sha256(bytes)), artifact: wanted };
    return fetchDerivedCode(serving(bytes, entry, core), request);
  };

  it("is read as the manifest package reads it, and its files are fetched by their digests", async () => {
    const bytes = writeDerivedCode(list);
    const code = await fetchDerivedCode(serving(bytes, entry, core), {
      ...{ derived: encoding.digestOf(sha256(bytes)), artifact },
    });
    const read = readDerivedCode(bytes);
    expect(code).toEqual({
      ...{ artifact: read.artifact_digest, transpiler: `${read.transpiler} ${read.version}` },
      ...{ entry: { path: read.entry, bytes: entry }, modules: [{ path: "x.core.wasm", bytes: core }] },
    });
  });

  it.each<[string, object, string]>([
    ["of another form", { v: 2 }, "derived_malformed"],
    ["of another artifact", { artifact_digest: named("x", core).sha256 }, "derived_contradiction"],
    ["without files", { files: [] }, "derived_malformed"],
    ["with two files of one path", { files: [list.files[1], list.files[1]] }, "derived_malformed"],
    ["with two scripts", { files: [...list.files, named("y.js", core)] }, "derived_malformed"],
    ["whose entry is no file of it", { entry: "y.js" }, "derived_malformed"],
    ["whose entry is a core module", { entry: "x.core.wasm" }, "derived_malformed"],
    ["that lies about a length", { files: [list.files[0], { ...list.files[1], bytes: 1 }] }, "content_too_long"],
    [
      "that lies about a longer length",
      { files: [list.files[0], { ...list.files[1], bytes: 99 }] },
      "content_truncated",
    ],
    ["with more than is ever read", { files: [{ ...list.files[1], bytes: 2 ** 40 }] }, "content_too_long"],
    ["with a file that nobody has", { files: [named("x.js", encodeUtf8("other"))] }, "gateway_refused"],
  ])("is refused %s", async (_name, change, code) => {
    await expect(fetched({ ...list, ...change })).rejects.toThrow(expect.objectContaining({ code }));
  });

  it("is refused when a file under its digest is another", async () => {
    const bytes = writeDerivedCode(list);
    const honest = serving(bytes, entry, core);
    const send: SendForContent = async (request) => {
      const isEntry = request.path.endsWith(named("x.js", entry).sha256);
      return isEntry ? new Response(entry.toReversed()) : honest(request);
    };
    const request = { derived: encoding.digestOf(sha256(bytes)), artifact };
    await expect(fetchDerivedCode(send, request)).rejects.toThrow(expect.objectContaining({ code: "content_digest" }));
  });
});
