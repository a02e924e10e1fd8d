/** Writes binaries by hand for tests: valid ones in a line, malformed ones by leaving something out. */

export type Part = number | readonly Part[] | Uint8Array;

export function bytes(...parts: readonly Part[]): Uint8Array {
  const flat: number[] = [];
  const add = (part: Part): void => {
    if (typeof part === "number") flat.push(part);
    else for (const inner of part) add(inner);
  };
  add(parts);
  return Uint8Array.from(flat);
}

export function u32(value: number): number[] {
  const result: number[] = [];
  do {
    const rest = value >>> 7;
    result.push((value & 0x7f) | (rest === 0 ? 0 : 0x80));
    value = rest;
  } while (value !== 0);
  return result;
}

export function name(text: string): Part {
  const encoded = new TextEncoder().encode(text);
  return [u32(encoded.length), encoded];
}

export function vec(...items: readonly Part[]): Part {
  return [u32(items.length), items];
}

export function section(id: number, ...parts: readonly Part[]): Part {
  const contents = bytes(...parts);
  return [id, u32(contents.length), contents];
}

export function custom(title: string, ...parts: readonly Part[]): Part {
  return section(0, name(title), parts);
}

export const MODULE_PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
export const COMPONENT_PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

export function module(...sections: readonly Part[]): Uint8Array {
  return bytes(MODULE_PREAMBLE, sections);
}

export function component(...sections: readonly Part[]): Uint8Array {
  return bytes(COMPONENT_PREAMBLE, sections);
}

/** A core import of a function of type 0. */
export function importFunc(from: string, field: string): Part {
  return [name(from), name(field), 0x00, 0];
}

/** Core sections that define one function type without parameters and results. */
export const FUNC_TYPE = section(1, vec([0x60, 0, 0]));

/** An instance type whose members are functions of a type that it defines first. */
export function instanceType(...functions: readonly string[]): Part {
  const members = functions.map((each): Part => [0x04, 0x00, name(each), 0x01, 0]);
  return [0x42, vec([0x01, 0x40, 0, 0x01, 0x00], ...members)];
}

/** A component import of kind instance, of the type with this index. */
export function importInstance(externName: string, type: number): Part {
  return [0x00, name(externName), 0x05, u32(type)];
}

/** A component that imports these interfaces with these functions. */
export function importing(interfaces: Readonly<Record<string, readonly string[]>>): Uint8Array {
  const entries = Object.entries(interfaces);
  return component(
    section(7, vec(...entries.map(([, functions]) => instanceType(...functions)))),
    section(10, vec(...entries.map(([externName], index) => importInstance(externName, index)))),
  );
}
