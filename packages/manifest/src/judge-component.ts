/**
 * The imports of a component: each must be the instance of an interface that the profile admits, under its own name.
 * What is linked is the effective name, so that is what is judged; what hides it is reported beside.
 */
import type { ImportFact, Inspection, InterfaceFact } from "@tau-edge/wasm";
import { judgeInterface } from "./interface-rule.ts";
import type { Profile } from "./profile.ts";
import type { ReasonCode } from "./reason-codes.ts";
import type { ReasonList } from "./reason-list.ts";

/** Forms that the component model deleted in 2026 and that tools still accept. */
const LEGACY_DEP = /^(?:unlocked-dep|locked-dep|url|integrity)=/;

const UNLINKABLE_KINDS: readonly string[] = ["core_module", "component", "value"];

export function judgeComponentImports(inspection: Inspection, profile: Profile, reasons: ReasonList): void {
  const facts = new Map(inspection.interfaces.map((fact) => [fact.name, fact]));
  let foreign = false;
  let wasi = false;
  for (const found of inspection.imports) {
    for (const code of codesOf(found, factOf(found, facts), profile))
      reasons.add(code, { subject: subjectOf(found), at: found.at });
    if (found.kind === "instance" && found.effective_name.startsWith("wasi:")) wasi = true;
    else if (!isListed(found, profile)) foreign = true;
  }
  // A profile that lists every import by name has named its own ABI.
  if (foreign && !wasi) reasons.add("required_abi_missing");
}

function codesOf(found: ImportFact, fact: InterfaceFact | undefined, profile: Profile): ReasonCode[] {
  if (LEGACY_DEP.test(found.name)) return ["legacy_dep_name"];
  const codes: ReasonCode[] = [];
  if (found.external_id !== undefined) codes.push("external_id_forbidden");
  if (UNLINKABLE_KINDS.includes(found.kind)) return [...codes, "import_kind_forbidden"];
  if (found.implements !== undefined && !profile.plain_imports.includes(found.name))
    codes.push("import_implements_hidden");
  if (found.effective_name.startsWith("wasi:")) return [...codes, ...wasiCodes(found, fact, profile)];
  return isListed(found, profile) ? codes : [...codes, "import_module_not_allowlisted"];
}

/** A name in the namespace that no fact explains is a name that no table lists. */
function wasiCodes(found: ImportFact, fact: InterfaceFact | undefined, profile: Profile): ReasonCode[] {
  if (found.kind !== "instance") return ["import_kind_forbidden"];
  const answer = fact === undefined ? "wasi_interface_unknown" : judgeInterface(fact, profile);
  return answer === undefined ? [] : [answer];
}

/** The fact's name includes the version suffix (`@0.2` + `.3`), the import's effective name does not. */
function factOf(found: ImportFact, facts: ReadonlyMap<string, InterfaceFact>): InterfaceFact | undefined {
  return facts.get(found.effective_name + (found.version_suffix ?? ""));
}

/** By what will be linked: a listed plain name does not admit the interface that it hides. */
function isListed(found: ImportFact, profile: Profile): boolean {
  return profile.plain_imports.includes(found.effective_name);
}

function subjectOf(found: ImportFact): string {
  if (found.implements !== undefined) return `${found.name} (implements ${found.implements})`;
  return found.kind === "instance" ? found.name : `${found.name} (${found.kind})`;
}
