/**
 * Whose credential opens everything: the configured one, unless a rotation retired it; otherwise the one that the last
 * rotation made. What was retired is refused wherever it comes from, so an old file does not bring it back.
 */
import { encodeUtf8, fromHex, toHex } from "@tau-edge/encoding";
import { isPasswordHash, type KeyDerivation, sameSecret } from "@tau-edge/identity";
import type { DirectoryFacts, OwnerCredential } from "@tau-edge/ports";
import { OWNER_SECRET_CHARS_MAX } from "../limits.ts";
import type { AccessConfig, AccessPorts, ConfiguredOwner, OwnerInForce } from "./access.ts";
import { hashPassword, isPassword, type PasswordPorts } from "./passwords.ts";

/** What is found out about a configured password, each of which costs a scrypt: once, however many ask meanwhile. */
interface KnownPassword {
  readonly secret: string;
  readonly verifier: Promise<string>;
  /** Retired verifiers that it was compared with, and whether it is what they are of. */
  readonly retired: Map<string, Promise<boolean>>;
}

type OwnerPorts = PasswordPorts & Pick<AccessPorts, "directory">;

export class OwnerWatch {
  readonly #config: AccessConfig;
  readonly #ports: OwnerPorts;
  #known: KnownPassword | undefined;

  constructor(config: AccessConfig, ports: OwnerPorts) {
    this.#config = config;
    this.#ports = ports;
  }

  /** @param facts of the directory, where somebody has just asked for them */
  async inForce(facts?: DirectoryFacts): Promise<OwnerInForce | undefined> {
    const { owner, retired } = facts ?? (await this.#ports.directory.facts());
    const configured = this.#config.configured().owner;
    if (configured !== undefined && !(await this.isRetired(configured, retired)))
      return { ...(await this.#credentialOf(configured)), source: "configured" };
    return owner === undefined ? undefined : { ...owner, source: "rotated" };
  }

  /** @returns false for what is no secret of the owner in force, whatever kind of text it is */
  async isOwner(kind: OwnerCredential["kind"], secret: string): Promise<boolean> {
    if (secret === "" || secret.length > OWNER_SECRET_CHARS_MAX) return false;
    const facts = await this.#ports.directory.facts();
    const owner = await this.inForce(facts);
    if (owner?.kind !== kind || !(await verifies(secret, owner, this.#ports))) return false;
    // A hash with another salt hides that its password was retired; the password itself does not.
    return kind === "token" || owner.source === "rotated" || !(await verifiesOne(secret, facts.retired, this.#ports));
  }

  /**
   * A text that changes with the credential, and with nothing else: what hangs on it is void after a change. Secret where
   * the password itself is configured. Empty without an owner.
   */
  async binding(): Promise<string> {
    const owner = await this.inForce();
    const configured = this.#config.configured().owner;
    if (owner?.source === "configured" && configured?.kind === "password" && "secret" in configured)
      return configured.secret;
    return owner?.verifier ?? "";
  }

  async isRetired(owner: ConfiguredOwner, retired: readonly OwnerCredential[]): Promise<boolean> {
    const { kind, verifier } = await this.#credentialOf(owner);
    const others = retired.filter((one) => one.kind === kind);
    if (others.some((one) => one.verifier === verifier)) return true;
    if (kind === "token" || !("secret" in owner)) return false;
    for (const one of others) if (await this.#wasPassword(owner.secret, one.verifier)) return true;
    return false;
  }

  /** What it is verified by. Of a password that is configured as such, another one in each process: its salt is new. */
  async #credentialOf(owner: ConfiguredOwner): Promise<OwnerCredential> {
    const { kind } = owner;
    if ("verifier" in owner)
      return { kind, verifier: kind === "token" ? owner.verifier.toLowerCase() : owner.verifier };
    if (kind === "token") return { kind, verifier: tokenVerifier(owner.secret, this.#ports.derivation) };
    return { kind, verifier: await this.#password(owner.secret).verifier };
  }

  #wasPassword(secret: string, verifier: string): Promise<boolean> {
    const { retired } = this.#password(secret);
    const known = retired.get(verifier) ?? this.#orForget(isPassword(secret, verifier, this.#ports));
    retired.set(verifier, known);
    return known;
  }

  #password(secret: string): KnownPassword {
    if (this.#known?.secret === secret) return this.#known;
    this.#known = { secret, verifier: this.#orForget(hashPassword(secret, this.#ports)), retired: new Map() };
    return this.#known;
  }

  /** What went wrong once is tried again. */
  #orForget<Found>(finding: Promise<Found>): Promise<Found> {
    finding.catch(() => {
      this.#known = undefined;
    });
    return finding;
  }
}

export function tokenVerifier(token: string, { sha256 }: Pick<KeyDerivation, "sha256">): string {
  return toHex(sha256(encodeUtf8(token)));
}

/** What is no verifier verifies nothing. */
export async function verifies(
  secret: string,
  { kind, verifier }: OwnerCredential,
  ports: PasswordPorts,
): Promise<boolean> {
  if (kind === "password") return isPasswordHash(verifier) && (await isPassword(secret, verifier, ports));
  const { sha256 } = ports.derivation;
  return /^[0-9a-f]{64}$/.test(verifier) && sameSecret(sha256(encodeUtf8(secret)), fromHex(verifier));
}

/** Of any of them. One after the other, because each password takes 32 MiB. */
export async function verifiesOne(
  secret: string,
  credentials: readonly OwnerCredential[],
  ports: PasswordPorts,
): Promise<boolean> {
  for (const one of credentials) if (await verifies(secret, one, ports)) return true;
  return false;
}
