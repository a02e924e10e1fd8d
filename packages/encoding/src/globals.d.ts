/**
 * The only platform names that the pure packages may use. Only tsconfig.core.json reads this file: everywhere else the
 * platform's own types declare the same names. The ECMAScript library of TypeScript does not (they are WHATWG Encoding).
 */
interface TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}

declare var TextEncoder: { new (): TextEncoder };

interface TextDecoder {
  decode(bytes?: Uint8Array): string;
}

declare var TextDecoder: {
  new (label?: "utf-8", options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean }): TextDecoder;
};
