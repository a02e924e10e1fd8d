/**
 * The imports of a core module. A module name there is any text at all, so nothing but exact names counts: known WASI
 * interfaces as bindings generators write them, and what the profile lists.
 */
import type { Inspection, InterfaceFact } from "@tau-edge/wasm";
import { judgeInterface } from "./interface-rule.ts";
import type { Profile } from "./profile.ts";
import type { ReasonCode } from "./reason-codes.ts";
import type { ReasonList } from "./reason-list.ts";

/** `wasi_snapshot_preview1`, `wasi_unstable`, `wasi-snapshot-preview1`, `wasi_ephemeral_*`: everything before 0.2. */
const BEFORE_0_2 = /^wasi[_-]/;

export function judgeModuleImports(inspection: Inspection, profile: Profile, reasons: ReasonList): void {
  const facts = new Map(inspection.interfaces.map((fact) => [fact.name, fact]));
  const seen = new Set<string>();
  let wasi = false;
  for (const { name, effective_name, kind, at } of inspection.imports) {
    const isWasi = effective_name.startsWith("wasi:");
    if (isWasi && kind !== "func") reasons.add("import_kind_forbidden", { subject: `${name} (${kind})`, at });
    if (seen.has(name)) continue;
    seen.add(name);
    if (isWasi) wasi = true;
    for (const code of codesOf(name, facts.get(effective_name), profile)) reasons.add(code, { subject: name, at });
  }
  if (seen.size > 0 && !wasi) reasons.add("required_abi_missing");
}

function codesOf(name: string, fact: InterfaceFact | undefined, profile: Profile): ReasonCode[] {
  // Not even a profile can list these: S1 forbids them, and both of its codes are given.
  if (BEFORE_0_2.test(name)) return ["import_module_not_allowlisted", "import_module_forbidden"];
  if (fact?.namespace === "wasi") {
    const answer = judgeInterface(fact, profile);
    return answer === undefined ? [] : [answer];
  }
  // In the namespace, and yet no interface name.
  if (name.startsWith("wasi:")) return ["wasi_interface_unknown"];
  return profile.core_modules.includes(name) ? [] : ["import_module_not_allowlisted"];
}
