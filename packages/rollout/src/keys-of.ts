/** The keys of a table, in the order in which they stand there, with the type that `Object.keys` forgets. */
export function keysOf<Key extends string>(table: { readonly [key in Key]: unknown }): readonly Key[] {
  return Object.keys(table) as Key[];
}
