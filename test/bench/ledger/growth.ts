/** How time grows with the number of records: one long run, looked at on the way. */

export class Growth {
  readonly #marks: { readonly records: number; readonly time_ms: number }[] = [];
  #records = 0;
  #time_ms = 0;

  add(records: number, time_ms: number): void {
    this.#records += records;
    this.#time_ms += time_ms;
    this.#marks.push({ records: this.#records, time_ms: this.#time_ms });
  }

  get recordsPerSecond(): number {
    return (this.#records / this.#time_ms) * 1000;
  }

  /**
   * The k of `time ~ records^k`, by least squares over the marks at 1/32, 1/16 … 1/1 of all records. 1 is linear.
   */
  get exponent(): number {
    const points = [32, 16, 8, 4, 2, 1].flatMap((part) => {
      const mark = this.#marks.find(({ records }) => records >= this.#records / part);
      return mark === undefined ? [] : [{ x: Math.log(mark.records), y: Math.log(mark.time_ms) }];
    });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
    const covariance = mean(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
    return covariance / mean(points.map(({ x }) => (x - meanX) ** 2));
  }
}
