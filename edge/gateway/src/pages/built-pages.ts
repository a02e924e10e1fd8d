/** Pages from a folder that was built for this: `pages.json` lists them, and nothing else of the folder is handed out. */
import { readJson } from "@tau-edge/encoding";
import { z } from "zod";
import { ListenError } from "../start/listen.ts";
import type { Page, Pages } from "./pages.ts";

const INDEX = "pages.json";

/** A plain name in the folder itself. */
const FileNameSchema = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);

const IndexSchema = z.record(
  z.string().max(256),
  z.strictObject({ file: FileNameSchema, media_type: z.string().max(128), policy: z.string().min(1).max(4_096) }),
);

/** The largest is the inspector: half a mebibyte. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;

/** As `configFiles` of the Node adapter. */
export interface PageFiles {
  read(path: string, size_bytes_max: number): Promise<Uint8Array>;
  beside(file: string, path: string): string;
}

/**
 * All of them are read at once, and stay as they are until the next start.
 * @throws ListenError `usage` for a folder that was not built for this
 */
export async function readBuiltPages(folder: string, files: PageFiles): Promise<Pages> {
  const read = (name: string) => files.read(files.beside(`${folder}/${INDEX}`, name), FILE_BYTES_MAX);
  try {
    const index = IndexSchema.parse(readJson(await read(INDEX)));
    const pages = new Map<string, Page>();
    for (const [path, { file, media_type, policy }] of Object.entries(index))
      pages.set(path, { bytes: await read(file), media_type, policy });
    return { page: (path) => pages.get(path) };
  } catch (cause) {
    const remedy = "Build them: `node scripts/build-pages.ts DIR`.";
    throw new ListenError("usage", "--pages", "The folder has no pages", { cause, remedy });
  }
}
