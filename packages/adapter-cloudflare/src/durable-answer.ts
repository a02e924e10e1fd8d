/** Failures cross the boundary of a Durable Object as values: an Error would arrive without its class and code. */
import { LedgerError, type LedgerErrorCode } from "@tau-edge/ledger";
import { PortError, type PortErrorCode } from "@tau-edge/ports";
import { RolloutError, type RolloutErrorCode } from "@tau-edge/rollout";

export type DurableAnswer<T> = { readonly outcome: "ok"; readonly value: T } | DurableFailure;

export type DurableFailure =
  | (Told & { readonly outcome: "port"; readonly code: PortErrorCode })
  | (Told & { readonly outcome: "ledger"; readonly code: LedgerErrorCode })
  | (Told & { readonly outcome: "rollout"; readonly code: RolloutErrorCode })
  /** The caller broke a promise of the port. */
  | { readonly outcome: "range"; readonly detail: string };

interface Told {
  readonly at: string;
  readonly detail: string;
  readonly remedy?: string;
}

/** What is no refusal goes on being thrown: the caller hears that the object does not answer. */
export function answerWith<T>(run: () => T): DurableAnswer<T> {
  try {
    return { outcome: "ok", value: run() };
  } catch (error) {
    if (error instanceof PortError) return { outcome: "port", code: error.code, ...told(error) };
    if (error instanceof LedgerError) return { outcome: "ledger", code: error.code, ...told(error) };
    if (error instanceof RolloutError) return { outcome: "rollout", code: error.code, ...told(error) };
    if (error instanceof RangeError) return { outcome: "range", detail: error.message };
    throw error;
  }
}

/** @throws as the object did */
export function valueIn<T>(answer: DurableAnswer<T>): T {
  switch (answer.outcome) {
    case "ok":
      return answer.value;
    case "port":
      throw new PortError(answer.code, answer.at, answer.detail, remedyOf(answer));
    case "ledger":
      throw new LedgerError(answer.code, answer.at, answer.detail);
    case "rollout":
      throw new RolloutError(answer.code, answer.at, answer.detail, answer.remedy);
    case "range":
      throw new RangeError(answer.detail);
  }
}

function told(error: PortError | LedgerError | RolloutError): Told {
  const { code, at, message } = error;
  // The classes put code and place behind what is said, and would do so again.
  const detail = message.replace(at === "" ? ` (${code})` : ` (${code} at ${at})`, "");
  const remedy = "remedy" in error ? error.remedy : undefined;
  return { at, detail, ...(remedy === undefined ? {} : { remedy }) };
}

function remedyOf({ remedy }: Told): { readonly remedy?: string } {
  return remedy === undefined ? {} : { remedy };
}
