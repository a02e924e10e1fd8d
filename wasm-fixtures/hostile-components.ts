/** Malformed components. Clauses are of the Component Model, Binary.md and Explainer.md. */

import {
  COMPONENT,
  componentOf,
  EMPTY_INSTANCE_TYPE,
  importInstances,
  leb,
  MODULE,
  moduleOf,
  name,
  section,
} from "./hostile-bytes.ts";
import type { HostileInput } from "./hostile-input.ts";

const RANDOM = "wasi:random/random@0.2.0";
const importing = (...names: readonly string[]) => componentOf(EMPTY_INSTANCE_TYPE, importInstances(...names));
/** One import of an instance whose name has these attributes (name attribute form 0x02). */
const attributed = (count: number, attributes: readonly number[]) =>
  componentOf(EMPTY_INSTANCE_TYPE, section(10, [1, 0x02, ...name("x"), ...leb(count), ...attributes, 0x05, 0x00]));
const implementing = [0x00, ...name(RANDOM)];

export const HOSTILE_COMPONENTS: readonly HostileInput[] = [
  {
    name: "poison-14-bytes",
    why: "A custom section of 2^31-1 bytes: jco's wasm-tools panics on it, and refuses every later call of the process.",
    make: () => componentOf([0x00, 0xff, 0xff, 0xff, 0xff, 0x07]),
    code: "E_SECTION_LEN",
    at: 9,
  },
  {
    name: "component-section-id",
    why: "Binary.md defines ids 0 to 12.",
    make: () => componentOf([13, 0]),
    code: "E_SECTION_ID",
    at: 8,
  },
  {
    name: "module-section-holds-component",
    why: "Section 1 announces a core module.",
    make: () => componentOf(section(1, COMPONENT)),
    code: "E_NESTED_KIND",
    at: 10,
    path: "module/0",
  },
  {
    name: "component-section-holds-module",
    why: "Section 4 announces a component.",
    make: () => componentOf(section(4, MODULE)),
    code: "E_NESTED_KIND",
    at: 10,
    path: "component/0",
  },
  {
    name: "nested-malformed",
    why: "What is inside is read as strictly as what is outside.",
    make: () => componentOf(section(1, [...moduleOf([0x55, 0])])),
    code: "E_SECTION_ID",
    at: 18,
    path: "module/0",
  },
  {
    name: "name-homoglyph",
    why: "A Cyrillic a (U+0430) in `wasi`: labels are ASCII.",
    make: () => importing("w\u0430si:random/random@0.2.0"),
    code: "E_NAME_GRAMMAR",
    at: 17,
  },
  {
    name: "name-nul",
    why: "A NUL behind a known name, for readers that stop there.",
    make: () => importing(`${RANDOM}\0`),
    code: "E_NAME_GRAMMAR",
    at: 17,
  },
  {
    name: "name-trailing-space",
    why: "A space behind a known name.",
    make: () => importing(`${RANDOM} `),
    code: "E_NAME_GRAMMAR",
    at: 17,
  },
  {
    name: "name-uppercase-namespace",
    why: "Namespaces and packages are lower case.",
    make: () => importing("WASI:random/random@0.2.0"),
    code: "E_NAME_GRAMMAR",
    at: 17,
  },
  {
    name: "name-empty",
    why: "A name has at least one label.",
    make: () => importing(""),
    code: "E_NAME_GRAMMAR",
    at: 17,
  },
  {
    name: "name-version-not-semver",
    why: "0.2.00 is no semantic version, and must not read as 0.2.0.",
    make: () => importing("wasi:random/random@0.2.00"),
    code: "E_NAME_GRAMMAR",
    at: 17,
  },
  {
    name: "name-twice",
    why: "Which of the two would be linked?",
    make: () => importing(RANDOM, RANDOM),
    code: "E_NAME_DUP",
    at: 44,
  },
  {
    name: "name-twice-by-case",
    why: "Names must differ by more than case (strongly unique).",
    make: () => importing("log-line", "LOG-line"),
    code: "E_NAME_DUP",
    at: 28,
  },
  {
    name: "name-not-utf8",
    why: "Not text at all.",
    make: () => componentOf(EMPTY_INSTANCE_TYPE, section(10, [1, 0x00, 1, 0xff, 0x05, 0x00])),
    code: "E_UTF8",
    at: 18,
  },
  {
    name: "attribute-form",
    why: "Binary.md defines the forms 0x00, 0x01 and 0x02 of a name.",
    make: () => componentOf(EMPTY_INSTANCE_TYPE, section(10, [1, 0x03, ...name("x"), 0x05, 0x00])),
    code: "E_NAME_ATTR",
    at: 16,
  },
  {
    name: "attribute-unknown",
    why: "An attribute that nobody has defined may change what is linked.",
    make: () => attributed(1, [0x03, ...name("y")]),
    code: "E_NAME_ATTR",
    at: 20,
  },
  {
    name: "attribute-twice",
    why: "Which `implements` would be linked?",
    make: () => attributed(2, [...implementing, 0x00, ...name("wasi:random/insecure@0.2.0")]),
    code: "E_NAME_ATTR",
    at: 46,
  },
  {
    name: "implements-not-an-interface",
    why: "`implements` holds an interface name.",
    make: () => attributed(1, [0x00, ...name("not an interface")]),
    code: "E_NAME_GRAMMAR",
  },
  {
    name: "import-value",
    why: "Value imports are gated: no tool agrees on their encoding.",
    make: () => componentOf(section(10, [1, 0x00, ...name("x"), 0x02, 0x7d])),
    code: "E_FEATURE",
    at: 14,
    feature: "component_values",
  },
  {
    name: "import-extern-kind",
    why: "Binary.md defines the descriptions 0x00 to 0x05.",
    make: () => componentOf(section(10, [1, 0x00, ...name("x"), 0x06, 0x00])),
    code: "E_EXTERN_KIND",
    at: 14,
  },
  {
    name: "import-type-out-of-range",
    why: "An instance of a type that does not exist: nothing could be said about its functions.",
    make: () => componentOf(section(10, [1, 0x00, ...name("x"), 0x05, 0x07])),
    code: "E_INDEX",
  },
  {
    name: "import-trailing",
    why: "A second import behind a count of one: another reader may see it.",
    make: () =>
      componentOf(EMPTY_INSTANCE_TYPE, section(10, [1, 0x00, ...name("a"), 0x05, 0, 0x00, ...name("b"), 0x05, 0])),
    code: "E_SECTION_TRAILING",
    at: 21,
  },
  {
    name: "import-count-4294967295",
    why: "A count that would allocate 4 Gi entries before reading one.",
    make: () => componentOf([10, 5, ...leb(0xffff_ffff)]),
    code: "E_EOF",
  },
];
