/** Inputs that hurt by their amount: depth, counts, long names. Each crosses one limit of packages/wasm/src/limits.ts. */

import {
  COMPONENT,
  EMPTY_INSTANCE_TYPE,
  importInstances,
  leb,
  MODULE,
  moduleOf,
  name,
  repeat,
  section,
} from "./hostile-bytes.ts";
import type { HostileInput } from "./hostile-input.ts";

export const HOSTILE_SIZES: readonly HostileInput[] = [
  {
    name: "components-18-deep",
    why: "Seventeen inside the outermost one: one more than the limit.",
    make: () => nestedComponents(18),
    code: "E_LIMIT_DEPTH",
  },
  {
    name: "components-100000-deep",
    why: "1.2 MB on which jco's componentWit works for 53 seconds; a recursive reader overflows its stack.",
    make: () => nestedComponents(100_000),
    code: "E_LIMIT_DEPTH",
  },
  {
    name: "types-100000-deep",
    why: "The same by types: an instance type in an instance type in an instance type.",
    make: () => nestedTypes(100_000),
    code: "E_LIMIT_DEPTH",
  },
  {
    name: "modules-1001",
    why: "A thousand and one empty modules in one component.",
    make: () => repeat(1_001, section(1, MODULE), COMPONENT),
    code: "E_LIMIT_NESTED",
  },
  {
    name: "sections-5000000",
    why: "Five million empty custom sections in 15 MB.",
    make: () => repeat(5_000_000, [0, 1, 0], MODULE),
    code: "E_LIMIT_SECTIONS",
  },
  {
    name: "imports-1000000",
    why: "A million imports of four bytes each.",
    make: () => oneSection(2, 1_000_000, [0, 0, 0, 0]),
    code: "E_LIMIT_IMPORTS",
  },
  {
    name: "component-imports-1001",
    why: "More imports than any component was seen to have.",
    make: () =>
      Uint8Array.from([
        ...COMPONENT,
        ...EMPTY_INSTANCE_TYPE,
        ...importInstances(...Array.from({ length: 1_001 }, (_, i) => `i${i}`)),
      ]),
    code: "E_LIMIT_IMPORTS",
  },
  {
    name: "exports-200001",
    why: "More exports than any module was seen to have.",
    make: () => exportsOfMemory(200_001, (i) => `e${i}`),
    code: "E_LIMIT_EXPORTS",
  },
  {
    name: "import-name-1025",
    why: "A name longer than any import was seen to have.",
    make: () => moduleOf(section(2, [1, ...name("n".repeat(1_025)), ...name("f"), 2, 0, 0])),
    code: "E_LIMIT_NAME",
  },
  {
    name: "export-name-100001",
    why: "One byte more than the engines agreed upon.",
    make: () => exportsOfMemory(1, () => "n".repeat(100_001)),
    code: "E_LIMIT_NAME",
  },
  {
    name: "names-34-megabytes",
    why: "Each name within its limit, all together not.",
    make: () => exportsOfMemory(340, (i) => `${i}${"n".repeat(99_990)}`),
    code: "E_LIMIT_STRINGS",
  },
  {
    name: "types-1000001",
    why: "A million types that nothing uses.",
    make: () => repeatInSection(COMPONENT, 7, 1_000_001, [0x40, 0, 1, 0]),
    code: "E_LIMIT_TYPES",
  },
];

/** `depth` components, each the only content of the one around it. Written from the outside in: sizes come first. */
export function nestedComponents(depth: number): Uint8Array {
  const sizes = [COMPONENT.length];
  for (let i = 1; i < depth; i++) {
    const inner = sizes[i - 1] ?? 0;
    sizes.push(COMPONENT.length + 1 + leb(inner).length + inner);
  }
  const bytes = new Uint8Array(sizes[depth - 1] ?? 0);
  let at = 0;
  for (let i = depth - 1; i >= 0; i--) {
    bytes.set(COMPONENT, at);
    at += COMPONENT.length;
    if (i === 0) break;
    const head = [4, ...leb(sizes[i - 1] ?? 0)];
    bytes.set(head, at);
    at += head.length;
  }
  return bytes;
}

/** Binary.md: an instance type is 0x42 and a vector of declarations, of which 0x01 is a type. */
function nestedTypes(depth: number): Uint8Array {
  return repeatInSection(COMPONENT, 7, depth, [0x42, 1, 0x01], [1], [0x42, 0]);
}

/** A section of `count` equal entries, with the count before them. */
function oneSection(id: number, count: number, entry: readonly number[]): Uint8Array {
  return repeatInSection(MODULE, id, count, entry);
}

function repeatInSection(
  preamble: readonly number[],
  id: number,
  times: number,
  entry: readonly number[],
  first: readonly number[] = leb(times),
  last: readonly number[] = [],
): Uint8Array {
  const length = first.length + times * entry.length + last.length;
  const head = [...preamble, id, ...leb(length), ...first];
  const body = repeat(times, entry, head);
  const bytes = new Uint8Array(body.length + last.length);
  bytes.set(body);
  bytes.set(last, body.length);
  return bytes;
}

/** One memory under many names. */
function exportsOfMemory(count: number, nameOf: (index: number) => string): Uint8Array {
  const text = new TextEncoder();
  const entries: Uint8Array[] = [];
  let length = leb(count).length;
  for (let i = 0; i < count; i++) {
    const label = text.encode(nameOf(i));
    const entry = new Uint8Array(leb(label.length).length + label.length + 2);
    entry.set(leb(label.length));
    entry.set(label, leb(label.length).length);
    entry.set([2, 0], entry.length - 2);
    entries.push(entry);
    length += entry.length;
  }
  const head = [...MODULE, ...section(5, [1, 0, 1]), 7, ...leb(length), ...leb(count)];
  const bytes = new Uint8Array(head.length + length - leb(count).length);
  bytes.set(head);
  let at = head.length;
  for (const entry of entries) {
    bytes.set(entry, at);
    at += entry.length;
  }
  return bytes;
}
