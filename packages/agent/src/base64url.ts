/**
 * RFC 4648 section 5 without padding, by the platform: the encoding package's works without one and for every alphabet,
 * which is a sixth of what an agent may weigh. A test holds both together.
 */
export function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (sign) => URL_SIGNS[sign] ?? "");
}

/** @returns undefined for another alphabet, padding, or bits that are not zero behind the last byte (section 3.5) */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = Uint8Array.from(atob(text.replace(/[-_]/g, (sign) => (sign === "-" ? "+" : "/"))), (sign) =>
    sign.charCodeAt(0),
  );
  return toBase64url(bytes) === text ? bytes : undefined;
}

const URL_SIGNS: Readonly<Record<string, string>> = { "+": "-", "/": "_" };
