/** Files that cases name, in maps from path to bytes. */
import { type ArtifactFile, type ArtifactFiles, type ArtifactPlace, PortError } from "@tau-edge/ports";

export class MemoryArtifactFiles implements ArtifactFiles {
  readonly files: { readonly [place in ArtifactPlace]: Map<string, Uint8Array> } = {
    working_directory: new Map(),
    fixture: new Map(),
  };
  /** Every path that was read, as often as it was. */
  readonly read_paths: string[] = [];

  async read(path: string, size_bytes_max: number, place?: ArtifactPlace): Promise<ArtifactFile | undefined> {
    this.read_paths.push(path);
    const places: readonly ArtifactPlace[] = place === undefined ? ["working_directory", "fixture"] : [place];
    for (const one of places) {
      const bytes = this.files[one].get(path);
      if (bytes === undefined) continue;
      if (bytes.length > size_bytes_max)
        throw new PortError("object_too_large", path, `It has ${bytes.length} bytes, the limit is ${size_bytes_max}`);
      return { bytes: bytes.slice(), place: one };
    }
    return undefined;
  }
}
