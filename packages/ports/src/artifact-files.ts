/** Files that the cases of a fixture name: manifests, and modules. */

/** Where a relative path begins. */
export type ArtifactPlace = "working_directory" | "fixture";

export interface ArtifactFile {
  readonly bytes: Uint8Array;
  readonly place: ArtifactPlace;
}

export interface ArtifactFiles {
  /**
   * Whole and once.
   * @param place absent: where the program runs, as in S1, and where there is no such file, beside the fixture
   * @returns undefined when there is no such file
   * @throws PortError `object_too_large` (above `size_bytes_max`, refused before reading), `store_unavailable` (it cannot
   *   be read, or is no file)
   */
  read(path: string, size_bytes_max: number, place?: ArtifactPlace): Promise<ArtifactFile | undefined>;
}
