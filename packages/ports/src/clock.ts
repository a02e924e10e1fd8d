/** The only source of time. */
export interface Clock {
  /** Unix milliseconds, an integer > 0. May jump; callers never assume that it only grows. */
  nowUnixMs(): number;
}
