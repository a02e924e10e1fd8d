/** Of so many figures, each with an interval of 99 %, how many may lie outside before something other than chance explains it. */

/** One in a hundred lies outside, and in one of a thousand campaigns more than three deviations beyond that. */
export function figuresOutsideMax(figures: number): number {
  const mean = figures / 100;
  return Math.ceil(mean + 3 * Math.sqrt(mean));
}
