/** The only source of time. */
export interface Clock {
  /** Unix milliseconds, an integer > 0. May jump; callers never assume that it only grows. */
  nowUnixMs(): number;
}

/** For how long something took, and for nothing that is recorded. */
export interface MonotonicClock {
  /** Milliseconds since some moment of this process, with a fraction; never goes back. */
  nowMs(): number;
}
