/** `state.json` without our stamp, for the original system: everything else as it stands, byte for byte. */
import type { StartSha256 } from "@tau-edge/encoding";
import { copyPiece, ObjectLayout } from "./object-layout.ts";
import { StateChecks } from "./state-checks.ts";
import { corruptText, type StateRefusal } from "./state-document.ts";
import type { StateFacts } from "./state-facts.ts";
import { StateOutput } from "./state-output.ts";
import { openStateScan } from "./state-reader.ts";
import { STAMP_KEY } from "./state-stamp.ts";

type Blocks<Result> = Generator<Uint8Array<ArrayBuffer>, Result, undefined>;

/** Directly after an import, what comes out are the bytes that were imported. */
export class UnstampedState {
  readonly #scan = openStateScan();
  readonly #checks: StateChecks;
  readonly #out: StateOutput;
  readonly #layout: ObjectLayout;

  constructor(start: StartSha256) {
    this.#checks = new StateChecks({}, start);
    this.#out = new StateOutput(start);
    this.#layout = new ObjectLayout(this.#out, 1);
  }

  /** @returns a refusal when nothing that follows can be used */
  *push(chunk: Uint8Array): Blocks<StateRefusal | undefined> {
    let value_at = 0;
    try {
      for (const piece of this.#scan.push(chunk)) {
        value_at = "at" in piece ? piece.at : 0;
        this.#checks.see(piece);
        value_at = 0;
        if (piece.key === STAMP_KEY) this.#layout.drop(piece.before);
        else copyPiece(piece, this.#out, this.#layout);
        yield* this.#out.full();
      }
    } catch (error) {
      return corruptText(error, value_at);
    }
    return undefined;
  }

  /** @returns whose file it was; until then, nothing that came out counts */
  *end(): Blocks<StateFacts | StateRefusal> {
    try {
      const rest = this.#scan.end();
      const facts = this.#checks.finish(rest);
      this.#layout.end(rest);
      this.#out.add(this.#layout.closing());
      yield* this.#out.end();
      return facts;
    } catch (error) {
      return corruptText(error);
    }
  }
}
