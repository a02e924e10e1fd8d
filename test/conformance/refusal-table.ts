/** A checked-in table of what another reader refuses: one row a reason, figures out of it. */
export interface Refusal {
  readonly reason: string;
  readonly name: string;
  readonly suite: "fixture" | "valid" | "other";
  readonly weRead: boolean;
}

interface Row {
  cases: number;
  valid: number;
  fixtures: number;
  weRefuse: number;
  readonly example: string;
}

export function refusalTable(refusals: readonly Refusal[]): string {
  const rows = new Map<string, Row>();
  for (const { reason, name, suite, weRead } of refusals) {
    const key = generalReason(reason);
    const row = rows.get(key) ?? { cases: 0, valid: 0, fixtures: 0, weRefuse: 0, example: name };
    row.cases += 1;
    if (suite === "valid") row.valid += 1;
    if (suite === "fixture") row.fixtures += 1;
    if (!weRead) row.weRefuse += 1;
    rows.set(key, row);
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, { cases, valid, fixtures, weRefuse, example }]) => {
      return `| ${reason} | ${cases} | ${valid} | ${fixtures} | ${weRefuse} | ${example} |`;
    });
  return [
    "# What @webassemblyjs/wasm-parser 1.14.1 refuses",
    "",
    "Every core module among the fixtures and every core case of the specification's suite was given to it, bodies and",
    "data skipped. Made by `wasm-oracles.test.ts`, which fails when a row changes; `vitest -u` writes it anew.",
    "",
    "| reason | refused | valid in the suite | fixtures | refused by us too | first case |",
    "|---|---|---|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}

/** Its messages hold offsets and excerpts; only the sentence counts. */
function generalReason(reason: string): string {
  const sentence = (reason.split("\n")[0] ?? "").slice(0, 100);
  return sentence
    .replaceAll(/0x(?:[0-9a-f]+|NaN)/g, "N")
    .replaceAll(/\b\d+\b/g, "N")
    .replaceAll("|", "/");
}
