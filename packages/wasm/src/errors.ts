/**
 * Every way in which bytes can fail to be WebAssembly for this reader. The code is public API; the message is for
 * people and may change.
 */
export const WASM_ERROR_MEANINGS = {
  E_TOO_SMALL: "The file ends before the eight bytes of a WebAssembly preamble.",
  E_MAGIC: "The file does not start with the WebAssembly magic number.",
  E_VERSION: "The version and layer after the magic number are neither a core module nor a component.",
  E_LEB: "A number is written longer than its type allows (LEB128).",
  E_EOF: "The bytes end in the middle of something.",
  E_UTF8: "A name is not well-formed UTF-8.",
  E_SECTION_ID: "A section has an id that this format does not define.",
  E_SECTION_LEN: "A section claims more bytes than its parent has.",
  E_SECTION_ORDER: "A section stands twice, or before one that must precede it.",
  E_SECTION_TRAILING: "A section has bytes left after its last entry.",
  E_NESTED_KIND: "A nested binary is not of the kind that its section announces.",
  E_IMPORT_KIND: "A core import or export has a kind that this format does not define.",
  E_EXTERN_KIND: "A description of an import or export has a form that this format does not define.",
  E_NAME_GRAMMAR: "A component name does not follow the grammar of extern names.",
  E_NAME_DUP: "Two imports or two exports of one component have names that are not strongly unique.",
  E_NAME_ATTR: "A name attribute is unknown or stands twice.",
  E_TYPE: "A type definition has a form that this format does not define.",
  E_EXPRESSION: "An initialiser expression has a form that this format does not define.",
  E_CODE: "A function body does not have the form that its size and its end announce.",
  E_OPCODE: "An instruction is not defined by any proposal that this reader knows.",
  E_DEFINITION: "An instance, alias or canonical function has a form that this format does not define.",
  E_INDEX: "Something refers to an index that does not exist.",
  E_COUNT: "Two sections that must agree on a number of entries do not.",
  E_FEATURE: "The binary uses a proposal that this reader recognises and refuses.",
  E_LIMIT_SIZE: "The file is larger than the limit.",
  E_LIMIT_DEPTH: "Binaries or types are nested deeper than the limit.",
  E_LIMIT_NESTED: "There are more nested binaries than the limit.",
  E_LIMIT_SECTIONS: "There are more sections than the limit.",
  E_LIMIT_IMPORTS: "There are more imports than the limit.",
  E_LIMIT_EXPORTS: "There are more exports than the limit.",
  E_LIMIT_NAME: "A name is longer than the limit.",
  E_LIMIT_STRINGS: "All names together are longer than the limit.",
  E_LIMIT_TYPES: "There are more types or instance members than the limit.",
} as const;

export type WasmErrorCode = keyof typeof WASM_ERROR_MEANINGS;

/**
 * Malformed or refused bytes. `at` is the byte offset in the outermost file, `path` the place in the tree of nested
 * binaries (`""` for the outermost one, else such as `component/2/module/0`).
 */
export class WasmError extends Error {
  override readonly name = "WasmError";
  readonly code: WasmErrorCode;
  readonly at: number;
  readonly path: string;
  /** The proposal, for E_FEATURE. */
  readonly feature?: string;

  constructor(code: WasmErrorCode, at: number, path: string, detail: string, feature?: string) {
    super(`${detail} (${code} at offset 0x${at.toString(16)}${path === "" ? "" : ` in ${path}`})`);
    this.code = code;
    this.at = at;
    this.path = path;
    if (feature !== undefined) this.feature = feature;
  }
}
