/** A record that chains and yet cannot follow what came before it. */
import type { StoredRecord } from "@tau-edge/ledger";
import { RolloutError } from "../errors.ts";

export function disorder({ record }: StoredRecord, detail: string): RolloutError {
  return new RolloutError("trace_out_of_order", `${record.stream}#${record.seq}`, detail);
}
