/**
 * Whose credential opens everything: the configured one, unless a rotation retired it; otherwise the one that the last
 * rotation made. What was retired is refused wherever it comes from, so an old file does not bring it back.
 */
import { encodeUtf8, fromHex, toHex } from "@tau-edge/encoding";
import { isPasswordHash, type KeyDerivation, passwordHash, passwordMatches, sameSecret } from "@tau-edge/identity";
import type { DirectoryFacts, OwnerCredential } from "@tau-edge/ports";
import { OWNER_SECRET_CHARS_MAX } from "../limits.ts";
import type { AccessConfig, AccessPorts, ConfiguredOwner, OwnerInForce } from "./access.ts";

const SALT_BYTES = 16;

/** What was found out about a configured password, each of which costs a scrypt. */
interface KnownPassword {
  readonly secret: string;
  readonly verifier: string;
  /** Retired verifiers that it was compared with, and whether it is what they are of. */
  readonly retired: Map<string, boolean>;
}

export class OwnerWatch {
  readonly #config: AccessConfig;
  readonly #ports: Pick<AccessPorts, "directory" | "derivation" | "randomBytes">;
  #known: KnownPassword | undefined;

  constructor(config: AccessConfig, ports: Pick<AccessPorts, "directory" | "derivation" | "randomBytes">) {
    this.#config = config;
    this.#ports = ports;
  }

  /** @param facts of the directory, where somebody has just asked for them */
  async inForce(facts?: DirectoryFacts): Promise<OwnerInForce | undefined> {
    const { owner, retired } = facts ?? (await this.#ports.directory.facts());
    const configured = this.#config.configured().owner;
    if (configured !== undefined && !this.isRetired(configured, retired))
      return { ...this.#credentialOf(configured), source: "configured" };
    return owner === undefined ? undefined : { ...owner, source: "rotated" };
  }

  /** @returns false for what is no secret of the owner in force, whatever kind of text it is */
  async isOwner(kind: OwnerCredential["kind"], secret: string): Promise<boolean> {
    if (secret === "" || secret.length > OWNER_SECRET_CHARS_MAX) return false;
    const facts = await this.#ports.directory.facts();
    const owner = await this.inForce(facts);
    const { derivation } = this.#ports;
    if (owner?.kind !== kind || !verifies(secret, owner, derivation)) return false;
    // A hash with another salt hides that its password was retired; the password itself does not.
    return (
      kind === "token" || owner.source === "rotated" || !facts.retired.some((one) => verifies(secret, one, derivation))
    );
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

  isRetired(owner: ConfiguredOwner, retired: readonly OwnerCredential[]): boolean {
    const { kind, verifier } = this.#credentialOf(owner);
    const others = retired.filter((one) => one.kind === kind);
    if (others.some((one) => one.verifier === verifier)) return true;
    if (kind === "token" || !("secret" in owner)) return false;
    return others.some((one) => this.#wasPassword(owner.secret, one.verifier));
  }

  /** What it is verified by. Of a password that is configured as such, another one in each process: its salt is new. */
  #credentialOf(owner: ConfiguredOwner): OwnerCredential {
    const { kind } = owner;
    if ("verifier" in owner)
      return { kind, verifier: kind === "token" ? owner.verifier.toLowerCase() : owner.verifier };
    if (kind === "token") return { kind, verifier: tokenVerifier(owner.secret, this.#ports.derivation) };
    return { kind, verifier: this.#password(owner.secret).verifier };
  }

  #wasPassword(secret: string, verifier: string): boolean {
    const { retired } = this.#password(secret);
    const known = retired.get(verifier) ?? passwordMatches(secret, verifier, this.#ports.derivation.scrypt);
    retired.set(verifier, known);
    return known;
  }

  #password(secret: string): KnownPassword {
    if (this.#known?.secret === secret) return this.#known;
    const verifier = passwordHash(secret, this.#ports.randomBytes(SALT_BYTES), this.#ports.derivation.scrypt);
    this.#known = { secret, verifier, retired: new Map() };
    return this.#known;
  }
}

export function tokenVerifier(token: string, { sha256 }: Pick<KeyDerivation, "sha256">): string {
  return toHex(sha256(encodeUtf8(token)));
}

/** What is no verifier verifies nothing. */
export function verifies(
  secret: string,
  { kind, verifier }: OwnerCredential,
  { sha256, scrypt }: KeyDerivation,
): boolean {
  if (kind === "password") return isPasswordHash(verifier) && passwordMatches(secret, verifier, scrypt);
  return /^[0-9a-f]{64}$/.test(verifier) && sameSecret(sha256(encodeUtf8(secret)), fromHex(verifier));
}
