/** What the engine says a module imports and exports, in our words. Only tests and campaigns may ask it. */
export interface Surface {
  readonly imports: readonly { readonly module: string; readonly field: string; readonly kind: string }[];
  readonly exports: readonly { readonly name: string; readonly kind: string }[];
}

export function engineSurface(bytes: Uint8Array): Surface {
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const kind = (word: string) => (word === "function" ? "func" : word);
  return {
    imports: WebAssembly.Module.imports(module).map((entry) => ({
      module: entry.module,
      field: entry.name,
      kind: kind(entry.kind),
    })),
    exports: WebAssembly.Module.exports(module).map((entry) => ({ name: entry.name, kind: kind(entry.kind) })),
  };
}
