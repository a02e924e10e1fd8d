/** The counters of `health`, written over those that stand there; every other key stays as it is, byte for byte. */
import { encodeUtf8 } from "@tau-edge/encoding";
import { type DeploymentHealth, writeHealth } from "./health.ts";
import { ObjectLayout } from "./object-layout.ts";
import { StateScan } from "./state-scan.ts";

/** @param standing the raw object */
export function mergeHealth(standing: Uint8Array, health: DeploymentHealth): Uint8Array {
  const pending = new Map<string, number>(Object.entries(writeHealth(health)));
  const out = new Pieces();
  const layout = new ObjectLayout(out, 2);
  const scan = new StateScan({ arrays: [], value_bytes_max: standing.length, document_bytes_max: standing.length });
  for (const piece of scan.push(standing)) {
    if (piece.kind !== "member") continue;
    const counter = pending.get(piece.key);
    pending.delete(piece.key);
    layout.keep(piece.before);
    if (counter === undefined) out.add(piece.raw);
    else out.addText(String(counter));
  }
  layout.end(scan.end());
  for (const [key, counter] of pending) {
    layout.add(key);
    out.addText(String(counter));
  }
  out.add(layout.closing());
  return out.joined();
}

class Pieces {
  readonly #pieces: Uint8Array[] = [];

  add(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
  }

  addText(text: string): void {
    this.#pieces.push(encodeUtf8(text));
  }

  joined(): Uint8Array {
    const bytes = new Uint8Array(this.#pieces.reduce((length, piece) => length + piece.length, 0));
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
}
