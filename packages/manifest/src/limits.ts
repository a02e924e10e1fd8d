/** Every bound of this package, with its unit in the name. */
import { LIMITS } from "@tau-edge/wasm";

export const MANIFEST_LIMITS = {
  /** What the reader of binaries accepts at most; no profile can allow more. */
  artifact_size_bytes_max: LIMITS.size_bytes_max,
  /** A component with every WASI function has 40 KB; a manifest is read whole before anything in it is trusted. */
  manifest_bytes_max: 4 * 1024 * 1024,
  /** A profile that lists every interface by name has 4 KB. */
  profile_bytes_max: 256 * 1024,
  /** What ext4, APFS and NTFS (in characters) agree on. */
  file_name_bytes_max: 255,
  /** `[a-z0-9]` and 62 more: an id is a directory name and part of a stream name. */
  blueprint_id_chars_max: 63,
  /** 256 files of derived code with long paths and long options. */
  derived_bytes_max: 256 * 1024,
  /** A large component of several core modules transpiles to a dozen files. */
  derived_files_max: 256,
  derived_file_bytes_max: LIMITS.size_bytes_max,
  derived_options_max: 64,
  derived_option_bytes_max: 1024,
  /** The name and the version of a tool. */
  derived_word_chars_max: 64,
} as const;
