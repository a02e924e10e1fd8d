/** The gateway's own key: made once, kept by the directory, used by the platform's signer. */
import {
  type DidDocument,
  didKeyDocument,
  didKeyOf,
  didWebDocument,
  didWebOf,
  IdentityError,
  pinOf,
  type WindowedKey,
} from "@tau-edge/identity";
import type { Signer } from "@tau-edge/ports";
import type { AccessConfig, AccessPorts, GatewayIdentity } from "./access.ts";

const SEED_BYTES = 32;

interface OpenedKey {
  readonly signer: Signer;
  readonly identity: GatewayIdentity;
}

export class GatewayKey {
  readonly #config: AccessConfig;
  readonly #ports: AccessPorts;
  /** It is one key for ever, and to check it takes longer than to sign with it. */
  #opened: Promise<OpenedKey> | undefined;

  constructor(config: AccessConfig, ports: AccessPorts) {
    this.#config = config;
    this.#ports = ports;
  }

  async signer(): Promise<Signer> {
    return (await this.#open()).signer;
  }

  async identity(): Promise<GatewayIdentity> {
    return (await this.#open()).identity;
  }

  #open(): Promise<OpenedKey> {
    if (this.#opened !== undefined) return this.#opened;
    const opening = this.#tryToOpen();
    this.#opened = opening;
    // Not for ever: the directory may have been away for a moment.
    opening.catch(() => {
      this.#opened = undefined;
    });
    return opening;
  }

  async #tryToOpen(): Promise<OpenedKey> {
    const { directory, derivation } = this.#ports;
    const seed = await directory.keepSecret("gateway_key", () => this.#ports.randomBytes(SEED_BYTES));
    // A copy: the signer overwrites what it is given.
    const signer = await this.#ports.openSigner(Uint8Array.from(seed));
    const { publicKey } = signer;
    const name = didKeyOf(publicKey).publicKeyMultibase;
    // Without an end. A successor will stand beside it, each with its window.
    const keys: readonly WindowedKey[] = [{ name, publicKey }];
    const { did, document } = this.#placeOf(keys, publicKey);
    const pin = pinOf(publicKey, derivation.sha256);
    return { signer, identity: { did, document, keys, publicKey, key_id: `${did}#${name}`, pin } };
  }

  #placeOf(keys: readonly WindowedKey[], publicKey: Uint8Array): { did: string; document: DidDocument } {
    const web = didWebOfBase(this.#config.public_base_url);
    if (web !== undefined) return { did: web.did, document: didWebDocument(web, keys, this.#ports.clock.nowUnixMs()) };
    const key = didKeyOf(publicKey);
    return { did: key.did, document: didKeyDocument(key) };
  }
}

/** A did:web lies at the root of a host name: under a path, or on an address, nobody would find its document. */
function didWebOfBase(base: string | undefined) {
  const [, host, port] = /^https:\/\/([a-z0-9.-]+)(?::([0-9]{1,5}))?$/.exec(base ?? "") ?? [];
  if (host === undefined) return undefined;
  try {
    return didWebOf(host, [], port === undefined ? undefined : Number(port));
  } catch (error) {
    if (error instanceof IdentityError) return undefined;
    throw error;
  }
}
