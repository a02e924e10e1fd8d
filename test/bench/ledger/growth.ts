/** How time grows with the number of records: one long run, looked at on the way. */

interface Page {
  /** Records up to its end. */
  readonly end: number;
  readonly record_ms: number;
}

/** A run is cut into parts, each twice as long as the one before; the first is 1/64 of it. */
const PARTS = 7;

export class Growth {
  readonly #pages: Page[] = [];
  #records = 0;
  #time_ms = 0;

  add(records: number, time_ms: number): void {
    this.#records += records;
    this.#time_ms += time_ms;
    this.#pages.push({ end: this.#records, record_ms: time_ms / records });
  }

  get recordsPerSecond(): number {
    return (this.#records / this.#time_ms) * 1000;
  }

  /**
   * The k of `time ~ records^k`; 1 is linear. From the median page of each part, by least squares over their
   * logarithms: what else the machine did meanwhile does not count as growth.
   */
  get exponent(): number {
    const points = Array.from({ length: PARTS }, (_, nth) => {
      const end = this.#records / 2 ** nth;
      const start = nth === PARTS - 1 ? 0 : end / 2;
      const part = this.#pages.filter((page) => page.end > start && page.end <= end);
      return { x: Math.log(end), y: Math.log(median(part.map(({ record_ms }) => record_ms))) };
    });
    return 1 + slope(points);
  }
}

/** The k of `time ~ size^k`; 1 is linear. By least squares over their logarithms. */
export function growthExponent(runs: readonly { readonly size: number; readonly time_ms: number }[]): number {
  return slope(runs.map(({ size, time_ms }) => ({ x: Math.log(size), y: Math.log(time_ms) })));
}

function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const covariance = mean(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
  return covariance / mean(points.map(({ x }) => (x - meanX) ** 2));
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
