/** What a migration keeps for its undo: `<state-dir>/tau-edge/undo/<number>/`, a copy of the ledger's file and a document. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { type FileSum, type KeptUndo, type LedgerReader, PortError } from "@tau-edge/ports";
import { type DurableFiles, fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { SqliteLedgerReader } from "./ledger-reader.ts";
import { LEDGER } from "./ledger-tables.ts";
import { UNDO_DOCUMENT_BYTES_MAX } from "./limits.ts";
import { nativeSha256 } from "./native-hash.ts";
import { sqliteError } from "./sqlite-error.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { filePieces, SummedPieces, sumOf } from "./tree-walk.ts";

const DOCUMENT = "undo.json";
const COPY = "ledger.db";
/** Of the copy and of the document: a ledger is nobody else's to read. */
const MODE = 0o600;

export class UndoFiles {
  readonly #files: DurableFiles;

  constructor(files: DurableFiles) {
    this.#files = files;
  }

  copyPath(number: number): string {
    return join(this.#directory(number), COPY);
  }

  async keep(number: number, ledger: AsyncIterable<Uint8Array>, document: Uint8Array): Promise<FileSum> {
    const directory = this.#directory(number);
    await this.#files.makeDirectories(directory);
    // The state is locked, so temporary files here are of writers that died, however young they are.
    await this.#files.sweep(Number.POSITIVE_INFINITY, directory);
    const pieces = new SummedPieces(ledger);
    await this.#files.replace(await this.#files.writeTemporary(pieces, MODE, directory), this.copyPath(number));
    const written = await this.#files.writeTemporary(document, MODE, directory);
    await this.#files.replace(written, join(directory, DOCUMENT));
    return pieces.sum();
  }

  async kept(number: number): Promise<KeptUndo | undefined> {
    const document = await this.#document(join(this.#directory(number), DOCUMENT));
    if (document === undefined) return undefined;
    const copy = this.copyPath(number);
    return { document, measure: () => this.#measure(copy), readLedger: (read) => readCopy(copy, read) };
  }

  #directory(number: number): string {
    return join(this.#files.home, "tau-edge", "undo", String(number));
  }

  async #document(path: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#files.fs.read(path, UNDO_DOCUMENT_BYTES_MAX);
    } catch (error) {
      if (posixCode(error) === "EFBIG" || posixCode(error) === "ELOOP" || posixCode(error) === "EFTYPE")
        throw new PortError("undo_corrupt", path, "It is not the file that was kept", { cause: error });
      throw fileError(error, path);
    }
  }

  async #measure(path: string): Promise<FileSum | undefined> {
    return (await this.#files.fs.facts(path))?.kind === "file" ? sumOf(filePieces(path)) : undefined;
  }
}

/** As it stands, without a log or an index beside it (https://www.sqlite.org/uri.html, `immutable`). */
async function readCopy<T>(path: string, read: (ledger: LedgerReader) => Promise<T>): Promise<T> {
  const url = pathToFileURL(path);
  url.searchParams.set("immutable", "1");
  const connection = connect(url, path);
  try {
    return await read(new SqliteLedgerReader(path, nativeSha256, new ConnectedFile(path, connection)));
  } finally {
    connection.close();
  }
}

function connect(url: URL, path: string): DatabaseSync {
  try {
    return new DatabaseSync(url, { readOnly: true });
  } catch (error) {
    throw sqliteError(error, path, LEDGER);
  }
}

/** A ledger whose connection somebody else opens and closes. */
export class ConnectedFile extends SqliteFile {
  constructor(path: string, connection: DatabaseSync) {
    super(path, LEDGER);
    this.connection = connection;
  }
}
