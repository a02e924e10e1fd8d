/** `state.json` without our stamp, for the original system: everything else as it stands, byte for byte. */
import type { StartSha256 } from "@tau-edge/encoding";
import { copyPiece, ObjectLayout } from "./object-layout.ts";
import { StateChecks } from "./state-checks.ts";
import { corruptText, type StateRefusal } from "./state-document.ts";
import type { StateFacts } from "./state-facts.ts";
import { StateOutput } from "./state-output.ts";
import { openStateScan } from "./state-reader.ts";
import { STAMP_KEY } from "./state-stamp.ts";

/**
 * The file, block by block; the facts at the end say whose it was. Directly after an import, these are the bytes that
 * were imported.
 */
export function* exportState(
  existing: Iterable<Uint8Array>,
  start: StartSha256,
): Generator<Uint8Array<ArrayBuffer>, StateFacts | StateRefusal, undefined> {
  const scan = openStateScan();
  const checks = new StateChecks({}, start);
  const out = new StateOutput(start);
  const layout = new ObjectLayout(out, 1);
  let value_at = 0;
  try {
    for (const chunk of existing)
      for (const piece of scan.push(chunk)) {
        value_at = "at" in piece ? piece.at : 0;
        checks.see(piece);
        value_at = 0;
        if (piece.key === STAMP_KEY) layout.drop(piece.before);
        else copyPiece(piece, out, layout);
        yield* out.full();
      }
    const rest = scan.end();
    const facts = checks.finish(rest);
    layout.end(rest);
    out.add(layout.closing());
    yield* out.end();
    return facts;
  } catch (error) {
    return corruptText(error, value_at);
  }
}
