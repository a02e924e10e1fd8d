/** Passwords: each is stretched, which takes a quarter of a second that nobody else should have to wait. */
import { newPassword, type Stretching, tryPassword } from "@tau-edge/identity";
import type { AccessPorts } from "./access.ts";

export type PasswordPorts = Pick<AccessPorts, "derivation" | "stretch" | "randomBytes">;

const SALT_BYTES = 16;

/** @returns a PHC string, another one each time. @throws IdentityError `password_malformed` */
export async function hashPassword(password: string, ports: PasswordPorts): Promise<string> {
  const hashing = newPassword(password, ports.randomBytes(SALT_BYTES));
  return hashing.phc(await stretched(hashing, ports));
}

/** @throws IdentityError for what is no PHC string */
export async function isPassword(password: string, phc: string, ports: PasswordPorts): Promise<boolean> {
  const trial = tryPassword(password, phc);
  return trial?.matches(await stretched(trial, ports)) === true;
}

async function stretched({ passphrase, salt, cost }: Stretching, { stretch, derivation }: PasswordPorts) {
  return stretch === undefined ? derivation.scrypt(passphrase, salt, cost) : stretch(passphrase, salt, cost);
}
