/** `state.json` for whoever only looks: chunks in, one call for each element, facts at the end. Memory is one value. */
import type { StartSha256 } from "@tau-edge/encoding";
import { CONTRACT_LIMITS } from "./limits.ts";
import { STATE_ARRAYS, StateChecks } from "./state-checks.ts";
import { corruptText, type StateRefusal } from "./state-document.ts";
import type { StateFacts, StateVisitor } from "./state-facts.ts";
import { StateScan } from "./state-scan.ts";

export class StateReader {
  readonly #scan = openStateScan();
  readonly #checks: StateChecks;
  #refusal: StateRefusal | undefined;

  constructor(visitor: StateVisitor, start: StartSha256) {
    this.#checks = new StateChecks(visitor, start);
  }

  /** @returns false when nothing that follows can change the answer: the rest need not be read */
  push(chunk: Uint8Array): boolean {
    if (this.#refusal !== undefined) return false;
    let value_at = 0;
    try {
      for (const piece of this.#scan.push(chunk)) {
        value_at = "at" in piece ? piece.at : 0;
        this.#checks.see(piece);
        value_at = 0;
      }
    } catch (error) {
      this.#refusal = corruptText(error, value_at);
    }
    return this.#refusal === undefined;
  }

  end(): StateFacts | StateRefusal {
    if (this.#refusal !== undefined) return this.#refusal;
    try {
      return this.#checks.finish(this.#scan.end());
    } catch (error) {
      return corruptText(error);
    }
  }
}

/** A file that is whole in memory, or comes in pieces without waiting. */
export function readState(
  chunks: Iterable<Uint8Array>,
  visitor: StateVisitor,
  start: StartSha256,
): StateFacts | StateRefusal {
  const reader = new StateReader(visitor, start);
  for (const chunk of chunks) if (!reader.push(chunk)) break;
  return reader.end();
}

export function openStateScan(): StateScan {
  return new StateScan({
    arrays: STATE_ARRAYS,
    value_bytes_max: CONTRACT_LIMITS.state_member_bytes_max,
    document_bytes_max: CONTRACT_LIMITS.state_bytes_max,
  });
}
