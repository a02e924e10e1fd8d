/** Small binaries that more than one test builds upon. */
import { component, FUNC_TYPE, instanceType, module, name, type Part, section, vec } from "./builder.test-helper.ts";

export const FUNCTION = [FUNC_TYPE, section(3, vec(0)), section(10, vec([2, 0, 0x0b]))];
export const importSection = (...imports: Part[]) => section(10, vec(...imports));
export const funcImport = (externName: string): Part => [0x00, name(externName), 0x01, 0];
export const FUNC = section(7, vec([0x40, 0, 0x01, 0x00]));
export const INSTANCE = section(7, vec(instanceType()));
export const attributed = (externName: string, ...attributes: Part[]): Part => [
  0x02,
  name(externName),
  vec(...attributes),
];
export const nestComponents = (levels: number): Uint8Array => {
  let inner = component();
  for (let level = 0; level < levels; level++) inner = component(section(4, inner));
  return inner;
};

/** One function, and an export of the function with this index. */
export function exporting(index: number): Uint8Array {
  return module(FUNC_TYPE, section(3, vec(0)), section(7, vec([name("f"), 0, index])), section(10, vec([2, 0, 0x0b])));
}

export function nestTypes(levels: number): Part {
  let inner: Part = [0x42, vec()];
  for (let level = 1; level < levels; level++) inner = [0x42, vec([0x01, inner])];
  return vec(inner);
}
