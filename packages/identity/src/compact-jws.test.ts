import { encodeUtf8, toBase64url } from "@tau-edge/encoding";
import { ed25519PublicKey, verifyEd25519 } from "@tau-edge/signature";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finishJws, jwsSigningInput, readCompactJws } from "./compact-jws.ts";
import { codeOf, SEEDS, signedWith, tokenOf } from "./tokens.test-helper.ts";

const SIGNATURE = new Uint8Array(64).fill(7);
const raw = (header: string, payload: string) => finishJws(encodeUtf8(`${b64(header)}.${b64(payload)}`), SIGNATURE);
const b64 = (text: string) => toBase64url(encodeUtf8(text));
const read = (text: string) => codeOf(() => readCompactJws(text));

describe("RFC 8037 appendix A.4", () => {
  const [header, payload, signature] = [
    "eyJhbGciOiJFZERTQSJ9",
    "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
  ] as const;

  it("has the signature that is made here", () => {
    expect(signedWith(SEEDS.rfc8037, encodeUtf8(`${header}.${payload}`))).toBe(`${header}.${payload}.${signature}`);
  });

  it("signs a text, which is no payload here", () => {
    expect(read(`${header}.${payload}.${signature}`)).toBe("jws_json");
  });
});

describe("RFC 7515 appendix A", () => {
  const CLAIMS = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

  it("A.1 has a MAC, which is shorter than a signature", () => {
    expect(read(`eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${CLAIMS}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`)).toBe(
      "jws_form",
    );
  });

  it("A.3 is of P-256", () => {
    const signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    expect(read(`eyJhbGciOiJFUzI1NiJ9.${CLAIMS}.${signature}`)).toBe("jws_alg");
  });

  it("A.5 has no signature", () => {
    expect(read(`eyJhbGciOiJub25lIn0.${CLAIMS}.`)).toBe("jws_form");
  });
});

describe("a token", () => {
  it("is read as it was written, with the bytes that were signed", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (payload) => {
        const found = readCompactJws(tokenOf(SEEDS.a, { alg: "EdDSA", typ: "x" }, payload));
        expect(found.payload).toEqual({ ...payload });
        expect(verifyEd25519(found.signature, found.signingInput, ed25519PublicKey(SEEDS.a)).ok).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it.each(["EdDSA", "Ed25519"])("with the algorithm %s is read", (alg) => {
    expect(read(raw(JSON.stringify({ alg }), "{}"))).toBe("ok");
  });

  it.each([
    ...["none", "None", "", "eddsa", "ED25519", "Ed448", "ES256", "HS256", "RS256", "ES256K"].map((alg) => ({ alg })),
    ...[{}, { alg: null }, { alg: ["EdDSA"] }, { ALG: "EdDSA" }],
  ])("with the header %j is of another algorithm", (header) => {
    expect(read(raw(JSON.stringify(header), "{}"))).toBe("jws_alg");
  });

  it.each(["crit", "b64", "zip", "enc", "jku", "x5u", "x5c", "x5t", "x5t#S256"])("with `%s` is refused", (name) => {
    expect(read(raw(JSON.stringify({ alg: "EdDSA", [name]: [] }), "{}"))).toBe("jws_header");
  });

  it.each([
    ["a header twice", '{"alg":"EdDSA","alg":"EdDSA"}', "{}"],
    ["a claim twice", '{"alg":"EdDSA"}', '{"iss":"a","iss":"b"}'],
    ["a payload that is a list", '{"alg":"EdDSA"}', "[]"],
    ["a payload that is null", '{"alg":"EdDSA"}', "null"],
    ["a header that is a text", '"EdDSA"', "{}"],
    ["something after the payload", '{"alg":"EdDSA"}', "{} {}"],
    ["a byte order mark", '{"alg":"EdDSA"}', "\ufeff{}"],
    ["a number that no double holds", '{"alg":"EdDSA"}', '{"exp":9007199254740993}'],
    ["deep nesting", '{"alg":"EdDSA"}', `{"a":${"[".repeat(10)}${"]".repeat(10)}}`],
  ])("with %s is not strict JSON", (_name, header, payload) => expect(read(raw(header, payload))).toBe("jws_json"));

  it("with bytes that are not UTF-8 is not strict JSON", () => {
    expect(read(`${b64('{"alg":"EdDSA"}')}.${toBase64url(Uint8Array.of(0x7b, 0xff, 0x7d))}.${"A".repeat(86)}`)).toBe(
      "jws_json",
    );
  });

  const good = raw('{"alg":"EdDSA"}', "{}");
  const [header = "", payload = ""] = good.split(".");
  it.each([
    ["empty", ""],
    ["without dots", good.replaceAll(".", "")],
    ["of two parts", `${header}.${payload}`],
    ["of four parts", `${good}.`],
    ["of five parts, as JWE has", `${good}.${header}.${payload}`],
    ["without payload", good.replace(`.${payload}.`, "..")],
    ["with padding", good.replace(`${payload}.`, `${payload}=.`)],
    ["with a newline at its end", `${good}\n`],
    ["with a space before it", ` ${good}`],
    ["in standard base64", good.replace(/.$/, "+")],
    ["with other trailing bits", `${good.slice(0, -1)}x`],
    ["with 63 bytes of signature", good.slice(0, -1)],
    ["with 65 bytes of signature", `${good}AA`],
    ["with a character that is no ASCII", `é${good}`],
    ["with a lone surrogate", `\ud800${good}`],
  ])("%s has another form", (_name, text) => expect(read(text)).toBe("jws_form"));

  it("beyond the limit is not looked at", () => {
    expect(read(raw('{"alg":"EdDSA"}', `{"a":"${"x".repeat(6_100)}"}`))).toBe("jws_too_long");
    expect(read(raw('{"alg":"EdDSA"}', `{"a":"${"x".repeat(5_000)}"}`))).toBe("ok");
  });

  it("cannot be written with what JSON does not have", () => {
    expect(() => jwsSigningInput({ alg: "EdDSA" }, { a: Number.NaN })).toThrow();
  });
});
