/** What the validator and its thread say to each other: one request, one answer, in order. */

/** Where a core module lies in the file. */
export interface ModuleSpan {
  /** Place in the tree, `""` for the outermost binary. */
  readonly path: string;
  readonly at: number;
  readonly size_bytes: number;
}

export interface ValidateRequest {
  readonly bytes: Uint8Array;
  /** Core modules whose bodies the engine validates. */
  readonly modules: readonly ModuleSpan[];
  /** Module to import for component validation; absent when the outermost binary needs none or none is installed. */
  readonly wasm_tools_url?: string;
}

export type ValidateAnswer =
  | { readonly outcome: "accepted" }
  | { readonly outcome: "refused"; readonly by: "engine" | "jco"; readonly detail: string }
  /** The validator trapped. Its state is broken for good: the thread must not be used again. */
  | { readonly outcome: "crashed"; readonly detail: string }
  /** The library cannot be loaded although it is there. */
  | { readonly outcome: "unloadable"; readonly detail: string };
