/** A preflight as a table: every check with its result, and what helps where it fails. */
import { PREFLIGHT_CHECKS, type PreflightReport } from "@tau-edge/rollout";
import { columns, type Paint, printable } from "./text.ts";

export function renderPreflight({ checks, environment, release, facts }: PreflightReport, paint: Paint): string {
  const marks = {
    pass: paint("green", "pass  "),
    fail: paint("red", "FAIL  "),
    waived: paint("yellow", "waived"),
    not_applicable: paint("dim", "-     "),
  };
  const rows = checks.flatMap(({ check, result }) => {
    const { looks_at, meaning, remedy } = PREFLIGHT_CHECKS[check];
    // A code names a failure, and says the opposite of a check that passes.
    if (result !== "fail") return [[marks[result], looks_at]];
    return [
      [marks[result], `${check}: ${meaning}`],
      ["      ", `-> ${remedy}`],
    ];
  });
  const notes = [
    ...(facts.plan_refused_by.length === 0 ? [] : [`the plan is refused by ${facts.plan_refused_by.join(", ")}`]),
    ...(facts.capabilities_added.length === 0 ? [] : [`it gains ${facts.capabilities_added.join(", ")}`]),
  ];
  const head = `preflight of ${release} in ${environment}\n`;
  return `${head}${columns(rows)}${notes.map((note) => `  ${printable(note)}\n`).join("")}`;
}
