/** What a benchmark reports: a figure, beside its baseline where there is one. */
export interface BenchRow {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  /** What the figure is compared with, in words. */
  readonly baseline?: string;
  readonly baseline_figure?: number;
  /** figure / baseline_figure. */
  readonly ratio?: number;
  readonly bar?: string;
  readonly pass?: boolean;
}

export function printRows(rows: readonly BenchRow[]): void {
  for (const row of rows) {
    const baseline = row.baseline_figure === undefined ? "" : `, ${row.baseline} ${format(row.baseline_figure)}`;
    const ratio = row.ratio === undefined ? "" : `, ratio ${row.ratio.toFixed(2)}`;
    const bar = row.bar === undefined ? "" : ` (bar ${row.bar}: ${row.pass === false ? "MISSED" : "met"})`;
    console.log(`${row.name}: ${format(row.figure)} ${row.unit}${baseline}${ratio}${bar}`);
  }
}

function format(figure: number): string {
  return figure.toLocaleString("en", { maximumFractionDigits: figure < 100 ? 2 : 0 });
}
