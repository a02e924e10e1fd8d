/** How much more can be stored? */
export interface Space {
  /** Bytes that are free where objects and records are kept; undefined where nobody can say. */
  freeBytes(): Promise<number | undefined>;
}
