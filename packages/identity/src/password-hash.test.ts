import { scryptSync } from "node:crypto";
import { toBase64 } from "@tau-edge/encoding";
import { describe, expect, it, vi } from "vitest";
import { PORTABLE_KEY_DERIVATION, type Scrypt } from "./key-derivation.ts";
import { isPasswordHash, newPassword, tryPassword } from "./password-hash.ts";
import { codeOf } from "./tokens.test-helper.ts";

const native: Scrypt = (password, salt, { N, r, p, dkLen }) =>
  new Uint8Array(scryptSync(password, salt, dkLen, { N, r, p, maxmem: 64 * 1024 * 1024 }));

function passwordHash(password: string, salt: Uint8Array, scrypt: Scrypt): string {
  const { passphrase, cost, phc } = newPassword(password, salt);
  return phc(scrypt(passphrase, salt, cost));
}

function passwordMatches(password: string, phc: string, scrypt: Scrypt): boolean {
  const trial = tryPassword(password, phc);
  return trial?.matches(scrypt(trial.passphrase, trial.salt, trial.cost)) === true;
}

const SALT = new Uint8Array(16).fill(1);
const PASSWORD = "correct horse battery staple";
const phc = passwordHash(PASSWORD, SALT, native);
const b64 = (bytes: Uint8Array) => toBase64(bytes).replaceAll("=", "");

describe("a password hash", () => {
  it("is a PHC string of scrypt with N = 2^15, r = 8, p = 3 and a hash of 32 bytes", () => {
    const hash = scryptSync(PASSWORD, SALT, 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 });
    expect(phc).toBe(`$scrypt$ln=15,r=8,p=3$${b64(SALT)}$${b64(hash)}`);
    expect(isPasswordHash(phc)).toBe(true);
  });

  it("is the same from native and from portable code", () => {
    expect(passwordHash(PASSWORD, SALT, PORTABLE_KEY_DERIVATION.scrypt)).toBe(phc);
    expect(passwordMatches(PASSWORD, phc, PORTABLE_KEY_DERIVATION.scrypt)).toBe(true);
  });

  it("matches its password and no other", () => {
    expect(passwordMatches(PASSWORD, phc, native)).toBe(true);
    for (const other of ["", " ", `${PASSWORD} `, PASSWORD.toUpperCase(), PASSWORD.slice(1)])
      expect(passwordMatches(other, phc, native)).toBe(false);
  });

  it("is of what was meant, whichever way the keyboard writes it", () => {
    expect(passwordMatches("Cafe\u0301", passwordHash("Caf\u00e9", SALT, native), native)).toBe(true);
  });

  it("differs by its salt", () => {
    expect(passwordHash(PASSWORD, SALT.with(0, 2), native)).not.toBe(phc);
  });
});

describe("what cannot be a password", () => {
  it.each([
    ["nothing", ""],
    ["more than 1,024 characters", "a".repeat(1_025)],
    ["a lone surrogate", "\ud800"],
  ])("%s is not hashed, and matches nothing without any work", (_name, password) => {
    expect(codeOf(() => passwordHash(password, SALT, native))).toBe("password_malformed");
    const scrypt = vi.fn(native);
    expect(passwordMatches(password, phc, scrypt)).toBe(false);
    expect(scrypt).not.toHaveBeenCalled();
  });

  it("a salt that is short is refused", () => {
    expect(() => passwordHash(PASSWORD, new Uint8Array(15), native)).toThrow(RangeError);
  });
});

describe("a text is read as a hash", () => {
  const of = (cost: string, salt = b64(SALT), hash = b64(new Uint8Array(32))) => `$scrypt$${cost}$${salt}$${hash}`;
  const read = (text: string) => codeOf(() => passwordMatches(PASSWORD, text, () => new Uint8Array(32)));

  it.each(["ln=15,r=8,p=3", "ln=14,r=8,p=5", "ln=13,r=8,p=10", "ln=15,r=8,p=4"])("with the cost %s", (cost) => {
    expect(read(of(cost))).toBe("ok");
  });

  it.each([
    ["a password in a second", "ln=10,r=8,p=1"],
    ["less than the least", "ln=15,r=8,p=1"],
    ["64 MiB", "ln=16,r=8,p=2"],
    ["128 MiB", "ln=17,r=8,p=1"],
    ["all memory", "ln=99,r=99,p=99"],
    ["a minute", "ln=15,r=8,p=99"],
    ["more rounds than its blocks are for (RFC 7914 section 2)", "ln=16,r=1,p=12"],
  ])("but not with a cost of %s", (_name, cost) => {
    expect(read(of(cost))).toBe("password_hash_cost");
    expect(isPasswordHash(of(cost))).toBe(false);
  });

  it.each([
    ["empty", ""],
    ["a password", PASSWORD],
    ["of argon2", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaA"],
    ["of bcrypt", "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"],
    ["with padding", of("ln=15,r=8,p=3", toBase64(SALT))],
    ["with a salt of 8 bytes", of("ln=15,r=8,p=3", b64(new Uint8Array(8)))],
    ["with a hash of 16 bytes", of("ln=15,r=8,p=3", b64(SALT), b64(new Uint8Array(16)))],
    ["with other trailing bits", `${phc.slice(0, -1)}${phc.endsWith("B") ? "C" : "B"}`],
    ["with leading zeros", of("ln=015,r=8,p=3")],
    ["with parameters in another order", of("r=8,ln=15,p=3")],
    ["with a newline at its end", `${phc}\n`],
    ["that is long", `${phc}${"A".repeat(300)}`],
  ])("but not %s", (_name, text) => {
    expect(read(text)).toBe("password_hash_malformed");
    expect(isPasswordHash(text)).toBe(false);
  });
});
