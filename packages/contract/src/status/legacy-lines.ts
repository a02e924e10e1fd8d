/** The status and the transport health as S1's commands print them without `--…-json`: one line. */
import { keyValueLine } from "../text/key-value-line.ts";
import type { StatusView } from "./status-view.ts";
import type { TransportHealthRow } from "./transport-health.ts";

export function legacyStatusLine(view: StatusView): string {
  const { health, ...fields } = view;
  return keyValueLine({ ...fields, ...health });
}

export function legacyTransportHealthLine(row: TransportHealthRow): string {
  const { health, ...fields } = row;
  return keyValueLine({ ...fields, ...health });
}
