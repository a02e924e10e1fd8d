/** The part of @webassemblyjs/wasm-parser that the tests use; the package brings no types. */
declare module "@webassemblyjs/wasm-parser" {
  interface Field {
    readonly type: string;
    readonly module?: string;
    readonly name?: string;
    readonly descr?: { readonly type: string };
  }
  interface Options {
    readonly ignoreCodeSection?: boolean;
    readonly ignoreDataSection?: boolean;
    readonly ignoreCustomNameSection?: boolean;
  }
  export function decode(
    bytes: Uint8Array,
    options?: Options,
  ): { readonly body: readonly { readonly fields: readonly Field[] }[] };
}
