/** Pieces of binaries, written byte by byte: no encoder checks what these say. */

const text = new TextEncoder();

/** LEB128, in as few bytes as possible. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? low + 128 : low);
  } while (value > 0);
  return bytes;
}

export const name = (value: string): number[] => vector([...text.encode(value)]);

/** A length and the bytes. */
export const vector = (bytes: readonly number[]): number[] => [...leb(bytes.length), ...bytes];

export const section = (id: number, payload: readonly number[]): number[] => [id, ...vector(payload)];

export const MODULE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
export const COMPONENT = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

export const moduleOf = (...sections: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([...MODULE, ...sections.flat()]);

export const componentOf = (...sections: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([...COMPONENT, ...sections.flat()]);

/** A type section of a component with one empty instance type, for imports that need one. */
export const EMPTY_INSTANCE_TYPE = section(7, [1, 0x42, 0]);

/** Component imports of instances of type 0, names without attributes. */
export const importInstances = (...names: readonly string[]): number[] =>
  section(10, [...leb(names.length), ...names.flatMap((value) => [0x00, ...name(value), 0x05, 0x00])]);

/** A core type section with `() -> ()`. */
export const EMPTY_FUNC_TYPE = section(1, [1, 0x60, 0, 0]);

export function repeat(times: number, unit: readonly number[], head: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(head.length + times * unit.length);
  bytes.set(head);
  for (let i = 0; i < times; i++) bytes.set(unit, head.length + i * unit.length);
  return bytes;
}
