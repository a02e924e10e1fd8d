/**
 * The key that links hang on. Whoever has the configuration, or a link and a guess of the password, has none of it: a
 * random key that the directory keeps is always part of it, and `rotate --after-incident` replaces that one.
 */
import { encodeUtf8 } from "@tau-edge/encoding";
import type { HkdfSha256 } from "@tau-edge/identity";
import type { AccessContext } from "./access-context.ts";

const DOMAIN = "tau-edge/bootstrap-key/v1";
export const BOOTSTRAP_KEY_BYTES = 32;

/** 32 secret bytes: HKDF (RFC 5869) of what is configured, with the kept key as salt. */
export async function bootstrapKey({ ports, config, owner }: AccessContext): Promise<Uint8Array> {
  const kept = await ports.directory.keepSecret("bootstrap_key", () => ports.randomBytes(BOOTSTRAP_KEY_BYTES));
  const { bootstrap_secret } = config.configured();
  const [source, material] =
    bootstrap_secret === undefined ? ["owner", await owner.binding()] : ["secret", bootstrap_secret];
  return hkdf(material, kept, source, ports.derivation.hkdfSha256);
}

/** The source is part of it: the same text as owner's credential and as bootstrap secret makes two keys. */
function hkdf(material: string, salt: Uint8Array, source: string, hkdfSha256: HkdfSha256): Uint8Array {
  return hkdfSha256(encodeUtf8(material), salt, encodeUtf8(`${DOMAIN} ${source}`), BOOTSTRAP_KEY_BYTES);
}
