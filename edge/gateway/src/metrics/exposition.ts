/**
 * Metrics as text: Prometheus 0.0.4 or OpenMetrics 1.0. The samples of a family stand together, with its type and meaning
 * before them; a series that is said twice is a bug, and throws.
 */
import { FAMILIES, FAMILY_NAMES, type FamilyName, type LabelOf, METRIC_PREFIX, sampleName } from "./families.ts";

export type MetricsFormat = "prometheus" | "openmetrics";

export const METRICS_MEDIA_TYPES: Readonly<Record<MetricsFormat, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

export type Labels<Name extends FamilyName> = Readonly<Record<LabelOf<Name>, string>>;

/** Observations by bucket, not added up. */
export interface Observed {
  /** Upper bounds in ascending order; what is above the last one is counted after it. */
  readonly bounds: readonly number[];
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

/** Collects samples, and writes them in the order of the table. */
export class Exposition {
  readonly #lines = new Map<FamilyName, string[]>();
  readonly #series = new Set<string>();

  /** Of a counter, a gauge, or an info, whose value is 1. */
  add<Name extends FamilyName>(name: Name, labels: Labels<Name>, value: number): void {
    this.#add(name, sampleName(name), labels, value);
  }

  histogram<Name extends FamilyName>(name: Name, labels: Labels<Name>, { bounds, counts, sum }: Observed): void {
    let below = 0;
    for (let at = 0; at <= bounds.length; at++) {
      below += counts[at] ?? 0;
      const le = bounds[at] ?? Number.POSITIVE_INFINITY;
      this.#add(name, `${sampleName(name)}_bucket`, { ...labels, le: boundText(le) }, below);
    }
    this.summary(name, labels, { sum, count: below });
  }

  summary<Name extends FamilyName>(
    name: Name,
    labels: Labels<Name>,
    { sum, count }: { readonly sum: number; readonly count: number },
  ): void {
    this.#add(name, `${sampleName(name)}_sum`, labels, sum);
    this.#add(name, `${sampleName(name)}_count`, labels, count);
  }

  write(format: MetricsFormat): string {
    const families = FAMILY_NAMES.flatMap((name) => {
      const lines = this.#lines.get(name);
      return lines === undefined ? [] : [...headLines(name, format), ...lines];
    });
    const all = format === "openmetrics" ? [...families, "# EOF"] : families;
    return all.map((line) => `${line}\n`).join("");
  }

  #add(name: FamilyName, sample: string, labels: Readonly<Record<string, string>>, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    const series = pairs.length === 0 ? sample : `${sample}{${pairs.join(",")}}`;
    if (this.#series.has(series)) throw new TypeError(`a metric is said twice: ${series}`);
    this.#series.add(series);
    const lines = this.#lines.get(name) ?? [];
    lines.push(`${series} ${valueText(value)}`);
    this.#lines.set(name, lines);
  }
}

/** In the text format a family is called as its samples are, and there is neither a unit nor a type for an info. */
function headLines(name: FamilyName, format: MetricsFormat): readonly string[] {
  const { type, unit, meaning } = FAMILIES[name];
  const help = escapeHelp(meaning);
  if (format === "prometheus") {
    const family = sampleName(name);
    return [`# HELP ${family} ${help}`, `# TYPE ${family} ${type === "info" ? "gauge" : type}`];
  }
  const family = `${METRIC_PREFIX}${name}`;
  const units = unit === undefined ? [] : [`# UNIT ${family} ${unit}`];
  return [`# TYPE ${family} ${type}`, ...units, `# HELP ${family} ${help.replaceAll('"', '\\"')}`];
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function valueText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return String(value);
}

/** OpenMetrics 1.0, "Considerations: Canonical Numbers": `1.0` in both formats, because `1` would be another series. */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? bound.toFixed(1) : valueText(bound);
}
