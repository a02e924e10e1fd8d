/**
 * The few file operations that the write protocols are made of, so that a simulated disk can stand in for the real
 * one and show which step is missing after a power cut.
 */

export interface WritableFile {
  /** Writes all bytes, behind those that were written before. */
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface ReadableFile {
  /** When it was opened. */
  readonly size_bytes: number;
  /** The bytes from `start` up to `end`, both within the file. */
  read(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Grows at its end only. */
export interface AppendableFile extends WritableFile, ReadableFile {}

export interface FileFacts {
  readonly kind: "file" | "directory" | "other";
  readonly size_bytes: number;
  readonly modified_unix_ms: number;
  /** Permission bits. */
  readonly mode: number;
  /** Names with the same identity are links to one file. */
  readonly identity: string;
}

/** Failures are errors with a POSIX `code`, as Node throws them. */
export interface FileSystem {
  /** Creates a file that must not exist yet. */
  create(path: string, mode: number): Promise<WritableFile>;
  /** Creates it when there is none. EFTYPE for what is no file, ELOOP for a symbolic link. */
  append(path: string, mode: number): Promise<AppendableFile>;
  /** A regular file, or undefined when there is none; EFTYPE and ELOOP as for `append`. */
  open(path: string): Promise<ReadableFile | undefined>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Creates one directory, not its parents. */
  makeDirectory(path: string, mode: number): Promise<void>;
  syncDirectory(path: string): Promise<void>;
  /** Facts about the name itself (a symbolic link is `other`), or undefined when there is none. */
  facts(path: string): Promise<FileFacts | undefined>;
  /**
   * The whole regular file, or undefined when there is none. EFBIG above `size_bytes_max`, EFTYPE for what is no file,
   * ELOOP for a symbolic link.
   */
  read(path: string, size_bytes_max: number): Promise<Uint8Array | undefined>;
  touch(path: string, now_unix_ms: number): Promise<void>;
  names(directory: string): Promise<readonly string[]>;
}

/** The POSIX code of what a file operation threw, or `""`. */
export function posixCode(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
